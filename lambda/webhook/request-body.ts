import { buffer } from 'node:stream/consumers';
import type { StoredMail } from '../../consumer/stored-mail.ts';
import { PermanentError } from '../../core/mail/errors.ts';
import type { Attachment, ParsedMail } from '../../core/mail/parsed-mail.ts';
import { mailgunForm } from '../../core/payloads/mailgun.ts';
import { postmarkPayload } from '../../core/payloads/postmark.ts';
import { sendgridForm } from '../../core/payloads/sendgrid.ts';
import { SES_CONTENT_LIMIT_BYTES, sesNotification } from '../../core/payloads/ses.ts';
import type { Webhook } from '../../core/settings/webhook.ts';

export interface RequestBody {
  contentType: string;
  bytes: Buffer;
}

/** What every body other than the mail itself needs. */
export interface Making {
  key: string | null;
  now: Date;
}

/**
 * The body that a webhook posts. Fields omitted from the message, and attachments if the format has them, are fetched;
 * attachments that are too long are refused before they are fetched.
 *
 * @throws PermanentError `webhook.too_large`, `webhook.key_missing`, `object.missing`
 */
export async function requestBody(
  message: ParsedMail,
  stored: StoredMail,
  { format, maxBodyBytes }: Pick<Webhook, 'format' | 'maxBodyBytes'>,
  making: Making,
): Promise<RequestBody> {
  const mail = { ...(await stored.whole()), route: message.route };
  const carried = format === 'parsed-mail' || format === 'ses' ? [] : mail.attachments;
  checkSize(
    carried.reduce((sum, { size }) => sum + size, 0),
    maxBodyBytes,
  );
  const body = await bodyOf(format, mail, stored, making);
  checkSize(body.bytes.length, maxBodyBytes);
  return body;
}

async function bodyOf(
  format: Webhook['format'],
  mail: ParsedMail,
  stored: StoredMail,
  { key, now }: Making,
): Promise<RequestBody> {
  const content = async (attachment: Attachment) => buffer(await stored.attachment(attachment));
  switch (format) {
    case 'parsed-mail':
      return json(mail);
    case 'postmark':
      return json(await postmarkPayload(mail, content));
    case 'sendgrid':
      return formData(await sendgridForm(mail, content));
    case 'mailgun':
      if (key === null) throw new PermanentError('webhook.key_missing', 'the Mailgun format needs a signing key');
      return mailgunBody(await mailgunForm(mail, content, { key, now }), mail);
    case 'ses':
      return json(sesNotification(mail, now, await shortRaw(mail, stored)));
  }
}

/** SES includes short mails in the notification and points to the others. */
async function shortRaw({ raw }: ParsedMail, stored: StoredMail): Promise<string | undefined> {
  if (raw.size - raw.traceBytes > SES_CONTENT_LIMIT_BYTES) return undefined;
  return (await buffer(await stored.raw())).toString();
}

const json = (value: unknown): RequestBody => ({
  contentType: 'application/json',
  bytes: Buffer.from(JSON.stringify(value)),
});

/** Mailgun posts multipart bodies only for mails with attachments. */
async function mailgunBody(form: FormData, { attachments }: ParsedMail): Promise<RequestBody> {
  if (attachments.length > 0) return formData(form);
  const fields = [...form].map(([name, value]): [string, string] => [name, String(value)]);
  return {
    contentType: 'application/x-www-form-urlencoded',
    bytes: Buffer.from(new URLSearchParams(fields).toString()),
  };
}

async function formData(form: FormData): Promise<RequestBody> {
  const encoded = new Response(form);
  return {
    contentType: encoded.headers.get('content-type') ?? 'multipart/form-data',
    bytes: Buffer.from(await encoded.arrayBuffer()),
  };
}

function checkSize(bytes: number, limit: number): void {
  if (bytes <= limit) return;
  throw new PermanentError('webhook.too_large', `the body would be ${bytes} bytes, more than ${limit}`);
}
