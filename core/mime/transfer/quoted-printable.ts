import { CR, LF, SPACE, TAB } from '../scan/bytes.ts';
import { hexByte } from '../scan/hex.ts';
import { OutputRoom } from './output-room.ts';
import type { TransferDecoder } from './transfer-decoder.ts';

const EQUALS = 0x3d;
const NOTHING = Buffer.alloc(0);

/**
 * Blanks at the end of a line are padding (RFC 2045 §6.7 rule 3), so they are held until the next byte is known. A line
 * has 76 characters: more blanks than this in a row are content, so that nobody can make the decoder hold megabytes.
 */
const PADDING_BYTES = 1024;

/** Bytes that end a run; everything between them is content. */
const ENDS_RUN = new Uint8Array(256);
for (const byte of [EQUALS, CR, LF]) ENDS_RUN[byte] = 1;

/**
 * Quoted-printable (RFC 2045 §6.7) as a stream, in time linear in its input. Byte by byte: the runs between `=` and
 * line ends are too short for native calls to be faster. Bytes are held only in the middle of `=XX`, of a soft line
 * break, or of blanks that could be padding.
 */
export class QuotedPrintableDecoder implements TransferDecoder {
  invalid = false;
  reshaped = false;
  readonly #room: OutputRoom;
  #held: Buffer = NOTHING;
  /** Whether it is in a run of blanks that is too long to be padding. */
  #longRun = false;

  /** @param reuse whether the memory that `write` returned is reused by the next `write` */
  constructor(reuse = false) {
    this.#room = new OutputRoom(reuse);
  }

  write(bytes: Buffer): Buffer {
    return this.#decode(bytes, false);
  }

  end(): Buffer {
    return this.#decode(NOTHING, true);
  }

  /** Decodes in place: the output is never longer than the input. */
  #decode(bytes: Buffer, final: boolean): Buffer {
    const held = this.#held;
    const size = held.length + bytes.length;
    const output = this.#room.take(size);
    output.set(held);
    output.set(bytes, held.length);
    const input = output.subarray(0, size);
    let length = 0;
    let at = 0;
    /** Start of the current run of content: blanks after it can be padding. */
    let run = 0;
    // Bundled by esbuild, a module variable would be looked up for each byte.
    const endsRun = ENDS_RUN;
    this.#held = NOTHING;
    if (!isBlank(input[0])) this.#longRun = false;
    for (;;) {
      let byte = 0;
      while (at < size) {
        byte = input[at] ?? 0;
        if (endsRun[byte] === 1) break;
        output[length++] = byte;
        at++;
      }
      if (at === size) break;
      if (byte !== EQUALS) {
        const written = length;
        length = this.#withoutPadding(output, run, written);
        this.reshaped ||= length < written;
        output[length++] = byte;
        at++;
      } else {
        const code = hexByte(input, at + 1);
        if (code >= 0) {
          output[length++] = code;
          at += 3;
        } else if (input[at + 1] === CR && input[at + 2] === LF) {
          at += 3;
        } else {
          const next = this.#escape(input, at, final);
          if (next === WAIT) {
            this.#held = input.subarray(at);
            return output.subarray(0, length);
          }
          if (next === LITERAL) output[length++] = EQUALS;
          at = next === LITERAL ? at + 1 : next;
        }
      }
      run = length;
      this.#longRun = false;
    }
    const written = length;
    length = this.#withoutPadding(output, run, written);
    if (final) this.reshaped ||= length < written;
    else this.#held = output.subarray(length, written);
    this.#longRun = length === written && written > run && isBlank(output[written - 1]);
    return output.subarray(0, length);
  }

  /**
   * Where to continue after an `=` without a hexadecimal code that is a soft line break; LITERAL when it is just an
   * `=`.
   */
  #escape(input: Buffer, at: number, final: boolean): number {
    const line = blanksEnd(input, at + 1);
    const left = input.length - line;
    if (line - at <= PADDING_BYTES) {
      if (line > at + 1) this.reshaped = true;
      if (left === 0) return final ? input.length : WAIT;
      if (input[line] === LF) return line + 1;
      if (input[line] === CR) {
        if (left < 3 && !final && input[line + left - 1] === CR) return WAIT;
        this.reshaped = true;
        // CR CR LF is one line break that passed through a faulty gateway.
        if (input[line + 1] === CR && input[line + 2] === LF) return line + 3;
        return input[line + 1] === LF ? line + 2 : line + 1;
      }
      // `=4` at the end of the input: the second digit may still come.
      if (left === 1 && line === at + 1 && !final) return WAIT;
    }
    this.invalid = true;
    return LITERAL;
  }

  /**
   * End of a run's content before a line end or the end of the input: before the blanks, unless there are too many of
   * them.
   */
  #withoutPadding(output: Buffer, run: number, written: number): number {
    let end = written;
    while (end > run && isBlank(output[end - 1])) end--;
    return written - end >= PADDING_BYTES || (this.#longRun && end === run) ? written : end;
  }
}

/** More input is needed. */
const WAIT = -1;
const LITERAL = -2;

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

/** End of a run of blanks, or the point at which it is too long to be padding. */
function blanksEnd(input: Buffer, from: number): number {
  const limit = Math.min(input.length, from + PADDING_BYTES);
  let end = from;
  while (end < limit && isBlank(input[end])) end++;
  return end;
}
