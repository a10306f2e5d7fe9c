import { isAscii, isUtf8 } from 'node:buffer';
import type { DefectCode } from '../../mail/defects.ts';
import { type Charset, charsetOf, US_ASCII, UTF_8, WINDOWS_1252 } from './charset.ts';
import { isDamagedUtf8 } from './damaged-utf8.ts';

export interface DecodedText {
  text: string;
  /** Name of the charset that was used, whatever was declared. */
  used: string;
  defect: DefectCode | null;
}

/** How much of an HTML text is searched for a charset: browsers search the first 1,024 bytes, mailers write more. */
const META_BYTES = 4096;

const ESCAPE = 0x1b;
/** Escape sequences that occur in no other charset: those with which ISO-2022-JP and -KR begin. */
const ESCAPES: readonly [string, string][] = [
  ['\x1b$B', 'iso-2022-jp'],
  ['\x1b$@', 'iso-2022-jp'],
  ['\x1b$)C', 'iso-2022-kr'],
  ['\x1b(I', 'iso-2022-jp'],
];

/** Charsets without bytes above ASCII (RFC 1468, RFC 1843, RFC 2152). */
const SEVEN_BIT = /^(iso-?2022|csiso2022|hz-|utf-7)/;

/**
 * The charset label of a text: from a byte order mark, which outweighs any declaration, from its charset parameter
 * (RFC 2046 §4.1.2), or from the HTML itself. Null when there is none.
 */
export function labelOf(bytes: Buffer, declared: string | null, html: boolean): string | null {
  return markOf(bytes) ?? declared ?? (html ? metaCharset(bytes) : null);
}

/**
 * Decodes a body part or an encoded word. The declared charset is used unless the bytes contradict it: UTF-8 with a few
 * bad bytes stays UTF-8, with U+FFFD for those; when nothing in it is UTF-8, the declaration is wrong. Without a usable
 * declaration: ISO-2022 escapes, UTF-8, the charset used elsewhere in the mail, Windows-1252.
 *
 * @param label from labelOf; `loadCharsets` was awaited for it and for `hint`
 * @param hint charset of the rest of the mail
 */
export function decodeText(bytes: Buffer, label: string | null, hint: string | null): DecodedText {
  const charset = label === null ? null : charsetOf(label);
  const isSuperset = charset === UTF_8 || charset === WINDOWS_1252 || charset === US_ASCII;
  if (isSuperset && isAscii(bytes) && !bytes.includes(ESCAPE))
    return { text: US_ASCII.decode(bytes), used: charset.name, defect: null };
  if (charset === null) {
    return decoded(bytes, guessCharset(bytes, hint), label === null ? null : 'mime.charset_unknown');
  }
  if (charset === US_ASCII) {
    const guess = guessCharset(bytes, hint);
    return decoded(bytes, guess, guess === US_ASCII ? null : 'mime.charset_invalid');
  }
  if (charset === UTF_8 && !isUtf8(bytes)) {
    return decoded(bytes, guessCharset(bytes, hint), 'mime.charset_invalid');
  }
  if ((charset === UTF_8 || charset === WINDOWS_1252) && bytes.includes(ESCAPE)) {
    const escaped = escapesOf(bytes);
    if (escaped !== null) return decoded(bytes, escaped, 'mime.charset_invalid');
  }
  const result = decoded(bytes, charset, null);
  if (charset === UTF_8 || charset === WINDOWS_1252) return result;
  const eightBit = !isAscii(bytes);
  if (!result.text.includes('\ufffd') && !(eightBit && SEVEN_BIT.test(charset.name))) return result;
  // Bytes that are invalid in the declared charset but valid UTF-8 are UTF-8.
  if (eightBit && isUtf8(bytes)) return decoded(bytes, UTF_8, 'mime.charset_invalid');
  return { ...result, defect: 'mime.charset_invalid' };
}

function decoded(bytes: Buffer, charset: Charset, defect: DefectCode | null): DecodedText {
  return { text: charset.decode(bytes), used: charset.name, defect };
}

/** The charset of bytes without a declaration. */
export function guessCharset(bytes: Buffer, hint: string | null): Charset {
  if (isAscii(bytes)) return (bytes.includes(ESCAPE) ? escapesOf(bytes) : null) ?? US_ASCII;
  if (isUtf8(bytes) || isDamagedUtf8(bytes)) return UTF_8;
  const hinted = hint === null ? null : charsetOf(hint);
  if (hinted !== null && hinted !== UTF_8 && hinted !== US_ASCII && !hinted.decode(bytes).includes('\ufffd'))
    return hinted;
  return WINDOWS_1252;
}

function escapesOf(bytes: Buffer): Charset | null {
  for (const [sequence, label] of ESCAPES) if (bytes.includes(sequence, 0, 'latin1')) return charsetOf(label);
  return null;
}

function markOf(bytes: Buffer): string | null {
  const first = bytes[0];
  const second = bytes[1];
  if (first === 0xef && second === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}

/** `<meta charset=…>` or `<meta http-equiv=Content-Type content="…; charset=…">` or an XML declaration. */
function metaCharset(bytes: Buffer): string | null {
  const start = bytes.toString('latin1', 0, Math.min(META_BYTES, bytes.length));
  const found = /<meta\s[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]{2,40})/i.exec(start);
  return found?.[1] ?? /^\s{0,100}<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.:-]{2,40})/i.exec(start)?.[1] ?? null;
}
