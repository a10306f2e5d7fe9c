import { BoundaryStack } from './boundary-stack.ts';
import { CR, DASH, LF } from './bytes.ts';
import { type HeaderBlock, HeaderLines, type RawField } from './header-lines.ts';
import { chooseNewline, returnsBefore } from './newline.ts';
import { Window } from './window.ts';

export interface HeaderLimits {
  headerBytes: number;
  headerFields: number;
}

/** Bytes to convert to text at a time: a header block is seldom longer. */
const SEGMENT_BYTES = 4096;
/** EF BB BF: some programs write it before the first field (RFC 3629 §6). */
const BYTE_ORDER_MARK_BYTES = 3;

/**
 * Reads header blocks. A block ends at a blank line, at a delimiter (of an unfinished part), at the end of the message
 * – or, if the blank line is missing, at the first of the lines that can only be body.
 */
export class HeaderReader {
  readonly #limits: HeaderLimits;
  #newline: number | null = null;
  /** Number of CR characters before the LF of the first line: two when a gateway added one to each. */
  carriageReturns = 0;
  #lines: HeaderLines;
  /** Start of the next line, and the position up to which no line end was found after it. */
  #line = 0;
  #searched = 0;
  /** The block exceeded its limit: its beginning, while the rest is skipped. */
  #cut: Buffer | null = null;
  #midLine = false;

  constructor(limits: HeaderLimits) {
    this.#limits = limits;
    this.#lines = new HeaderLines(limits.headerFields, true);
  }

  get newline(): number {
    return this.#newline ?? LF;
  }

  /** Starts over for the next entity. */
  begin(): void {
    this.#lines = new HeaderLines(this.#limits.headerFields, false);
    this.#line = 0;
    this.#searched = 0;
    this.#cut = null;
    this.#midLine = false;
  }

