import { CR, LF, SPACE, TAB } from '../scan/bytes.ts';
import type { TransferDecoder } from './decoder.ts';

const EQUALS = 0x3d;
const NOTHING = Buffer.alloc(0);

/**
 * Blanks at the end of a line are padding (RFC 2045 §6.7 rule 3), so they wait for what follows them. A line has 76
 * characters: more blanks than this in a row are content, and nobody can make the decoder hold megabytes.
 */
const PADDING_BYTES = 1024;

/** Value of each byte as a hexadecimal digit; -1 for the others. */
const HEX = new Int8Array(256).fill(-1);
for (const [value, digit] of Array.from('0123456789abcdef').entries()) {
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Quoted-printable (RFC 2045 §6.7) as a stream, in time linear in its input. Bytes are kept back only in the middle of
 * `=XX`, of a soft line break, or of blanks that could be padding.
 */
export class QuotedPrintableDecoder implements TransferDecoder {
  invalid = false;
  #held: Buffer = NOTHING;
  /** In a run of blanks that is too long to be padding. */
  #longRun = false;

  write(bytes: Buffer): Buffer {
    return this.#decode(this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]), false);
  }

  end(): Buffer {
    return this.#decode(this.#held, true);
  }

  #decode(input: Buffer, final: boolean): Buffer {
    const size = input.length;
    const output = Buffer.allocUnsafe(size);
    let length = 0;
    let at = 0;
    if (this.#longRun && !isBlank(input[0])) this.#longRun = false;
    while (at < size) {
      const byte = input[at] ?? 0;
      if (byte === EQUALS) {
        const code = hexByte(input, at + 1);
        const next = code >= 0 ? at + 3 : this.#escape(input, at, final);
        if (next === WAIT) break;
        if (next === LITERAL) output[length++] = EQUALS;
        else if (code >= 0) output[length++] = code;
        at = next === LITERAL ? at + 1 : next;
      } else if (byte !== SPACE && byte !== TAB) {
        output[length++] = byte;
        at += 1;
      } else if ((input[at + 1] ?? 0) > SPACE && !this.#longRun) {
        // One blank between words.
        output[length++] = byte;
        at += 1;
      } else {
        const end = blanksEnd(input, at);
        const padding = this.#isPadding(input, at, end, final);
        if (padding === null) break;
        if (!padding) output.set(input.subarray(at, end), length);
        length += padding ? 0 : end - at;
        at = end;
      }
    }
    this.#held = input.subarray(at);
    return output.subarray(0, length);
  }

  /**
   * Where to go on behind an `=` that no hexadecimal code follows and that is a soft line break; LITERAL when it is
   * nothing but an `=`.
   */
  #escape(input: Buffer, at: number, final: boolean): number {
    const line = blanksEnd(input, at + 1);
    const left = input.length - line;
    if (line - at <= PADDING_BYTES) {
      if (left === 0) return final ? input.length : WAIT;
      if (input[line] === LF) return line + 1;
      if (input[line] === CR) {
        if (left < 3 && !final && input[line + left - 1] === CR) return WAIT;
        // CR CR LF is one line break that passed through a careless gateway.
        if (input[line + 1] === CR && input[line + 2] === LF) return line + 3;
        return input[line + 1] === LF ? line + 2 : line + 1;
      }
      // `=4` at the end of the input: the second digit may come.
      if (left === 1 && line === at + 1 && !final) return WAIT;
    }
    this.invalid = true;
    return LITERAL;
  }

  /** Whether blanks up to `end` are padding; null when that cannot be told yet. */
  #isPadding(input: Buffer, at: number, end: number, final: boolean): boolean | null {
    const atEnd = end === input.length;
    if (!this.#longRun && end - at < PADDING_BYTES) {
      if (atEnd && !final) return null;
      if (atEnd || input[end] === CR || input[end] === LF) return true;
    }
    this.#longRun = atEnd || isBlank(input[end]);
    return false;
  }
}

/** More input is needed. */
const WAIT = -1;
const LITERAL = -2;

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

/** Value of two hexadecimal digits; negative when they are not there. */
function hexByte(input: Buffer, at: number): number {
  const high = HEX[input[at] ?? 0] ?? -1;
  const low = HEX[input[at + 1] ?? 0] ?? -1;
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** Where a run of blanks ends, or where it is too long to be padding. */
function blanksEnd(input: Buffer, from: number): number {
  const limit = Math.min(input.length, from + PADDING_BYTES);
  let end = from;
  while (end < limit && isBlank(input[end])) end++;
  return end;
}
