import type { Address, Attachment, AuthResult, ParsedMail } from '../mail/parsed-mail.ts';

/** Fetches an attachment's decoded bytes, from `bucket` and `key`. */
export type AttachmentContent = (attachment: Attachment) => Promise<Buffer>;

/** `"Doe, Jane" <jane@example.com>` (RFC 5322 §3.4); the bare address when there is no name. */
export function formatAddress({ name, address }: Pick<Address, 'name' | 'address'>): string {
  if (name === '') return address;
  return `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`;
}

export const formatAddresses = (list: readonly Address[]): string => list.map(formatAddress).join(', ');

/** The value of the first header field of that name, as written in the mail; empty when there is none. */
export function headerValue(mail: ParsedMail, name: string): string {
  const wanted = name.toLowerCase();
  return mail.headers.find((header) => header.name.toLowerCase() === wanted)?.value ?? '';
}

/**
 * Recipients as SMTP knew them. A mail that arrived without SMTP (`envelope: null`) has only its header fields; only
 * the envelope has Bcc recipients.
 */
export function recipients(mail: ParsedMail): string[] {
  return mail.envelope?.rcptTo ?? [...mail.to, ...mail.cc, ...mail.bcc].map(({ address }) => address);
}

/** The envelope sender; without SMTP, that of the header. */
export function envelopeSender(mail: ParsedMail): string {
  return mail.envelope?.mailFrom ?? mail.sender?.address ?? mail.from[0]?.address ?? '';
}

/** The strongest result over all signatures. */
export function dkimSummary(auth: AuthResult | null): AuthResult['spf']['result'] {
  const results = auth?.dkim.map(({ result }) => result) ?? [];
  return results.find((result) => result === 'pass') ?? results[0] ?? 'none';
}
