import { SPACE, TAB } from '../scan/bytes.ts';
import { JUNK, PAD, SKIP, SYMBOLS } from './base64-symbols.ts';

const AT = 0x40;
const DOT = 0x2e;
const COLON = 0x3a;
const SLASH = 0x2f;

/** Symbols of a line that counts as data again after text. Mailers write 60 to 76. */
const FULL_LINE_SYMBOLS = 40;

/** What precedes a line: data, padding or a separator, or text that is not data. */
export type Before = 'data' | 'end' | 'text';

/** Composition of a line (or of the beginning of a long one). */
export interface Base64Line {
  /** Words that contain a symbol. */
  words: number;
  /** Symbols and padding. */
  symbols: number;
  padding: number;
  junk: boolean;
  /** A word other than the last is not a whole number of groups: data would only be split between groups. */
  oddWord: boolean;
  /** A URL or a mail address. */
  address: boolean;
  /** End of data that is followed by padding and then by text on the same line; -1 otherwise. */
  endOfData: number;
}

export function base64Line(bytes: Buffer, from: number, to: number): Base64Line {
  const line = { words: 0, symbols: 0, padding: 0, junk: false, oddWord: false, address: false, endOfData: -1 };
  let word = 0;
  let padEnd = -1;
  let at = false;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0;
    const value = SYMBOLS[byte] ?? JUNK;
    if (value < SKIP || byte === PAD) {
      if (value < SKIP && word === 0) line.words++;
      word++;
      line.symbols++;
      if (byte === PAD) {
        line.padding++;
        const endsData = padEnd === -1 ? line.words === 1 && !line.junk : padEnd === i;
        if (endsData) padEnd = i + 1;
      }
    } else if (value === JUNK) {
      line.junk = true;
      if (padEnd !== -1) line.endOfData = padEnd;
      at ||= byte === AT;
      const slashes = i + 2 < to && bytes[i + 1] === SLASH && bytes[i + 2] === SLASH;
      line.address ||= byte === COLON ? slashes : at && byte === DOT;
    } else if (byte === SPACE || byte === TAB) {
      line.oddWord ||= word % 4 !== 0 && hasMore(bytes, i, to);
      word = 0;
    }
  }
  return line;
}

function hasMore(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (SYMBOLS[bytes[i] ?? 0] !== SKIP) return true;
  return false;
}

/**
 * Whether a line is unencoded text that was appended to base64: the footer of a mailing list, the note of a virus
 * scanner. By RFC 2045 §6.8 junk is ignored and padding ends the data. Junk alone may be damage, so after data a text
 * line must also contain words that no encoder would split like this.
 *
 * @param midGroup whether the data before it ended inside a group
 */
export function isTextLine(line: Base64Line, before: Before, midGroup: boolean): boolean {
  const { words, symbols, junk, oddWord, address } = line;
  if (before === 'text') return junk || words !== 1 || symbols < FULL_LINE_SYMBOLS || symbols % 4 !== 0;
  if (before === 'end') return junk || oddWord || symbols % 4 !== 0;
  return address || (words > 1 && (junk || (oddWord && !midGroup)));
}

/** A line of dashes, underscores or the like. */
export function isSeparator({ words, junk, padding }: Base64Line): boolean {
  return words === 0 && (junk || padding > 2);
}
