import { createHmac, randomBytes } from 'node:crypto';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import { textOfHtml } from '../mime/derived/html-text.ts';
import { type AttachmentContent, envelopeSender, formatAddresses, recipients } from './common.ts';

/**
 * A mail as the form that `forward()` of a Mailgun route posts, signed the same way: `signature` is the HMAC-SHA256 of
 * `timestamp` and `token` with the signing key. It covers only those two, not the body: receivers must check the age of
 * `timestamp` and remember tokens.
 */
export async function mailgunForm(
  mail: ParsedMail,
  content: AttachmentContent,
  signing: { key: string; now: Date },
): Promise<FormData> {
  const form = new FormData();
  const plain = mail.text ?? textOfHtml(mail.html ?? '');
  const timestamp = String(Math.floor(signing.now.getTime() / 1000));
  const token = randomBytes(25).toString('hex');
  form.set('timestamp', timestamp);
  form.set('token', token);
  form.set(
    'signature',
    createHmac('sha256', signing.key)
      .update(timestamp + token)
      .digest('hex'),
  );
  form.set('recipient', recipients(mail).join(', '));
  form.set('sender', envelopeSender(mail));
  form.set('from', formatAddresses(mail.from));
  form.set('subject', mail.subject ?? '');
  form.set('message-headers', JSON.stringify(mail.headers.map(({ name, value }) => [name, value])));
  form.set('body-plain', plain);
  form.set('stripped-text', mail.reply?.text ?? plain);
  form.set('stripped-signature', mail.reply?.signature ?? '');
  if (mail.html !== null) {
    form.set('body-html', mail.html);
    form.set('stripped-html', mail.html);
  }
  await addAttachments(form, mail, content);
  return form;
}

async function addAttachments(form: FormData, mail: ParsedMail, content: AttachmentContent): Promise<void> {
  if (mail.attachments.length === 0) return;
  const contentIds: Record<string, string> = Object.create(null);
  for (const [index, attachment] of mail.attachments.entries()) {
    const field = `attachment-${index + 1}`;
    const file = new Blob([await content(attachment)], { type: attachment.contentType });
    form.set(field, file, attachment.filename ?? field);
    if (attachment.contentId !== null) contentIds[`<${attachment.contentId}>`] = field;
  }
  form.set('attachment-count', String(mail.attachments.length));
  form.set('content-id-map', JSON.stringify(contentIds));
}
