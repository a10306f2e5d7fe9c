import { REPLIES, type Reply } from '../replies.ts';

/** The MAIL parameters that this server announces, as sent by the client. */
export interface MailParameters {
  /** Names in upper case. */
  sent: Record<string, string | true>;
  /** Bytes (RFC 1870); null when not declared. */
  size: number | null;
  body: '7BIT' | '8BITMIME' | null;
  smtpUtf8: boolean;
}

const PARAMETER = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([\x21-\x3c\x3e-\x7e]+))?$/;

/**
 * Reads `SIZE=` (RFC 1870 §3), `BODY=` (RFC 6152 §3) and `SMTPUTF8` (RFC 6531 §3.4).
 *
 * @returns the rejecting reply if one is unknown, repeated or has an invalid value
 */
export function parseMailParameters(words: readonly string[], maxMessageBytes: number): MailParameters | Reply {
  const sent: Record<string, string | true> = {};
  for (const word of words) {
    const match = PARAMETER.exec(word);
    const name = match?.[1]?.toUpperCase();
    if (name === undefined || Object.hasOwn(sent, name)) return REPLIES.badParameter;
    if (name !== 'SIZE' && name !== 'BODY' && name !== 'SMTPUTF8') return REPLIES.unknownParameter;
    sent[name] = match?.[2] ?? true;
  }
  const size = sent['SIZE'] ?? null;
  if (size !== null && (size === true || !/^\d{1,20}$/.test(size))) return REPLIES.badParameter;
  if (Number(size) > maxMessageBytes) return REPLIES.tooBig;
  const body = parseBody(sent['BODY']);
  if (body === undefined || (sent['SMTPUTF8'] ?? true) !== true) return REPLIES.badParameter;
  return { sent, size: size === null ? null : Number(size), body, smtpUtf8: sent['SMTPUTF8'] === true };
}

function parseBody(value: string | true | undefined): MailParameters['body'] | undefined {
  if (value === undefined) return null;
  const body = value === true ? '' : value.toUpperCase();
  return body === '7BIT' || body === '8BITMIME' ? body : undefined;
}
