import addressparser from 'nodemailer/lib/addressparser';
import { MIME_LIMITS } from '../mail/limits.ts';

/** The SMTP envelope of a mail: MAIL FROM, empty for the null reverse-path, and RCPT TO. */
export interface SmtpEnvelope {
  mailFrom: string;
  rcptTo: string[];
}

/**
 * The envelope that the headers of a stored mail suggest: the sender from Return-Path (RFC 5321 §4.4), otherwise
 * Sender, otherwise From; the recipients from To, Cc and Bcc, each once. A part is null when no header names it.
 */
export function envelopeFromHeaders(message: Buffer): { mailFrom: string | null; rcptTo: string[] | null } {
  const fields = headerFields(message);
  const addresses = (name: string) =>
    fields.filter((field) => field.name === name).flatMap((field) => addressesOf(field.value));
  const returnPath = fields.find((field) => field.name === 'return-path');
  const nullSender = returnPath?.value.trim() === '<>';
  const mailFrom = nullSender ? '' : ['return-path', 'sender', 'from'].flatMap(addresses)[0];
  const rcptTo = [...new Set(['to', 'cc', 'bcc'].flatMap(addresses))];
  return { mailFrom: mailFrom ?? null, rcptTo: rcptTo.length > 0 ? rcptTo : null };
}

/** Unfolded header fields (RFC 5322 §2.2.3), names in lower case. */
function headerFields(message: Buffer): { name: string; value: string }[] {
  const head = message.subarray(0, MIME_LIMITS.headerBytes).toString();
  const block = head.split(/\r?\n\r?\n/, 1)[0] ?? '';
  return block
    .replaceAll(/\r?\n(?=[ \t])/g, '')
    .split(/\r?\n/)
    .map((line) => /^([!-9;-~]+):(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, name = '', value = '']) => ({ name: name.toLowerCase(), value }));
}

/**
 * Only addresses that are valid in an envelope. The parser drops control characters, which would change the address.
 */
function addressesOf(value: string): string[] {
  if (/[^\t\P{Cc}]/u.test(value)) return [];
  return addressparser(value, { flatten: true })
    .map(({ address }) => address)
    .filter((address) => /^[^\s<>]+@[^\s<>]+$/.test(address));
}
