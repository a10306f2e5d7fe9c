import { isUtf8 } from 'node:buffer';

/** How much of the bytes above ASCII suggests UTF-8, and how much a single-byte charset. */
interface Evidence {
  /** Multi-byte characters, complete or truncated after their first two bytes. */
  sequences: number;
  /** Lead bytes without continuation: letters in every Windows charset. */
  letters: number;
  /** Stray continuation bytes: punctuation in Windows-1252, and what damaged UTF-8 leaves behind. */
  strays: number;
}

/** Weights against UTF-8 sequences. Two strays weigh as much as a letter. */
const SEQUENCE_WEIGHT = 4;
const LETTER_WEIGHT = 2;

/**
 * Whether invalid UTF-8 is damaged UTF-8 (truncated, patched, or followed by text in another charset) rather than
 * another charset. In Windows-1252 text about one in fifty letters looks like UTF-8 by chance. Linear.
 */
export function isDamagedUtf8(bytes: Buffer): boolean {
  const { sequences, letters, strays } = evidenceOf(bytes);
  return sequences > 0 && sequences * SEQUENCE_WEIGHT >= letters * LETTER_WEIGHT + strays;
}

function evidenceOf(bytes: Buffer): Evidence {
  const found: Evidence = { sequences: 0, letters: 0, strays: 0 };
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at++] ?? 0;
    if (byte < 0x80) continue;
    const following = continuationsOf(byte);
    const first = at;
    while (at - first < following && isContinuation(bytes[at])) at++;
    if (byte < 0xc0) found.strays++;
    else if (at > first || endsInside(bytes, byte, at)) found.sequences++;
    else found.letters++;
  }
  return found;
}

/** UTF-8 without a character that was truncated at its end; anything else unchanged. */
export function withoutCutCharacter(bytes: Buffer): Buffer {
  for (let left = 1; left <= 3 && left <= bytes.length; left++) {
    const at = bytes.length - left;
    if (isContinuation(bytes[at])) continue;
    const whole = bytes.subarray(0, at);
    return continuationsOf(bytes[at] ?? 0) >= left && isUtf8(whole) ? whole : bytes;
  }
  return bytes;
}

/** Number of continuation bytes after this lead byte (RFC 3629 §4); 0 for any other byte. */
function continuationsOf(byte: number): number {
  if (byte < 0xc2 || byte > 0xf4) return 0;
  return byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte < 0xc0;
}

/** Truncation of most accented letters leaves Â or Ã at the very end; hardly any text ends with either. */
function endsInside(bytes: Buffer, byte: number, at: number): boolean {
  return at === bytes.length && (byte === 0xc2 || byte === 0xc3);
}
