import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CORPUS, HAS_CORPUS } from '../../corpus/corpus.ts';
import { read, report } from './report-mail.ts';

describe('a complaint', () => {
  it('names every recipient', async () => {
    const { report: complaint } = await read(
      report(
        'feedback-report',
        'Feedback-Type: abuse',
        'Original-Rcpt-To: <a@example.com>',
        'Original-Rcpt-To: rfc822; b@example.com',
      ),
    );
    expect(complaint).toMatchObject({ recipient: 'a@example.com', recipients: ['a@example.com', 'b@example.com'] });
  });

  it("of Microsoft's feedback loop has no part of fields", async () => {
    const mail = (from: string) =>
      [
        `From: <${from}>`,
        'Subject: complaint about message from 192.0.2.222',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: message/rfc822',
        '',
        'Message-ID: <original@example.com>',
        'From: news@example.com',
        'To: kim@hotmail.example',
        '',
        'Offer',
        '--b--',
        '',
      ].join('\r\n');
    expect((await read(mail('staff@hotmail.com'))).report).toMatchObject({
      type: 'feedback-report',
      originalMessageId: 'original@example.com',
      recipients: ['kim@hotmail.example'],
      feedback: { type: 'abuse', sourceIp: '192.0.2.222', originalMailFrom: 'news@example.com' },
    });
    expect((await read(mail('kim@hotmail.com'))).report).toBeNull();
  });
});

describe('a request to leave a list', () => {
  const asked = async (to: string, subject: string, text = '') =>
    (await read([`From: kim@peer.example`, `To: ${to}`, `Subject: ${subject}`, '', text].join('\r\n'))).report;

  it('names the list by the address or by the subject', async () => {
    const expected = { type: 'unsubscribe', recipient: 'kim@peer.example', listId: 'news-7' };
    expect(await asked('unsubscribe+news-7@example.com', 'Leave')).toMatchObject(expected);
    expect(await asked('leave@example.com', 'unsubscribe news-7', 'Sent by Mail.')).toMatchObject(expected);
  });

  it('is not recognised in a letter about leaving the list', async () => {
    expect(await asked('team@example.com', 'How do I unsubscribe?', 'I cannot find the link.')).toBeNull();
    expect(await asked('team@example.com', 'Unsubscribe', 'x'.repeat(600))).toBeNull();
  });
});

describe('other reports', () => {
  it('include read receipts', async () => {
    const { bounce, report: receipt } = await read(
      report(
        'disposition-notification',
        'Reporting-UA: pc.example.com; Foomail 97.1',
        'Original-Recipient: rfc822;joe@example.com',
        'Final-Recipient: rfc822;joe@example.com',
        'Original-Message-ID: <1@example.org>',
        'Disposition: manual-action/MDN-sent-manually; displayed/error,warning',
      ),
    );
    expect(bounce).toBeNull();
    expect(receipt).toEqual({
      type: 'disposition-notification',
      reportingAgent: 'pc.example.com; Foomail 97.1',
      originalMessageId: '1@example.org',
      recipient: 'joe@example.com',
      listId: null,
      recipients: ['joe@example.com'],
      disposition: { type: 'displayed', mode: 'manual-action/mdn-sent-manually', modifiers: ['error', 'warning'] },
      feedback: null,
      dmarc: null,
      tls: null,
    });
  });

  it('include those of a type that is only named', async () => {
    const { report: other } = await read(report('TLSRPT', '{}'));
    expect(other).toMatchObject({ type: 'tlsrpt', disposition: null, feedback: null });
  });
});

describe.skipIf(!HAS_CORPUS)('reports of the corpus (beside the repository)', () => {
  const corpus = (path: string) => read(readFileSync(join(CORPUS, 'raw', path)));

  it('name the complained-about mail', async () => {
    const { report } = await corpus('mimekit-messages/feedback-report.txt');
    expect(report).toMatchObject({
      type: 'feedback-report',
      reportingAgent: 'SomeGenerator/1.0',
      recipient: 'user@example.com',
      feedback: {
        type: 'abuse',
        sourceIp: '192.0.2.2',
        originalMailFrom: 'somespammer@example.net',
        reportedDomains: ['example.net'],
      },
    });
  });

  it.each(['aol', 'yahoo'])('name the complaint: %s', async (name) => {
    const { report } = await corpus(`flanker/${name}.eml`);
    expect(report).toMatchObject({ type: 'feedback-report', feedback: { type: 'abuse' } });
    expect(report?.originalMessageId).not.toBeNull();
  });
});
