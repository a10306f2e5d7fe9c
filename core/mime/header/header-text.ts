import { isUtf8 } from 'node:buffer';
import { guessCharset } from '../charset/decode-text.ts';
import { decodeWords } from './encoded-word.ts';

const CONTROL = /[\t\r\n\0]/;

/**
 * Header text as Unicode, encoded words still in it. RFC 6532 allows UTF-8; anything else that is not ASCII is read in
 * the charset the mail uses elsewhere, at last as Windows-1252.
 *
 * @param raw one character a byte
 * @param hint charset the mail declares for its body
 */
export function unicodeOf(raw: string, hint: string | null): string {
  if (isPlain(raw)) return raw;
  const bytes = Buffer.from(raw, 'latin1');
  return guessCharset(bytes, hint).decode(bytes);
}

/**
 * Header text for people: encoded words decoded, blanks around it removed. It can hold any character.
 *
 * @param onInvalid called for an encoded word whose charset is unknown, or does not allow its bytes
 */
export function displayText(raw: string, hint: string | null, onInvalid?: () => void): string {
  const trimmed = raw.trim();
  if (!trimmed.includes('=?')) return unicodeOf(trimmed, hint);
  return decodeWords(trimmed, (literal) => unicodeOf(literal, hint), onInvalid);
}

/**
 * Fit to be written into one line: the tabs of folded lines become spaces; CR, LF and NUL, which would forge further
 * lines, are removed.
 */
export function oneLine(text: string): string {
  return CONTROL.test(text) ? text.replaceAll('\t', ' ').replace(/[\r\n\0]+/g, '') : text;
}

/** Bytes that neither ASCII nor UTF-8 allows: whatever they are read as is a guess. */
export function isGuessed(raw: string): boolean {
  return !isPlain(raw) && !isUtf8(Buffer.from(raw, 'latin1'));
}

/** Printable ASCII and blanks: no 8-bit bytes, and no escape sequences of ISO-2022. */
function isPlain(raw: string): boolean {
  return !/[^\t -~]/.test(raw);
}
