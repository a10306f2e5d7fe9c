import { hexByte } from '../header/encoded-word.ts';
import { CR, LF, SPACE, TAB } from '../scan/bytes.ts';
import type { TransferDecoder } from './decoder.ts';

const EQUALS = 0x3d;
const NOTHING = Buffer.alloc(0);

/**
 * Blanks at the end of a line are padding (RFC 2045 §6.7 rule 3), so they wait for what follows them. A line has 76
 * characters: more blanks than this in a row are content, and nobody can make the decoder hold megabytes.
 */
const PADDING_BYTES = 1024;

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
    const output = Buffer.allocUnsafe(input.length);
    const size = input.length;
    let length = 0;
    let at = 0;
    while (at < size) {
      const byte = input[at] ?? 0;
      if (byte === EQUALS) {
        const code = at + 2 < size ? hexByte(input, at + 1) : -1;
        if (code !== -1) {
          output[length++] = code;
          at += 3;
          continue;
        }
        const next = this.#escape(input, at, final);
        if (next === -1) break;
        if (next === at) {
          output[length++] = EQUALS;
          at += 1;
        } else at = next;
      } else if (byte === SPACE || byte === TAB) {
        const end = blanksEnd(input, at);
        const count = end - at;
        if (!this.#longRun && count < PADDING_BYTES) {
          if (end === size && !final) break;
          if (end === size || input[end] === CR || input[end] === LF) {
            at = end;
            continue;
          }
        }
        this.#longRun = end === size || count === PADDING_BYTES;
        while (at < end) output[length++] = input[at++] ?? 0;
        continue;
      } else {
        output[length++] = byte;
        at += 1;
      }
      if (this.#longRun) this.#longRun = false;
    }
    this.#held = input.subarray(at);
    return output.subarray(0, length);
  }

  /**
   * Where to go on behind an `=` that no hexadecimal code follows: behind a soft line break; at the `=` itself when it
   * is not one; -1 when more input is needed.
   */
  #escape(input: Buffer, at: number, final: boolean): number {
    const line = blanksEnd(input, at + 1);
    const left = input.length - line;
    if (line - at <= PADDING_BYTES) {
      if (left === 0) return final ? input.length : -1;
      if (input[line] === LF) return line + 1;
      if (input[line] === CR) {
        if (left < 3 && !final && input[line + left - 1] === CR) return -1;
        // CR CR LF is one line break that passed through a careless gateway.
        if (input[line + 1] === CR && input[line + 2] === LF) return line + 3;
        return input[line + 1] === LF ? line + 2 : line + 1;
      }
      if (left === 1 && line === at + 1 && !final) return -1;
    }
    this.invalid = true;
    return at;
  }
}

/** Where a run of blanks ends, or where it is too long to be padding. */
function blanksEnd(input: Buffer, from: number): number {
  const limit = Math.min(input.length, from + PADDING_BYTES);
  let end = from;
  while (end < limit && (input[end] === SPACE || input[end] === TAB)) end++;
  return end;
}
