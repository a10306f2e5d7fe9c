import type { Attachment, ParsedMail } from '../mail/parsed-mail.ts';
import { type AttachmentContent, envelopeSender, formatAddresses, recipients } from './common.ts';

/**
 * A mail as the form of SendGrid's Inbound Parse. `spam_score` and `spam_report` are absent, as at SendGrid when the
 * spam check is off. Everything is UTF-8, and `charsets` says so.
 */
export async function sendgridForm(mail: ParsedMail, content: AttachmentContent): Promise<FormData> {
  const form = new FormData();
  form.set('headers', mail.headers.map(({ name, value }) => `${name}: ${value}\n`).join(''));
  form.set('dkim', dkimText(mail));
  form.set('content-ids', JSON.stringify(contentIds(mail.attachments)));
  form.set('to', formatAddresses(mail.to));
  form.set('cc', formatAddresses(mail.cc));
  form.set('from', formatAddresses(mail.from));
  form.set('subject', mail.subject ?? '');
  if (mail.text !== null) form.set('text', mail.text);
  if (mail.html !== null) form.set('html', mail.html);
  form.set('sender_ip', mail.envelope?.remoteAddress ?? '');
  form.set('envelope', JSON.stringify({ to: recipients(mail), from: envelopeSender(mail) }));
  form.set('attachments', String(mail.attachments.length));
  form.set('attachment-info', JSON.stringify(attachmentInfo(mail.attachments)));
  form.set('charsets', JSON.stringify(charsets(mail)));
  form.set('SPF', mail.auth?.spf.result ?? 'none');
  for (const [index, attachment] of mail.attachments.entries()) {
    const file = new Blob([await content(attachment)], { type: attachment.contentType });
    form.set(fieldName(index), file, attachment.filename ?? fieldName(index));
  }
  return form;
}

const fieldName = (index: number): string => `attachment${index + 1}`;

/** `{@example.com : pass}`; `none` without a signature. */
function dkimText(mail: ParsedMail): string {
  const results = mail.auth?.dkim.map(({ domain, result }) => `@${domain} : ${result}`) ?? [];
  return results.length === 0 ? 'none' : `{${results.join(', ')}}`;
}

function contentIds(attachments: readonly Attachment[]): Record<string, string> {
  return Object.fromEntries(
    attachments.flatMap(({ contentId }, index) => (contentId === null ? [] : [[contentId, fieldName(index)]])),
  );
}

function attachmentInfo(attachments: readonly Attachment[]): Record<string, Record<string, string>> {
  return Object.fromEntries(
    attachments.map(({ filename, contentType, contentId }, index) => [
      fieldName(index),
      {
        filename: filename ?? fieldName(index),
        name: filename ?? fieldName(index),
        type: contentType,
        ...(contentId === null ? {} : { 'content-id': contentId }),
      },
    ]),
  );
}

function charsets(mail: ParsedMail): Record<string, string> {
  const fields = [
    'to',
    'cc',
    'from',
    'subject',
    ...(mail.text === null ? [] : ['text']),
    ...(mail.html === null ? [] : ['html']),
  ];
  return Object.fromEntries(fields.map((name) => [name, 'UTF-8']));
}
