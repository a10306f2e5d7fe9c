import { SPACE, TAB } from '../scan/bytes.ts';
import { JUNK, PAD, SKIP, SYMBOLS } from './base64-symbols.ts';

const AT = 0x40;
const DOT = 0x2e;
const COLON = 0x3a;
const SLASH = 0x2f;

/** Symbols of a line that is taken for data again behind text. Mailers write 60 to 76. */
const FULL_LINE_SYMBOLS = 40;

/** What stands in front of a line: data, padding or a separator, or text that is no data. */
export type Before = 'data' | 'end' | 'text';

/** What a line (or the beginning of a long one) is made of. */
export interface Base64Line {
  /** Words with a symbol in them. */
  words: number;
  /** Symbols and padding. */
  symbols: number;
  padding: number;
  junk: boolean;
  /** A word with others behind it is no whole number of groups: data would be cut anywhere but there. */
  oddWord: boolean;
  /** A URL or a mail address. */
  address: boolean;
  /** Where data ends that has padding and then text on the same line; -1 when it is not so. */
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
 * Whether a line is text that was put to base64 without being encoded: the footer of a mailing list, the note of a
 * virus scanner. RFC 2045 §6.8 has junk ignored and padding end the data; junk alone may be damage, so behind data it
 * takes words that no encoder would cut like this.
 *
 * @param midGroup the data in front of it ended inside a group
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
