import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AuthResult } from '../../core/mail/parsed-mail.ts';
import { mailgunForm } from '../../core/payloads/mailgun.ts';
import { postmarkPayload } from '../../core/payloads/postmark.ts';
import { sendgridForm } from '../../core/payloads/sendgrid.ts';
import { sesNotification } from '../../core/payloads/ses.ts';
import { attachment, parsedMail } from '../support/parsed-mail.ts';

const NOW = new Date('2026-11-22T10:00:01.500Z');
const bytes = async () => Buffer.from('%PDF');
const mail = parsedMail({
  attachments: [
    attachment(),
    attachment({ partId: '3', filename: null, contentId: 'logo@x', contentType: 'image/png' }),
  ],
});
const auth: AuthResult = {
  spf: { result: 'softfail', domain: 'example.org', detail: null },
  dkim: [
    { result: 'fail', domain: 'example.net', selector: 'a', aligned: false, signedFields: [], detail: null },
    { result: 'pass', domain: 'example.org', selector: 'b', aligned: true, signedFields: ['from'], detail: null },
  ],
  dmarc: { result: 'fail', domain: 'example.org', policy: 'reject', alignment: { spf: false, dkim: false } },
  arc: { result: 'none', instances: 0, domain: null },
  senderVerified: false,
};

/** Encodes the body and parses it as a receiver's form parser does. */
async function received(form: FormData): Promise<FormData> {
  return new Response(form).formData();
}

describe('payloads of other services', () => {
  it('Postmark: addresses, mailbox hash, attachments in base64', async () => {
    const payload = await postmarkPayload(mail, bytes);
    expect(payload).toMatchObject({
      From: 'jane@example.org',
      FromName: 'Doe, "Jane"',
      To: '"Orders" <orders+42@example.com>',
      ToFull: [{ Email: 'orders+42@example.com', Name: 'Orders', MailboxHash: '42' }],
      OriginalRecipient: 'orders+42@example.com',
      MailboxHash: '42',
      MessageID: mail.id,
      Date: 'Sun, 22 Nov 2026 09:59:58 +0000',
      StrippedTextReply: 'Twelve, please.',
    });
    expect(payload.Attachments[0]).toEqual({
      Name: 'list.pdf',
      Content: Buffer.from('%PDF').toString('base64'),
      ContentType: 'application/pdf',
      ContentLength: 4,
      ContentID: '',
    });
    expect(payload).not.toHaveProperty('RawEmail');
  });

  it('SendGrid: files, their JSON index, envelope and verdicts', async () => {
    const form = await received(await sendgridForm(parsedMail({ ...mail, auth }), bytes));
    expect(form.get('from')).toBe('"Doe, \\"Jane\\"" <jane@example.org>');
    expect(JSON.parse(String(form.get('envelope')))).toEqual({
      to: ['orders+42@example.com', 'hidden@example.com'],
      from: 'bounce+7@example.org',
    });
    expect(form.get('attachments')).toBe('2');
    expect(JSON.parse(String(form.get('content-ids')))).toEqual({ 'logo@x': 'attachment2' });
    expect(JSON.parse(String(form.get('attachment-info'))).attachment1).toEqual({
      filename: 'list.pdf',
      name: 'list.pdf',
      type: 'application/pdf',
    });
    const file = form.get('attachment1');
    expect(file).toBeInstanceOf(File);
    expect(file instanceof File && (await file.text())).toBe('%PDF');
    expect(form.get('dkim')).toBe('{@example.net : fail, @example.org : pass}');
    expect(form.get('SPF')).toBe('softfail');
  });

  it('Mailgun: a signature that a receiver can check, and the header list in order', async () => {
    const form = await received(await mailgunForm(mail, bytes, { key: 'signing-key', now: NOW }));
    const timestamp = String(form.get('timestamp'));
    const token = String(form.get('token'));
    expect(timestamp).toBe('1795341601');
    expect(token).toHaveLength(50);
    expect(form.get('signature')).toBe(
      createHmac('sha256', 'signing-key')
        .update(timestamp + token)
        .digest('hex'),
    );
    expect(JSON.parse(String(form.get('message-headers')))[2]).toEqual(['Subject', 'Zwölf Kisten']);
    expect(JSON.parse(String(form.get('content-id-map')))).toEqual({ '<logo@x>': 'attachment-2' });
    expect(form.get('attachment-count')).toBe('2');
    expect(form.get('recipient')).toBe('orders+42@example.com, hidden@example.com');
  });

  it('Mailgun: a mail that is not a reply is not stripped, and an HTML-only one has its text', async () => {
    const html = '<p>Dear Ann,</p><blockquote>as you said</blockquote>';
    const page = parsedMail({ text: null, html, reply: null });
    const form = await mailgunForm(page, bytes, { key: 'signing-key', now: NOW });
    const plain = 'Dear Ann,\n> as you said';
    expect(
      ['body-plain', 'stripped-text', 'stripped-html', 'stripped-signature'].map((name) => form.get(name)),
    ).toEqual([plain, plain, html, '']);
  });

  it('SES: verdicts, the policy only on a DMARC failure, the action by the content', () => {
    const failed = sesNotification(parsedMail({ auth }), NOW);
    expect(failed.receipt).toMatchObject({
      processingTimeMillis: 1500,
      spfVerdict: { status: 'GRAY' },
      dkimVerdict: { status: 'PASS' },
      dmarcVerdict: { status: 'FAIL' },
      dmarcPolicy: 'reject',
      action: { type: 'S3', bucketName: 'raw-mail', objectKey: 'raw/x.eml' },
    });
    const unchecked = sesNotification(parsedMail(), NOW, 'raw text');
    expect(unchecked.receipt).not.toHaveProperty('dmarcPolicy');
    expect(unchecked.receipt.action).toEqual({ type: 'SNS' });
    expect(unchecked.content).toBe('raw text');
    expect(unchecked.mail.commonHeaders).toMatchObject({
      returnPath: 'bounce+7@example.org',
      from: ['"Doe, \\"Jane\\"" <jane@example.org>'],
      messageId: '<one@example.org>',
    });
  });

  it('a mail without SMTP falls back to its header fields', async () => {
    const payload = sesNotification(parsedMail({ envelope: null }), NOW);
    expect(payload.mail.source).toBe('jane@example.org');
    expect(payload.mail.destination).toEqual(['orders+42@example.com']);
    expect((await postmarkPayload(parsedMail({ from: [], envelope: null, to: [] }), bytes)).OriginalRecipient).toBe('');
  });
});