  /** Takes the block and the blank line after it from the window; null when more bytes are needed. */
  next(window: Window, boundaries: BoundaryStack, final: boolean): HeaderBlock | null {
    if (this.#newline === null && !this.#start(window, final)) return null;
    while (this.#cut === null) {
      const { bytes } = window;
      const end = this.#completeLines(bytes);
      if (end > this.#line) {
        const block = this.#readLines(window, boundaries, end);
        if (block !== null) return block;
      } else if (bytes.length > this.#limits.headerBytes) {
        const block = this.#cutAtLimit(window);
        if (block !== null) return block;
      } else {
        return final ? this.#readLastLine(window, boundaries) : null;
      }
    }
    return this.#skipRest(window, boundaries, final) ? this.#lines.block(this.#cut, true) : null;
  }

  /** Determines the line ending; false when that is not possible yet. */
  #start(window: Window, final: boolean): boolean {
    const { headerBytes } = this.#limits;
    const { bytes } = window;
    const whole = final || bytes.length >= headerBytes;
    this.#newline = chooseNewline(bytes.length > headerBytes ? bytes.subarray(0, headerBytes) : bytes, whole);
    if (this.#newline === null) return false;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      window.take(BYTE_ORDER_MARK_BYTES);
      this.#lines.ambiguity ??= 'byte_order_mark';
    }
    if (this.#newline === CR) this.#lines.ambiguity ??= 'bare_return_line_ends';
    if (this.#newline === LF) this.carriageReturns = returnsBefore(window.bytes, window.bytes.indexOf(LF));
    return true;
  }

  /** End of the last complete line of a segment, within the limit; the start of the next line when none is complete. */
  #completeLines(bytes: Buffer): number {
    const limit = Math.min(bytes.length, this.#limits.headerBytes);
    const segment = Math.min(limit, this.#line + SEGMENT_BYTES);
    if (segment > this.#searched) {
      const last = bytes.lastIndexOf(this.newline, segment - 1);
      if (last >= this.#line) return last + 1;
    }
    const next = bytes.indexOf(this.newline, Math.max(segment, this.#searched));
    if (next !== -1 && next < limit) return next + 1;
    this.#searched = limit;
    return this.#line;
  }

  #readLines(window: Window, boundaries: BoundaryStack, end: number): HeaderBlock | null {
    const { bytes } = window;
    const first = this.#line;
    const text = bytes.toString('latin1', first, end);
    const separator = this.newline === LF ? '\n' : '\r';
    for (let start = 0; start < text.length; ) {
      const found = text.indexOf(separator, start);
      let lineEnd = found;
      while (lineEnd > start && text.charCodeAt(lineEnd - 1) === CR) lineEnd--;
      if (lineEnd < found - 1) this.#lines.ambiguity ??= 'bare_return';
      if (lineEnd === start && !this.#lines.atStart) return this.#finish(window, first + start, first + found + 1);
      if (lineEnd > start) {
        if (this.#isDelimiter(bytes, first + start, boundaries, false)) return this.#finish(window, first + start);
        this.#lines.add(text, start, lineEnd, first + start);
      } else this.#lines.blankFirst = true;
      if (lineEnd === found || this.newline === CR) this.#lines.bareLineEnds = true;
      start = found + 1;
    }
    this.#line = end;
    return null;
  }

  /** Reads what follows the last line end of the message. */
  #readLastLine(window: Window, boundaries: BoundaryStack): HeaderBlock {
    const { bytes } = window;
    const line = this.#line;
    if (this.#isDelimiter(bytes, line, boundaries, true)) return this.#finish(window, line);
    const text = bytes.toString('latin1', line).replace(/\r+$/, '');
    if (text !== '') this.#lines.add(text, 0, text.length, line);
    return this.#finish(window, bytes.length);
  }

  #isDelimiter(bytes: Buffer, at: number, boundaries: BoundaryStack, final: boolean): boolean {
    if (boundaries.depth === 0 || bytes[at] !== 0x2d || bytes[at + 1] !== 0x2d) return false;
    return typeof boundaries.match(bytes, at, final) === 'object';
  }

  /** @param next where the body begins, if not where the block ends */
  #finish(window: Window, end: number, next = end): HeaderBlock {
    const stray = this.#lines.stray;
    if (stray !== -1) return this.#lines.block(window.take(stray), false);
    const block = this.#lines.block(window.take(end), false);
    window.take(next - end);
    return block;
  }

  /** Cuts the block, unless the line that exceeds the limit is already body. */
  #cutAtLimit(window: Window): HeaderBlock | null {
    const { headerBytes } = this.#limits;
    const text = window.bytes.toString('latin1', this.#line, headerBytes);
    this.#lines.add(text, 0, text.length, this.#line);
    if (this.#lines.stray !== -1) return this.#finish(window, 0);
    this.#cut = window.take(headerBytes);
    this.#midLine = true;
    return null;
  }

  /** Skips to the beginning of the body; false when more bytes are needed. */
  #skipRest(window: Window, boundaries: BoundaryStack, final: boolean): boolean {
    const { bytes } = window;
    let at = 0;
    let body = false;
    while (!body) {
      if (!this.#midLine) {
        if (bytes.length - at < 2 && !final) break;
        const dashes = boundaries.depth > 0 && bytes[at] === DASH && bytes[at + 1] === DASH;
        const delimiter = dashes ? boundaries.match(bytes, at, final) : 'none';
        if (delimiter === 'undecided') break;
        body = delimiter !== 'none';
        if (body) break;
      }
      const found = bytes.indexOf(this.newline, at);
      const end = found === -1 ? bytes.length : found;
      const blank = !this.#midLine && returnsBefore(bytes, end, end - at) === end - at;
      // A possible blank line is kept until its end arrives.
      if (found === -1 && blank && !final) break;
      at = found === -1 ? end : end + 1;
      this.#midLine = found === -1;
      body = blank || (found === -1 && final);
      if (found === -1) break;
    }
    window.take(at);
    return body;
  }
}

/** The fields of a complete, separate header. */
export function readFields(bytes: Buffer, headerFields: number): RawField[] {
  const window = new Window();
  window.push(bytes);
  const reader = new HeaderReader({ headerBytes: bytes.length + 1, headerFields });
  return reader.next(window, new BoundaryStack(LF), true)?.fields ?? [];
}
