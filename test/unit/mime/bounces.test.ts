import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CORPUS, HAS_CORPUS } from '../../corpus/corpus.ts';
import { sampleMail } from '../../fixtures/samples.ts';
import { read, report } from './report-mail.ts';

describe('a bounce of qmail', () => {
  const text = [
    'Hi. This is the qmail-send program at mx.example.net.',
    "I'm afraid I wasn't able to deliver your message to the following addresses.",
    '',
    '<a@example.org>:',
    'Sorry, no mailbox here by that name. (#5.1.1)',
    '',
    '<b@example.org>:',
    '192.0.2.5 does not like recipient.',
    'Remote host said: 450 4.2.2 Mailbox full',
    'Giving up on 192.0.2.5.',
    '',
    '<c@example.org>:',
    'Connected to 192.5.2.1 but sender was rejected.',
    '',
    '--- Below this line is a copy of the message.',
    '',
    'Return-Path: <me@example.com>',
    'Message-ID:',
    ' <original@example.com>',
    '',
    '<d@example.org>:',
    'is in the mail that comes back',
  ];
  const bounceFrom = async (from: string, lines: string[]) =>
    (await read([`From: ${from}`, '', ...lines].join('\r\n'))).bounce;

  it('describes each recipient and the returned mail', async () => {
    const bounce = await bounceFrom('MAILER-DAEMON@mx.example.net', text);
    expect(bounce).toMatchObject({ reportingMta: 'mx.example.net', originalMessageId: 'original@example.com' });
    expect(bounce?.recipients).toMatchObject([
      { recipient: 'a@example.org', status: '5.1.1', diagnostic: expect.stringContaining('no mailbox here') },
      { recipient: 'b@example.org', status: '4.2.2', replyCode: '450', remoteMta: '192.0.2.5', type: 'transient' },
      { recipient: 'c@example.org', status: null, action: 'failed' },
    ]);
  });

  it('is not recognised when a person sends or quotes it, or when it names no recipient', async () => {
    expect(await bounceFrom('ann@example.org', text)).toBeNull();
    expect(await bounceFrom('postmaster@example.org', ['Look at this:', '', ...text])).toBeNull();
    expect(await bounceFrom('postmaster@example.org', text.slice(0, 3))).toBeNull();
  });
});

describe('a forwarded bounce of another server', () => {
  const passedOn = (...inside: string[]) =>
    [
      'From: Mail Delivery Subsystem <MAILER-DAEMON@gateway.example.com>',
      'Subject: Returned mail: User unknown',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      '',
      '----- The following addresses had permanent delivery errors -----',
      '',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.net>',
      'To: sender@example.com',
      'Subject: Returned mail: User unknown',
      '',
      ...inside,
      '--b--',
      '',
    ].join('\r\n');

  it('is read as the inner bounce', async () => {
    const { bounce } = await read(
      passedOn('   ----- The following addresses had permanent delivery errors -----', 'kim@example.org', ''),
    );
    expect(bounce?.recipients).toMatchObject([{ recipient: 'kim@example.org', type: 'permanent' }]);
  });

  it('never takes the sender of the mail for a recipient', async () => {
    expect((await read(passedOn('Your mail was not delivered.', ''))).bounce?.recipients ?? []).toEqual([]);
  });
});

describe('a delivery status notification', () => {
  it('describes each recipient and the returned mail', async () => {
    const { bounce, report } = await read(sampleMail('bounce').bytes);
    expect(report).toBeNull();
    expect(bounce).toEqual({
      source: 'report',
      reportingMta: 'mx.example.net',
      arrivalDate: '2026-11-16T08:44:58.000Z',
      originalEnvelopeId: null,
      originalMessageId: 'original@example.com',
      originalSubject: 'Are you there?',
      originalDate: null,
      originalTo: ['nobody@example.net'],
      recipients: [
        {
          recipient: 'nobody@example.net',
          originalRecipient: 'nobody@example.net',
          action: 'failed',
          status: '5.1.1',
          diagnostic: '550 5.1.1 <nobody@example.net>: no such user',
          remoteMta: null,
          replyCode: '550',
          type: 'permanent',
          reason: 'no_such_user',
        },
      ],
    });
  });

  it('may have folded lines, missing and doubled blank lines, and words outside the RFC', async () => {
    const { bounce } = await read(
      report(
        'delivery-status',
        'Reporting-MTA: dns; mx.example.net',
        'Final-Recipient: RFC822;<a@example.org>',
        'Action: Delayed (will retry)',
        'Status: 4.4.1 (timeout)',
        'Diagnostic-Code: smtp; 450',
        '\t4.4.1 =?utf-8?q?sp=C3=A4ter?=',
        '',
        ' ',
        '',
        '',
        'Original-Recipient: rfc822; b@example.org',
        'Action: eaten',
        'Status: broken',
      ),
    );
    expect(bounce?.reportingMta).toBe('mx.example.net');
    expect(bounce?.recipients).toMatchObject([
      { recipient: 'a@example.org', action: 'delayed', status: '4.4.1', diagnostic: '450 4.4.1 später' },
      { recipient: 'b@example.org', originalRecipient: 'b@example.org', action: null, status: null },
    ]);
  });

  it('is not one of the mail itself when it belongs to an attached mail', async () => {
    const inner = sampleMail('bounce').bytes.toString();
    const { bounce } = await read(`Content-Type: message/rfc822\r\n\r\n${inner}`);
    expect(bounce).toBeNull();
  });

  it('is a bounce even when it says nothing', async () => {
    expect((await read(report('delivery-status').replace('message/', 'text/'))).bounce).toMatchObject({
      source: 'report',
      recipients: [],
    });
  });

  it('is read in bounded time and memory, whatever its size', async () => {
    const many = Array.from({ length: 4_000 }, (_, i) => `Final-Recipient: rfc822; ${i}@example.org\r\n`);
    const { bounce } = await read(report('delivery-status', ...many));
    expect(bounce?.recipients).toHaveLength(1_000);
  });
});

describe.skipIf(!HAS_CORPUS)('bounces of the corpus (beside the repository)', () => {
  const corpus = (path: string) => read(readFileSync(join(CORPUS, 'raw', path)));

  it.each([
    ['mimekit-messages/delivery-status.txt', 'newsletter-request@imusic.com', '31FC7EB4.41C6@netscape.com'],
    [
      'mimekit-messages/delivery-status-no-blank-line.txt',
      'newsletter-request@imusic.com',
      '31FC7EB4.41C6@netscape.com',
    ],
  ])('name the recipients that did not get a mail: %s', async (path, recipient, originalMessageId) => {
    const { bounce } = await corpus(path);
    expect(bounce).toMatchObject({ originalMessageId, recipients: [{ recipient, action: 'failed' }] });
  });

  it.each(['mailbox-full', 'delayed', 'no-mx', 'office365'])('are understood: %s', async (name) => {
    const { bounce } = await corpus(`flanker/${name}.eml`);
    expect(bounce?.recipients[0]?.recipient).toContain('@');
    expect(bounce?.recipients[0]?.action).toMatch(/^(failed|delayed)$/);
  });
});
