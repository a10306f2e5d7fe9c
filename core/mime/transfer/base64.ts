import { CR, LF, SPACE, TAB } from '../scan/bytes.ts';
import { type Before, base64Line, isSeparator, isTextLine } from './base64-line.ts';
import { JUNK, PAD, SKIP, SYMBOLS } from './base64-symbols.ts';
import { OutputRoom } from './output-room.ts';
import type { TransferDecoder } from './transfer-decoder.ts';

/** Symbols of the URL alphabet, which the native decoder accepts and RFC 2045 does not. */
const URL_SYMBOLS = [0x2d, 0x5f];
/** Bytes that require a closer look at a line. */
const REMARKABLE = [PAD, SPACE, TAB];
/** Shorter input is not worth the setup for the native decoder. */
const NATIVE_BYTES = 256;
/** Bytes of a line to examine before it is decoded: the longest that SMTP allows (RFC 5321 §4.5.3.1.6). */
const LINE_BYTES = 1000;

const NOTHING = Buffer.alloc(0);

/**
 * Base64 (RFC 2045 §6.8) as a stream. Whole lines go through Node's native decoder, many times as fast as a loop, as
 * long as they provably end with a complete group; everything else goes through the loop, line by line. Padding ends a
 * group, not the data: mailers concatenate several encoded texts. Lines of plain text after the data are skipped.
 */
export class Base64Decoder implements TransferDecoder {
  invalid = false;
  reshaped = false;
  readonly #room: OutputRoom;
  /** The symbols of an incomplete group. */
  #bits = 0;
  #count = 0;
  #output: Buffer = NOTHING;
  #length = 0;
  #before: Before = 'data';
  /** Whether a symbol was decoded. */
  #began = false;
  /** The beginning of a line that was not examined yet. */
  #begun: Buffer = NOTHING;
  /** The kind of the rest of a line whose beginning was examined. */
  #rest: 'data' | 'text' | null = null;

  /** @param reuse whether the memory that `write` returned is reused by the next `write` */
  constructor(reuse = false) {
    this.#room = new OutputRoom(reuse);
  }

  write(bytes: Buffer): Buffer {
    this.#makeRoom(this.#begun.length + bytes.length);
    let at = this.#endLine(bytes);
    // The LF of CR LF, when the line ended with the CR.
    if (bytes[at] === LF) at++;
    if (this.#count === 0 && this.#before === 'data' && this.#rest === null && bytes.length - at >= NATIVE_BYTES) {
      at = this.#wholeLines(bytes, at);
    }
    for (let lf = -1, cr = -1; at < bytes.length; ) {
      // Each is searched for again only after it was passed: input without one of them is searched for it once.
      if (lf <= at) lf = endOf(bytes, LF, at);
      if (cr <= at) cr = endOf(bytes, CR, at);
      const end = cr + 1 === lf ? lf : Math.min(cr, lf);
      if (end > bytes.length) break;
      this.#line(bytes, at, end);
      at = end;
    }
    if (bytes.length - at >= LINE_BYTES) this.#line(bytes, at, bytes.length);
    else if (at < bytes.length) this.#begun = Buffer.from(bytes.subarray(at));
    return this.#output.subarray(0, this.#length);
  }

