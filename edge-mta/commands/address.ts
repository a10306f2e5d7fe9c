import { normalizeDomain } from '../../core/mail/recipient-pattern.ts';
import { textOf } from './command-line.ts';

/** An envelope address as the client wrote it, without angle brackets, source route and trailing dot. */
export interface EnvelopeAddress {
  /** Empty for the null reverse-path `<>`. */
  address: string;
  /** Without the quotes and backslashes of a quoted local part (RFC 5321 §4.1.2). */
  localPart: string;
  /** As an A-label in lower case (RFC 5890); null for `<>` and `<postmaster>`. */
  domain: string | null;
  ascii: boolean;
}

/** A path has at most 256 octets including angle brackets (RFC 5321 §4.5.3.1.3). */
const MAX_ADDRESS_BYTES = 254;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern must match control characters
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b\u2060\ufeff]/;
/** atext (RFC 5322 §3.2.3), beyond ASCII too (RFC 6531 §3.3), with dots anywhere: `a.@docomo.ne.jp` exists. */
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\u0080-\u{10ffff}-]+$/u;
const QUOTED = /^"((?:[^"\\]|\\.)*)"$/;
const DOMAIN = /^(?=.{1,255}$)[A-Za-z0-9_\u0080-\u{10ffff}-]+(\.[A-Za-z0-9_\u0080-\u{10ffff}-]+)*$/u;
const ADDRESS_LITERAL = /^\[[0-9A-Za-z:.-]{2,60}\]$/;

/** The two parts of the argument of MAIL or RCPT. */
export interface PathArgument {
  /** Without angle brackets. */
  path: string;
  parameters: string[];
}

/**
 * Splits `FROM:<path> parameters` and `TO:<path> parameters` (RFC 5321 §4.1.1.2 and §4.1.1.3). Tolerates a space after
 * the colon, which many clients send.
 *
 * @param bracketsNeeded whether to reject `FROM:path` without angle brackets, as the RFC requires; some devices send it
 * @returns null when the argument has another form
 */
export function splitPath(argument: string, keyword: 'FROM' | 'TO', bracketsNeeded: boolean): PathArgument | null {
  const text = textOf(argument);
  const head = text === null ? null : PATH_HEADS[keyword].exec(text)?.[0];
  if (text === null || !head) return null;
  const bracket = text[head.length] === '<';
  const start = head.length + (bracket ? 1 : 0);
  const end = pathEnd(text, start, bracket ? '>' : ' ');
  if (end === -1 || (bracket ? isMore(text, end + 1) : bracketsNeeded || end === start)) return null;
  return {
    // A plain slice would keep the whole line in memory, and a mail can have a hundred recipients.
    path: Buffer.from(text.slice(start, end)).toString(),
    parameters: text
      .slice(end + 1)
      .split(' ')
      .filter(Boolean),
  };
}

const PATH_HEADS = { FROM: /^from: */i, TO: /^to: */i } as const;

/** End of the path, or -1. Skips quoted local parts, which may contain the terminator. */
function pathEnd(text: string, start: number, terminator: '>' | ' '): number {
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === terminator) return at;
    else if (!quoted && (character === '<' || character === '>' || character === ' ')) return -1;
  }
  return terminator === ' ' && !quoted ? text.length : -1;
}

const isMore = (text: string, at: number): boolean => at < text.length && text[at] !== ' ';

/** Parses the content of the angle brackets; null when it is not an address. */
export function parseAddress(path: string): EnvelopeAddress | null {
  if (path === '') return { address: '', localPart: '', domain: null, ascii: true };
  // A source route is accepted and ignored (RFC 5321 §4.1.2, appendix C).
  const routed = path.startsWith('@') ? path.slice(path.indexOf(':') + 1) : path;
  // `user@example.com.` means `user@example.com`: a trailing dot is the DNS root. Postfix removes it too.
  const address = routed.includes('@') && routed.endsWith('.') ? routed.slice(0, -1) : routed;
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
