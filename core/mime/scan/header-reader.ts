import { BoundaryStack } from './boundary-stack.ts';
import { CR, LF, SPACE, TAB } from './bytes.ts';
import { Window } from './window.ts';

/** One header field as it stands in the mail: unfolded, every byte one character (latin1), nothing decoded. */
export interface RawField {
  name: string;
  /** `name` in lower case: field names are compared without case (RFC 5322 §1.2.2). */
  key: string;
  value: string;
}

/** A header block, cut into fields. */
export interface HeaderBlock {
  bytes: Buffer;
  fields: RawField[];
  /** The first line that is neither field nor continuation. */
  malformed: string | null;
  /** Fields with blanks before the colon (obsolete, RFC 5322 §4.5). */
  spaced: number;
  /** Lines that do not end in CR LF. */
  bareLineEnds: boolean;
  /** More fields than the limit: the rest was not read. */
  tooMany: boolean;
  /** The block passed the limit of bytes: the rest was not read. */
  cut: boolean;
}

export interface HeaderLimits {
  headerBytes: number;
  headerFields: number;
}

/** Bytes that are made text at a time: a header block is seldom longer. */
const SEGMENT_BYTES = 4096;
/** Some programs put it before the first field (RFC 3629 §6). */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads header blocks. A block ends at a blank line, at a delimiter (a part that was never finished), at the end of
 * the message – or, where the blank line is missing, at the first of the lines that can only be body.
 */
export class HeaderReader {
  readonly #limits: HeaderLimits;
  #newline: number | null = null;
  /** CR characters in front of the LF that ends the first line: two when a gateway added one to each. */
  carriageReturns = 0;
  #lines: HeaderLines;
  /** Where the next line begins, and up to where no line end was found behind it. */
  #line = 0;
  #searched = 0;
  /** The block passed its limit: its beginning, while the rest is being skipped. */
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

  /** Takes the block and the blank line behind it out of the window; null when more bytes are needed. */
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

  /** What ends lines; false when that cannot be told yet. */
  #start(window: Window, final: boolean): boolean {
    const { headerBytes } = this.#limits;
    const whole = final || window.bytes.length >= headerBytes;
    this.#newline = chooseNewline(window.bytes.subarray(0, headerBytes), whole);
    if (this.#newline === null) return false;
    if (window.bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) window.take(BYTE_ORDER_MARK.length);
    if (this.#newline === LF) this.carriageReturns = returnsBefore(window.bytes, window.bytes.indexOf(LF));
    return true;
  }

  /** Behind the last complete line of a segment, inside the limit; where the next line begins when none is complete. */
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
      if (lineEnd === start && !this.#lines.atStart) return this.#finish(window, first + start, first + found + 1);
      if (lineEnd > start) {
        if (this.#isDelimiter(bytes, first + start, boundaries, false)) return this.#finish(window, first + start);
        this.#lines.add(text, start, lineEnd, first + start);
      }
      if (lineEnd === found || this.newline === CR) this.#lines.bareLineEnds = true;
      start = found + 1;
    }
    this.#line = end;
    return null;
  }

  /** What stands behind the last line end of the message. */
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

  /** @param next where the body begins, when that is not where the block ends */
  #finish(window: Window, end: number, next = end): HeaderBlock {
    const stray = this.#lines.stray;
    if (stray !== -1) return this.#lines.bodyFromStray(window.take(stray));
    const block = this.#lines.block(window.take(end), false);
    window.take(next - end);
    return block;
  }

  /** Cuts the block, unless the line that passes the limit is body already. */
  #cutAtLimit(window: Window): HeaderBlock | null {
    const { headerBytes } = this.#limits;
    const text = window.bytes.toString('latin1', this.#line, headerBytes);
    this.#lines.add(text, 0, text.length, this.#line);
    if (this.#lines.stray !== -1) return this.#finish(window, 0);
    this.#cut = window.take(headerBytes);
    this.#midLine = true;
    return null;
  }

  /** Skips to where the body begins; false when more bytes are needed. */
  #skipRest(window: Window, boundaries: BoundaryStack, final: boolean): boolean {
    for (;;) {
      const { bytes } = window;
      if (!this.#midLine) {
        if (bytes.length < 2 && !final) return false;
        const dashes = boundaries.depth > 0 && bytes[0] === 0x2d && bytes[1] === 0x2d;
        const delimiter = dashes ? boundaries.match(bytes, 0, final) : 'none';
        if (delimiter === 'undecided') return false;
        if (delimiter !== 'none') return true;
      }
      const found = bytes.indexOf(this.newline);
      const end = found === -1 ? bytes.length : found;
      const blank = !this.#midLine && returnsBefore(bytes, end, end) === end;
      // What could be a blank line is kept until its end is there.
      if (found === -1 && blank && !final) return false;
      window.take(found === -1 ? end : end + 1);
      this.#midLine = found === -1;
      if (blank || (found === -1 && final)) return true;
      if (found === -1) return false;
    }
  }
}

