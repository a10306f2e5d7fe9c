import { CR, LF, SPACE, TAB } from '../scan/bytes.ts';
import type { TransferDecoder } from './decoder.ts';
import { OutputRoom } from './output-room.ts';

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
 * Quoted-printable (RFC 2045 §6.7) as a stream, in time linear in its input. What stands between `=` and line ends is
 * found and moved in one piece. Bytes are kept back only in the middle of `=XX`, of a soft line break, or of blanks
 * that could be padding.
 */
export class QuotedPrintableDecoder implements TransferDecoder {
  invalid = false;
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
    let equals = -1;
    let cr = -1;
    let lf = -1;
    if (!isBlank(input[0])) this.#longRun = false;
    while (at < size) {
      if (equals < at) equals = indexOrEnd(input, EQUALS, at);
      if (cr < at) cr = indexOrEnd(input, CR, at);
      if (lf < at) lf = indexOrEnd(input, LF, at);
      const stop = Math.min(equals, cr, lf);
      if (stop > at) {
        const end = stop === equals && stop < size ? stop : this.#withoutPadding(input, at, stop);
        output.copyWithin(length, at, end);
        length += end - at;
        at = stop === size && !final ? end : stop;
        this.#longRun = at === size && isBlank(input[size - 1]);
        if (stop === size) break;
      }
      if (stop !== equals) {
        output[length++] = input[stop] ?? 0;
        at = stop + 1;
        continue;
      }
      const code = hexByte(input, at + 1);
      const next = code >= 0 ? at + 3 : this.#escape(input, at, final);
      if (next === WAIT) break;
      if (code >= 0) output[length++] = code;
      else if (next === LITERAL) output[length++] = EQUALS;
      at = next === LITERAL ? at + 1 : next;
    }
    this.#held = at < size ? input.subarray(at) : NOTHING;
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

  /**
   * Where the content of a run ends that a line end follows, or the end of the input: before the blanks, unless there
   * are too many of them.
   */
  #withoutPadding(input: Buffer, from: number, stop: number): number {
    let end = stop;
    while (end > from && isBlank(input[end - 1])) end--;
    return stop - end >= PADDING_BYTES || (this.#longRun && end === 0) ? stop : end;
  }
}

/** More input is needed. */
const WAIT = -1;
const LITERAL = -2;

function indexOrEnd(input: Buffer, byte: number, from: number): number {
  const found = input.indexOf(byte, from);
  return found === -1 ? input.length : found;
}

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
