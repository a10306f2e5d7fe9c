import type { Envelope } from '../../core/mail/envelope.ts';
import { addressLiteral } from '../abuse/ip-address.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The lines that final delivery prepends to a mail: `Return-Path` and `Received` (RFC 5321 §4.4). Nothing in them comes
 * from the mail; the client's EHLO name is reduced to the characters of host names and addresses.
 *
 * @param protocol `ESMTPS` and the like (RFC 3848, RFC 6531 §4.3)
 */
export function traceHeader(envelope: Envelope, hostname: string, protocol: string): Buffer {
  const { remoteAddress, tls, rcptTo } = envelope;
  const security = tls === null ? '' : `\r\n\t(using ${tls.version} with cipher ${tls.cipher})`;
  // With several recipients, the field would disclose each one to the others (RFC 5321 §7.6).
  const only = rcptTo.length === 1 ? rcptTo[0] : undefined;
  const recipient = only === undefined ? '' : `\r\n\tfor <${only.address}>`;
  return Buffer.from(
    `Return-Path: <${envelope.mailFrom}>\r\n` +
      `Received: from ${hostToken(envelope.helo)} ([${addressLiteral(remoteAddress)}])${security}\r\n` +
      `\tby ${hostname} with ${protocol} id ${envelope.id}${recipient};\r\n` +
      `\t${rfc5322Date(new Date(envelope.receivedAt))}\r\n`,
  );
}

/**
 * The last line of the trace header when a mail starts with a blank or tab: such a line would continue the preceding
 * field (RFC 5322 §2.2.3), which must not be our `Received`. Postfix ends the header there, which turns the rest of the
 * header into text; after this field, every reader still finds the remaining fields.
 */
export const FIRST_LINE_FIELD = Buffer.from('X-Mail-Pipeline-First-Line: the mail begins with a blank:\r\n');

export const wouldFold = (content: Buffer): boolean => content[0] === 0x20 || content[0] === 0x09;

const hostToken = (helo: string): string => helo.replace(/[^A-Za-z0-9.:_[\]\u0080-\u{10ffff}-]/gu, '?');

/** RFC 5322 §3.3, in UTC. */
export function rfc5322Date(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${DAYS[date.getUTCDay()]}, ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}