  end(): Buffer {
    this.#makeRoom(this.#begun.length);
    if (this.#begun.length > 0) this.#line(this.#begun, 0, this.#begun.length);
    if (this.#count > 0) this.invalid = true;
    this.#endGroup();
    return this.#output.subarray(0, this.#length);
  }

  #makeRoom(inputBytes: number): void {
    this.#output = this.#room.take(Math.ceil((inputBytes * 3) / 4) + 3);
    this.#length = 0;
  }

  /** Consumes the rest of a line that began in an earlier input, and returns where it ends. */
  #endLine(bytes: Buffer): number {
    if (this.#rest === null && this.#begun.length === 0) return 0;
    const found = Math.min(endOf(bytes, LF, 0), endOf(bytes, CR, 0));
    const end = Math.min(found, bytes.length);
    let at = 0;
    if (this.#rest === null) {
      at = Math.min(end, LINE_BYTES - this.#begun.length);
      const line = Buffer.concat([this.#begun, bytes.subarray(0, at)]);
      this.#begun = NOTHING;
      if (found > at && line.length < LINE_BYTES) {
        this.#begun = line;
        return end;
      }
      this.#line(line, 0, line.length);
    }
    this.#restOfLine(bytes, at, end);
    if (found <= end) this.#rest = null;
    return end;
  }

  /** A line from its beginning; the last byte is CR or LF unless more of it follows. */
  #line(bytes: Buffer, from: number, to: number): void {
    const looked = Math.min(to, from + LINE_BYTES);
    this.#rest = 'data';
    if (this.#before !== 'data' || !this.#plainLine(bytes, from, looked)) this.#remarkableLine(bytes, from, looked);
    this.#restOfLine(bytes, looked, to);
    const last = bytes[to - 1];
    if (last === LF || last === CR) this.#rest = null;
  }

  #remarkableLine(bytes: Buffer, from: number, to: number): void {
    const line = base64Line(bytes, from, to);
    if (line.words + line.padding === 0 && !line.junk) return;
    if (this.#before === 'data' && isSeparator(line)) {
      this.invalid = true;
      if (this.#began && this.#count === 0) this.#before = 'end';
    } else if (this.#before === 'data' && line.endOfData !== -1) {
      this.#loop(bytes, from, line.endOfData);
      this.#textBegins();
    } else if (isTextLine(line, this.#before, this.#count > 0)) this.#textBegins();
    else this.#loop(bytes, from, to);
  }

  #textBegins(): void {
    this.#rest = 'text';
    this.invalid = true;
    if (this.#began) this.#before = 'text';
  }

  #restOfLine(bytes: Buffer, from: number, to: number): void {
    if (this.#rest !== 'text') this.#loop(bytes, from, to);
  }

  /** A line of symbols only, optionally followed by blanks; returns false, without effect, for any other. */
  #plainLine(bytes: Buffer, from: number, to: number): boolean {
    const [bits, count, length] = [this.#bits, this.#count, this.#length];
    const end = this.#symbols(bytes, from, to);
    for (let i = end; i < to; i++) {
      if (SYMBOLS[bytes[i] ?? 0] === SKIP) continue;
      [this.#bits, this.#count, this.#length] = [bits, count, length];
      return false;
    }
    this.#began ||= end > from;
    return true;
  }

  #loop(bytes: Buffer, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const end = this.#symbols(bytes, at, to);
      if (end > at) {
        // Python stops at the padding.
        this.reshaped ||= this.#before === 'end';
        this.#before = 'data';
        this.#began = true;
      }
      at = end;
      if (bytes[at] === PAD && at < to) {
        this.#endGroup();
        this.#before = 'end';
      } else if (at < to && SYMBOLS[bytes[at] ?? 0] === JUNK) this.invalid = true;
    }
  }

  /** Decodes symbols up to the first other byte, and returns its position. */
  #symbols(bytes: Buffer, from: number, to: number): number {
    const output = this.#output;
    let bits = this.#bits;
    let count = this.#count;
    let length = this.#length;
    let at = from;
    for (; at < to; at++) {
      const value = SYMBOLS[bytes[at] ?? 0] ?? JUNK;
      if (value >= SKIP) break;
      bits = (bits << 6) | value;
      if (++count < 4) continue;
      output[length++] = bits >> 16;
      output[length++] = bits >> 8;
      output[length++] = bits;
      count = 0;
      bits = 0;
    }
    this.#bits = bits;
    this.#count = count;
    this.#length = length;
    return at;
  }

  #endGroup(): void {
    if (this.#count === 1) this.invalid = true;
    if (this.#count >= 2) this.#output[this.#length++] = this.#bits >> (this.#count === 2 ? 4 : 10);
    if (this.#count === 3) this.#output[this.#length++] = this.#bits >> 2;
    this.#count = 0;
    this.#bits = 0;
  }

  /** Decodes whole lines of symbols only from `head`, where a group begins, and returns where it stopped. */
  #wholeLines(bytes: Buffer, head: number): number {
    const plain = bytes.subarray(0, firstOf(bytes, URL_SYMBOLS, head));
    const even = this.#evenLines(plain, head);
    const end = this.#unevenLines(plain, even);
    this.#began ||= end > head;
    return end;
  }

  /**
   * Decodes lines that are all as long as the first, as mailers write them, from `head`, where a group begins, and
   * returns where it stopped. If the line ends are where they should be, and the native decoder, which skips anything
   * but symbols, returns as many bytes as lines full of symbols would give, then nothing else is in them.
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
   * decoder does not say how many symbols it saw. It decodes n symbols to floor(3n/4) bytes, so only a run that is one
   * symbol short of complete groups gives two bytes more than a multiple of three: such a run is decoded, and the last
   * symbol added by hand.
   */
  #unevenLines(bytes: Buffer, head: number): number {
    if (bytes.length - head < NATIVE_BYTES) return head;
    const end = bytes.subarray(0, firstJunk(bytes, head, firstOf(bytes, REMARKABLE, head))).lastIndexOf(LF);
    const last = bytes[end - 1] === CR ? end - 2 : end - 1;
    if (last - head < NATIVE_BYTES) return head;
    const low = SYMBOLS[bytes[last] ?? 0] ?? JUNK;
    const high = SYMBOLS[bytes[last - 1] ?? 0] ?? JUNK;
    if (low >= SKIP || high >= SKIP) return head;
    const decoded = this.#output.write(bytes.toString('latin1', head, last), this.#length, 'base64');
    if (decoded % 3 !== 2) return head;
    this.#output[this.#length + decoded] = (high << 6) | low;
    this.#length += decoded + 1;
    return end;
  }
}

/** Position after the next line end of that kind; infinite when there is none. */
function endOf(bytes: Buffer, lineEnd: number, from: number): number {
  const at = bytes.indexOf(lineEnd, from);
  return at === -1 ? Number.POSITIVE_INFINITY : at + 1;
}

/** Position of the first of them; the length when there are none. */
function firstOf(bytes: Buffer, symbols: readonly number[], from: number): number {
  let before = bytes;
  for (const symbol of symbols) {
    const at = before.indexOf(symbol, from);
    if (at !== -1) before = before.subarray(0, at);
  }
  return before.length;
}

function firstJunk(bytes: Buffer, from: number, end: number): number {
  for (let i = from; i < end; i++) if (SYMBOLS[bytes[i] ?? 0] === JUNK) return i;
  return end;
}
