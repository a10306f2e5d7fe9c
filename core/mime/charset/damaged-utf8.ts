import { isUtf8 } from 'node:buffer';

/** How much of the bytes above ASCII speaks for UTF-8, and how much for a charset of single bytes. */
interface Evidence {
  /** Characters of several bytes, whole or cut short behind their first two. */
  sequences: number;
  /** Bytes that begin a character which does not follow: letters in every Windows charset. */
  letters: number;
  /** Bytes that would continue a character: punctuation in Windows-1252, and what damaged UTF-8 leaves behind. */
  strays: number;
}

/** Wrong letters and strays weigh against this much of UTF-8. Two strays weigh as much as a letter. */
const SEQUENCE_WEIGHT = 4;
const LETTER_WEIGHT = 2;

/**
 * Whether bytes that are not valid UTF-8 are damaged UTF-8 (cut, patched, or with text of another charset behind it)
 * rather than another charset. In Windows-1252 text about one in fifty letters looks like UTF-8 by chance. Linear.
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

/** UTF-8 that was cut inside its last character, without what is left of that; anything else as it is. */
export function withoutCutCharacter(bytes: Buffer): Buffer {
  for (let left = 1; left <= 3 && left <= bytes.length; left++) {
    const at = bytes.length - left;
    if (isContinuation(bytes[at])) continue;
    const whole = bytes.subarray(0, at);
    return continuationsOf(bytes[at] ?? 0) >= left && isUtf8(whole) ? whole : bytes;
  }
  return bytes;
}

/** How many bytes continue a character that begins with this one (RFC 3629 §4); 0 for a byte that begins none. */
function continuationsOf(byte: number): number {
  if (byte < 0xc2 || byte > 0xf4) return 0;
  return byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte < 0xc0;
}

/** Â or Ã at the very end is what a cut leaves of most accented letters; hardly a text ends with either. */
function endsInside(bytes: Buffer, byte: number, at: number): boolean {
  return at === bytes.length && (byte === 0xc2 || byte === 0xc3);
}