/** The fields of a header that stands by itself, and is whole. */
export function readFields(bytes: Buffer, headerFields: number): RawField[] {
  const window = new Window();
  window.push(bytes);
  const reader = new HeaderReader({ headerBytes: bytes.length + 1, headerFields });
  return reader.next(window, new BoundaryStack(LF), true)?.fields ?? [];
}

/** The lines of one header block, as fields. */
class HeaderLines {
  bareLineEnds = false;
  /** Position of the first line since the last field that is neither field nor continuation; -1 when there is none. */
  stray = -1;
  readonly #fieldLimit: number;
  readonly #root: boolean;
  readonly #fields: RawField[] = [];
  #field: RawField | null = null;
  #begun = false;
  #malformed: string | null = null;
  #malformedBeforeStray: string | null = null;
  #spaced = 0;
  #tooMany = false;

  constructor(fieldLimit: number, root: boolean) {
    this.#fieldLimit = fieldLimit;
    this.#root = root;
  }

  /** Nothing but blank lines at the beginning of the message: they end no header. */
  get atStart(): boolean {
    return this.#root && !this.#begun;
  }

  /** @param position of the line in the window */
  add(text: string, start: number, end: number, position: number): void {
    const first = text.charCodeAt(start);
    const begun = this.#begun;
    this.#begun = true;
    if (begun && (first === SPACE || first === TAB)) {
      // Unfolding removes the line break alone (RFC 5322 §2.2.3); a tab is a blank like any other.
      if (this.#field !== null)
        this.#field.value += first === TAB ? ` ${text.slice(start + 1, end)}` : text.slice(start, end);
      return;
    }
    // The first line cannot continue anything: blanks in front of it are a mistake.
    const nameStart = begun ? start : skipBlanks(text, start, end);
    const nameEnd = fieldNameEnd(text, nameStart, end);
    if (nameEnd === -1) this.#addStray(text.slice(start, end), begun, position);
    else this.#addField(text, nameStart, nameEnd, end);
  }

  #addField(text: string, start: number, nameEnd: number, end: number): void {
    this.stray = -1;
    const colon = text.indexOf(':', nameEnd);
    if (colon !== nameEnd) this.#spaced++;
    if (this.#fields.length === this.#fieldLimit) {
      this.#tooMany = true;
      this.#field = null;
      return;
    }
    const name = text.slice(start, nameEnd);
    this.#field = { name, key: name.toLowerCase(), value: text.slice(colon + 1, end) };
    this.#fields.push(this.#field);
  }

  #addStray(line: string, begun: boolean, position: number): void {
    // The line that mbox files put before a message, quoted or not.
    if (!begun && this.#root && /^>?From /.test(line)) return;
    this.#field = null;
    if (this.stray === -1) {
      this.stray = position;
      this.#malformedBeforeStray = this.#malformed;
    }
    this.#malformed ??= line;
  }

  block(bytes: Buffer, cut: boolean): HeaderBlock {
    return {
      bytes,
      fields: this.#fields,
      malformed: this.#malformed,
      spaced: this.#spaced,
      bareLineEnds: this.bareLineEnds,
      tooMany: this.#tooMany,
      cut,
    };
  }

  /** The stray lines turned out to be the beginning of the body. */
  bodyFromStray(bytes: Buffer): HeaderBlock {
    this.#malformed = this.#malformedBeforeStray;
    return this.block(bytes, false);
  }
}

/**
 * What ends lines in this message: LF (with or without CR in front), or a bare CR when the header block is over
 * before the first LF comes. Null when that cannot be told yet.
 *
 * @param bytes the beginning of the message, no more of it than the limit of a header block
 * @param whole there is no more to come, or no more that counts
 */
function chooseNewline(bytes: Buffer, whole: boolean): number | null {
  const lf = bytes.indexOf(LF);
  if (lf === -1) {
    if (!whole) return null;
    return bytes.includes(CR) ? CR : LF;
  }
  return bytes.subarray(0, lf - returnsBefore(bytes, lf, lf)).includes('\r\r') ? CR : LF;
}

/** How many CR stand in front of `end`, two at most unless told otherwise. */
function returnsBefore(bytes: Buffer, end: number, limit = 2): number {
  let count = 0;
  while (count < limit && count < end && bytes[end - 1 - count] === CR) count++;
  return count;
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === TAB)) at++;
  return at;
}

/** Where a field name of printable ASCII ends that a colon follows, blanks between them allowed; -1 without one. */
function fieldNameEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code <= SPACE || code > 0x7e || code === 0x3a) break;
    at++;
  }
  const colon = skipBlanks(text, at, end);
  return at > from && colon < end && text.charCodeAt(colon) === 0x3a ? at : -1;
}
