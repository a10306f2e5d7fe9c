import { CR, LF, SPACE, TAB } from '../scan/bytes.ts';
import { OutputRoom } from './output-room.ts';
import type { TransferDecoder } from './transfer-decoder.ts';

const PAD = 0x3d;
const SKIP = 0x40;
const JUNK = 0x41;
/** Symbols of the URL alphabet, which the native decoder takes and RFC 2045 does not. */
const URL_SYMBOLS = [0x2d, 0x5f];
/** Shorter input is not worth the native decoder's preparations. */
const NATIVE_BYTES = 256;

/** Value of each byte as a base64 symbol; SKIP for white space. Whatever else stands there is ignored, as RFC 2045 says. */
const SYMBOLS = new Uint8Array(256).fill(JUNK);
for (const [value, symbol] of Array.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
).entries()) {
  SYMBOLS[symbol.charCodeAt(0)] = value;
}
for (const blank of [SPACE, TAB, LF, CR, 0x0b, 0x0c]) SYMBOLS[blank] = SKIP;

/**
 * Base64 (RFC 2045 §6.8) as a stream. Whole lines go through Node's native decoder, many times as fast as a loop, as
 * long as it can be proved that they end with a complete group; everything else goes through the loop. Padding ends a
 * group, not the data: mailers put several encoded texts behind each other.
 */
export class Base64Decoder implements TransferDecoder {
  invalid = false;
  readonly #room: OutputRoom;
  /** The symbols of a group that is not complete. */
  #bits = 0;
  #count = 0;
  #output: Buffer = Buffer.alloc(0);
  #length = 0;

  /** @param reuse memory of what `write` returned is used again by the next `write` */
  constructor(reuse = false) {
    this.#room = new OutputRoom(reuse);
  }

  write(bytes: Buffer): Buffer {
    this.#output = this.#room.take(Math.ceil((bytes.length * 3) / 4) + 3);
    this.#length = 0;
    const head = bytes.length < NATIVE_BYTES ? bytes.length : bytes.indexOf(LF) + 1;
    this.#loop(bytes, 0, head);
    let at = head;
    if (this.#count === 0 && bytes.length - head >= NATIVE_BYTES && !URL_SYMBOLS.some((s) => bytes.includes(s, head))) {
      at = this.#evenLines(bytes, head);
      at = this.#unevenLines(bytes, at);
    }
    this.#loop(bytes, at, bytes.length);
    return this.#output.subarray(0, this.#length);
  }

  end(): Buffer {
    this.#output = this.#room.take(3);
    this.#length = 0;
    if (this.#count > 0) this.invalid = true;
    this.#endGroup();
    return this.#output.subarray(0, this.#length);
  }

  #loop(bytes: Buffer, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const value = SYMBOLS[bytes[i] ?? 0] ?? JUNK;
      if (value < SKIP) {
        this.#bits = (this.#bits << 6) | value;
        if (++this.#count === 4) {
          this.#output[this.#length++] = this.#bits >> 16;
          this.#output[this.#length++] = this.#bits >> 8;
          this.#output[this.#length++] = this.#bits;
          this.#count = 0;
          this.#bits = 0;
        }
      } else if (bytes[i] === PAD) this.#endGroup();
      else if (value === JUNK) this.invalid = true;
    }
  }

  #endGroup(): void {
    if (this.#count === 1) this.invalid = true;
    if (this.#count >= 2) this.#output[this.#length++] = this.#bits >> (this.#count === 2 ? 4 : 10);
    if (this.#count === 3) this.#output[this.#length++] = this.#bits >> 2;
    this.#count = 0;
    this.#bits = 0;
  }

  /**
   * Decodes lines that are all as long as the first, as mailers write them, from `head`, where a group begins, and
   * returns where it stopped. The line ends stand where they should, and the native decoder, which skips what is no
   * symbol, made of the lines what only lines full of symbols give: nothing else is in them.
   */
  #evenLines(bytes: Buffer, head: number): number {
    const line = bytes.indexOf(LF, head) + 1 - head;
    const crlf = line > 1 && bytes[head + line - 2] === CR;
    const symbols = line - (crlf ? 2 : 1);
    if (symbols <= 0 || symbols % 4 !== 0) return head;
    let end = head + line;
    while (end + line <= bytes.length && bytes[end + line - 1] === LF && (!crlf || bytes[end + line - 2] === CR)) {
      end += line;
    }
    const expected = ((end - head) / line) * symbols * 0.75;
    const decoded = this.#output.write(bytes.toString('latin1', head, end), this.#length, 'base64');
    if (decoded !== expected) return head;
    this.#length += decoded;
    return end;
  }

  /**
   * Decodes whole lines of any length from `head`, where a group begins, and returns where it stopped. The native
   * decoder does not say how many symbols it saw. Of n symbols it makes floor(3n/4) bytes, so a run that is one symbol
   * short of complete groups, and no other, gives two bytes more than a multiple of three: that is decoded, and the
   * last symbol added by hand.
   */
  #unevenLines(bytes: Buffer, head: number): number {
    const pad = bytes.indexOf(PAD, head);
    const end = bytes.lastIndexOf(LF, pad === -1 ? bytes.length : pad);
    const last = bytes[end - 1] === CR ? end - 2 : end - 1;
    if (last - head < NATIVE_BYTES) return head;
    const low = SYMBOLS[bytes[last] ?? 0] ?? JUNK;
    const high = SYMBOLS[bytes[last - 1] ?? 0] ?? JUNK;
    if (low >= SKIP || high >= SKIP) return head;
    const decoded = this.#output.write(bytes.toString('latin1', head, last), this.#length, 'base64');
    if (decoded % 3 !== 2) return head;
    this.#output[this.#length + decoded] = (high << 6) | low;
    this.#length += decoded + 1;
    this.invalid ||= hasJunk(bytes, head, end);
    return end;
  }
}

function hasJunk(bytes: Buffer, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (SYMBOLS[bytes[i] ?? 0] === JUNK) return true;
  return false;
}
