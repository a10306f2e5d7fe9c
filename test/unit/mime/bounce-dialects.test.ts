import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { readMail } from './read-mail.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/bounces');
const sample = z.object({
  file: z.string(),
  originalMessageId: z.nullable(z.string()),
  recipients: z.array(z.record(z.string(), z.nullable(z.string()))),
});
const SAMPLES = readFileSync(join(FOLDER, 'expected.ndjson'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => sample.parse(JSON.parse(line)));

const read = async (mail: string | Buffer) => (await readMail(new StreamingMimeReader(), mail)).content.bounce;
const letter = (header: readonly string[], body: readonly string[]) => read([...header, '', ...body].join('\r\n'));
const DAEMON = ['From: Mail Delivery System <MAILER-DAEMON@mx.example.net>', 'To: me@example.com'];

describe('a real bounce', () => {
  it.each(SAMPLES.map(({ file, ...expected }) => [file, expected] as const))('is read: %s', async (file, expected) => {
    expect(await read(readFileSync(join(FOLDER, file)))).toMatchObject(expected);
  });
});

describe('a bounce in a dialect without a sample', () => {
  it('is read when recipients follow the reason, as with MailMarshal', async () => {
    const bounce = await letter(
      [...DAEMON, 'Subject: Undeliverable Mail: "Offer"'],
      [
        'Your message:',
        '   From:    me@example.com',
        '   Subject: Offer',
        '',
        'Could not be delivered because of',
        '',
        '550 5.1.1 User unknown',
        '',
        'The following recipients were affected:',
        '    kim@peer.example',
        '    lee@peer.example',
        '',
        '++++++++++++++++++++',
      ],
    );
    expect(bounce?.recipients).toMatchObject([
      { recipient: 'kim@peer.example', status: '5.1.1', replyCode: '550', type: 'permanent', reason: 'no_such_user' },
      { recipient: 'lee@peer.example', status: '5.1.1', replyCode: '550', type: 'permanent', reason: 'no_such_user' },
    ]);
  });

  it('is read when the address is in brackets and the reason below, as with T-Online', async () => {
    const bounce = await letter(
      [...DAEMON, 'Subject: mail failed, returning to sender'],
      [
        '|------------------------- Failed addresses follow: ---------------------|',
        ' <kim@peer.example>',
        '   552 5.2.2 <kim@peer.example> Quota exceeded (mailbox for user is full)',
        '',
        '|------------------------- Message header follows: ----------------------|',
        'Received: from a.example by b.example; Thu, 26 Nov 2026 10:00:00 +0000',
        'Message-ID: <original@example.com>',
        'Subject: Offer',
        'To: kim@peer.example',
      ],
    );
    expect(bounce).toMatchObject({
      originalMessageId: 'original@example.com',
      originalSubject: 'Offer',
      originalTo: ['kim@peer.example'],
      recipients: [{ recipient: 'kim@peer.example', status: '5.2.2', reason: 'mailbox_full' }],
    });
  });

  it('is transient while the server still tries', async () => {
    const bounce = await letter(
      [...DAEMON, 'Subject: Warning: message 1abc delayed 24 hours'],
      ['A message has not yet been delivered to:', '', '  kim@peer.example', '    450 4.2.1 try later'],
    );
    expect(bounce?.recipients).toMatchObject([{ action: 'delayed', status: '4.2.1', type: 'transient' }]);
  });

  it('is about the recipient of the returned mail when it names nobody', async () => {
    const bounce = await letter(
      [...DAEMON, 'Subject: Returned mail: Cannot send message for 4 days'],
      [
        '   ----- Transcript of session follows -----',
        '421 peer.example (smtp)... Deferred: Connection timed out',
        '',
        '   ----- Unsent message follows -----',
        'From: me@example.com',
        'To: kim@peer.example',
        'Subject: Offer',
      ],
    );
    expect(bounce?.recipients).toMatchObject([{ recipient: 'kim@peer.example', replyCode: '421', type: 'transient' }]);
  });

  it('takes a recipient without local part from its text, as with Sendmail', async () => {
    const report = [
      ...['--b', '', '   ----- The following addresses had permanent fatal errors -----', '<kim@peer.example>'],
      ...['    (reason: 550 Host unknown)', '', '--b', 'Content-Type: message/delivery-status', ''],
      ...['Reporting-MTA: dns; mx.example.net', '', 'Final-Recipient: RFC822; @peer.example', 'Action: failed'],
      ...['Status: 5.1.2', 'Remote-MTA: dns; mx.peer.example', '--b--'],
    ];
    const type = 'Content-Type: multipart/report; report-type=delivery-status; boundary=b';
    const bounce = await letter([...DAEMON, 'Subject: Returned mail: Host unknown', type], report);
    expect(bounce?.recipients).toMatchObject([
      { recipient: 'kim@peer.example', status: '5.1.2', diagnostic: '550 Host unknown', remoteMta: 'mx.peer.example' },
    ]);
  });

  it('is read when the report of another server is attached, as with InterScan', async () => {
    const inner = [
      ...['From: MAILER-DAEMON@inner.example', 'To: me@example.com', 'Subject: Returned mail: User unknown'],
      ...['Content-Type: multipart/report; report-type=delivery-status; boundary=i', '', '--i', ''],
      ...['   ----- The following addresses had permanent delivery errors -----', 'kim@peer.example', '', '--i'],
      ...['Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; inner.example', ''],
      ...['Final-Recipient: rfc822; kim@peer.example', 'Action: failed', 'Status: 5.1.1'],
      ...['Diagnostic-Code: smtp; 550 5.1.1 User unknown', '--i--'],
    ];
    const outer = ['--b', '', '----- The following addresses had permanent delivery errors -----', '', '--b'];
    const bounce = await letter(
      [...DAEMON, 'Subject: Returned mail: User unknown', 'Content-Type: multipart/mixed; boundary=b'],
      [...outer, 'Content-Type: message/rfc822', '', ...inner, '--b--'],
    );
    expect(bounce?.reportingMta).toBe('inner.example');
    expect(bounce?.recipients).toMatchObject([{ recipient: 'kim@peer.example', status: '5.1.1', type: 'permanent' }]);
  });

  it('is permanent when the mail is in a loop, even without a code', async () => {
    const bounce = await letter(
      [...DAEMON, 'Subject: Undelivered Mail Returned to Sender'],
      ['Your message could not be delivered.', '', '<kim@peer.example>: mail loop: too many hops'],
    );
    expect(bounce?.recipients).toMatchObject([{ status: null, reason: 'network', type: 'permanent' }]);
  });

  it('ignores the content of the returned mail', async () => {
    const bounce = await letter(
      [...DAEMON, 'Subject: failure notice'],
      [
        'Your message could not be delivered.',
        '',
        '<kim@peer.example>: 550 no such user',
        '',
        '----- Original message -----',
        'From: me@example.com',
        'To: kim@peer.example',
        '',
        '<boss@example.com>: 550 5.1.1 user unknown',
      ],
    );
    expect(bounce?.recipients.map(({ recipient }) => recipient)).toEqual(['kim@peer.example']);
  });

  it('is read in bounded time and memory when it is of hostile size', async () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, i) => `<${i}@peer.example>: mailbox mailbox user user account domain`,
    );
    const bounce = await letter([...DAEMON, 'Subject: failure notice'], ['It could not be delivered.', '', ...lines]);
    expect(bounce?.recipients).toHaveLength(1_000);
  });
});
