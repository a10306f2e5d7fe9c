import { isUtf8 } from 'node:buffer';
import { normalizeDomain } from '../../core/mail/recipient-pattern.ts';

/** One address of the envelope, as the client wrote it without angle brackets and source route. */
export interface EnvelopeAddress {
  /** Empty for the null reverse-path `<>`. */
  address: string;
  /** Quotes and backslashes of a quoted local part removed (RFC 5321 §4.1.2). */
  localPart: string;
  /** As an A-label in lower case (RFC 5890); null for `<>` and `<postmaster>`. */
  domain: string | null;
  ascii: boolean;
}

/** Path is 256 octets at most, angle brackets included (RFC 5321 §4.5.3.1.3). */
const MAX_ADDRESS_BYTES = 254;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is there to find
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b\u2060\ufeff]/;
/** atext (RFC 5322 §3.2.3), beyond ASCII too (RFC 6531 §3.3), with dots anywhere: `a.@docomo.ne.jp` exists. */
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\u0080-\u{10ffff}-]+$/u;
const QUOTED = /^"((?:[^"\\]|\\.)*)"$/;
const DOMAIN = /^(?=.{1,255}$)[A-Za-z0-9_\u0080-\u{10ffff}-]+(\.[A-Za-z0-9_\u0080-\u{10ffff}-]+)*$/u;
const ADDRESS_LITERAL = /^\[[0-9A-Za-z:.-]{2,60}\]$/;

/**
 * Splits `MAIL FROM:<path> parameters` and `RCPT TO:<path> parameters` (RFC 5321 §4.1.1.2 and §4.1.1.3). A space
 * after the colon is let pass: many clients send one.
 *
 * @returns null when the line has another form
 */
export function splitPathCommand(line: Buffer, keyword: 'MAIL FROM' | 'RCPT TO') {
  if (!isUtf8(line)) return null;
  const text = line.toString();
  const head = keyword === 'MAIL FROM' ? /^mail +from: *</i.exec(text) : /^rcpt +to: *</i.exec(text);
  if (head === null) return null;
  const start = head[0].length;
  const end = closingBracket(text, start);
  if (end === -1 || (end + 1 < text.length && text[end + 1] !== ' ')) return null;
  return {
    // A plain slice keeps the whole line in memory, and a mail has a hundred recipients.
    path: Buffer.from(text.slice(start, end)).toString(),
    parameters: text
      .slice(end + 1)
      .split(' ')
      .filter(Boolean),
  };
}

/** A `>` inside a quoted local part does not close the path. */
function closingBracket(text: string, start: number): number {
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '>') return at;
    else if (!quoted && (character === '<' || character === ' ')) return -1;
  }
  return -1;
}

/** Reads what stands between the angle brackets; null when it is no address. */
export function parseAddress(path: string): EnvelopeAddress | null {
  if (path === '') return { address: '', localPart: '', domain: null, ascii: true };
  // A source route is accepted and ignored (RFC 5321 §4.1.2, appendix C).
  const address = path.startsWith('@') ? path.slice(path.indexOf(':') + 1) : path;
  if (address === '' || CONTROL.test(address) || Buffer.byteLength(address) > MAX_ADDRESS_BYTES) return null;
  const ascii = isAscii(address);
  if (address.toLowerCase() === 'postmaster') return { address, localPart: address, domain: null, ascii };
  const split = address.lastIndexOf('@');
  const localPart = parseLocalPart(address.slice(0, split === -1 ? 0 : split));
  const domain = parseDomain(address.slice(split + 1));
  return localPart === null || domain === null ? null : { address, localPart, domain, ascii };
}

function parseLocalPart(text: string): string | null {
  if (DOT_ATOM.test(text)) return text;
  const quoted = QUOTED.exec(text)?.[1];
  return quoted ? quoted.replace(/\\(.)/g, '$1') : null;
}

function parseDomain(text: string): string | null {
  if (ADDRESS_LITERAL.test(text)) return text.toLowerCase();
  return DOMAIN.test(text) ? normalizeDomain(text) : null;
}

const isAscii = (text: string): boolean => Buffer.byteLength(text) === text.length;
