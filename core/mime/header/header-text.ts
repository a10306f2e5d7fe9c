import { isUtf8 } from 'node:buffer';
import { guessCharset } from '../charset/decode-text.ts';
import { decodeWords } from './encoded-word.ts';

const CONTROL = /[\t\r\n\0]/;

/**
 * Header text as Unicode, with encoded words left in. RFC 6532 allows UTF-8; other bytes above ASCII are decoded with
 * the charset that the mail uses elsewhere, and finally as Windows-1252.
 *
 * @param raw one character per byte
 * @param hint charset that the mail declares for its body
 */
export function unicodeOf(raw: string, hint: string | null): string {
  if (isPlain(raw)) return raw;
  const bytes = Buffer.from(raw, 'latin1');
  return guessCharset(bytes, hint).decode(bytes);
}

/**
 * Header text for people: encoded words decoded, trimmed. It can contain any character.
 *
 * @param onInvalid called for an encoded word whose charset is unknown, or whose bytes are invalid in it
 */
export function displayText(raw: string, hint: string | null, onInvalid?: () => void): string {
  const trimmed = raw.trim();
  if (!trimmed.includes('=?')) return unicodeOf(trimmed, hint);
  return decodeWords(trimmed, (literal) => unicodeOf(literal, hint), onInvalid);
}

/**
 * Makes a text safe for a single line: tabs of folded lines become spaces; CR, LF and NUL, which could forge further
 * lines, are removed.
 */
export function oneLine(text: string): string {
  return CONTROL.test(text) ? text.replaceAll('\t', ' ').replace(/[\r\n\0]+/g, '') : text;
}

/** Bytes that are neither ASCII nor UTF-8, so that any reading of them is a guess. */
export function isGuessed(raw: string): boolean {
  return !isPlain(raw) && !isUtf8(Buffer.from(raw, 'latin1'));
}

/** Printable ASCII and blanks: no 8-bit bytes, and no escape sequences of ISO-2022. */
function isPlain(raw: string): boolean {
  return !/[^\t -~]/.test(raw);
}
