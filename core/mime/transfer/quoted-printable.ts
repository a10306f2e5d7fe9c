import { CR, LF, SPACE, TAB } from '../scan/bytes.ts';
import { hexByte } from '../scan/hex.ts';
import { OutputRoom } from './output-room.ts';
import type { TransferDecoder } from './transfer-decoder.ts';

const EQUALS = 0x3d;
const NOTHING = Buffer.alloc(0);

/**
 * Blanks at the end of a line are padding (RFC 2045 §6.7 rule 3), so they wait for what follows them. A line has 76
 * characters: more blanks than this in a row are content, and nobody can make the decoder hold megabytes.
 */
const PADDING_BYTES = 1024;

/** What stands between them is content. */
const ENDS_RUN = new Uint8Array(256);
for (const byte of [EQUALS, CR, LF]) ENDS_RUN[byte] = 1;

/**
 * Quoted-printable (RFC 2045 §6.7) as a stream, in time linear in its input. Byte by byte: what stands between `=` and
 * line ends is too short for native calls to find and move it faster. Bytes are kept back only in the middle of `=XX`, of a soft line break, or of blanks
 * that could be padding.
 */
export class QuotedPrintableDecoder implements TransferDecoder {
  invalid = false;
  reshaped = false;
  readonly #room: OutputRoom;
  #held: Buffer = NOTHING;
  /** In a run of blanks that is too long to be padding. */
  #longRun = false;

  /** @param reuse memory of what `write` returned is used again by the next `write` */
  constructor(reuse = false) {
    this.#room = new OutputRoom(reuse);
  }

  write(bytes: Buffer): Buffer {
    return this.#decode(bytes, false);
  }

  end(): Buffer {
    return this.#decode(NOTHING, true);
  }

  /** Decodes in place: what comes out is never longer than what it came from. */
  #decode(bytes: Buffer, final: boolean): Buffer {
    const held = this.#held;
    const size = held.length + bytes.length;
    const output = this.#room.take(size);
    output.set(held);
    output.set(bytes, held.length);
    const input = output.subarray(0, size);
    let length = 0;
    let at = 0;
    /** Where the run of content that is being read began: blanks behind it can be padding. */
    let run = 0;
    // A variable of the module would be looked up for each byte once esbuild has bundled it.
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
   * Where to go on behind an `=` that no hexadecimal code follows and that is a soft line break; LITERAL when it is
   * nothing but an `=`.
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

  /**
   * Where the content of a run ends that a line end follows, or the end of the input: before the blanks, unless there
   * are too many of them.
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

/** Where a run of blanks ends, or where it is too long to be padding. */
function blanksEnd(input: Buffer, from: number): number {
  const limit = Math.min(input.length, from + PADDING_BYTES);
  let end = from;
  while (end < limit && isBlank(input[end])) end++;
  return end;
}
