import type { BoundaryStack } from './boundary-stack.ts';
import { COLON, CR, DASH, LF, SPACE, TAB } from './bytes.ts';
import type { Window } from './window.ts';

/** Longest field name that is taken for one (RFC 5322 §2.1.1: no line is longer). */
const FIELD_NAME_BYTES = 998;

/** Some programs put it before the first field (RFC 3629 §6). */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export interface HeaderBlock {
  /** The lines of the block, without the blank line behind it. */
  block: Buffer;
  /** The block passed the limit: `block` is its beginning, the rest was skipped. */
  cut: boolean;
}

/**
 * Finds where a header block ends: at a blank line, at a delimiter (a part that was never finished), at the end of the
 * message – or, where the blank line is missing, at the first of the lines that can only be body.
 */
export class HeaderScan {
  readonly #limit: number;
  #newline: number | null = null;
  /** CR characters in front of the LF that ends the first line: two when a gateway added one to each. */
  carriageReturns = 0;
  #root = true;
  /** Where the line to be looked at begins, and up to where no line end was found. */
  #line = 0;
  #searched = 0;
  /** First of the lines since the last field that are neither field nor continuation; -1 when there is none. */
  #stray = -1;
  #sawField = false;
  /** The beginning of a block that passed the limit, and whether the rest of a line is being skipped. */
  #cut: Buffer | null = null;
  #midLine = false;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get newline(): number {
    return this.#newline ?? LF;
  }

  /** Starts over for the next entity. */
  begin(): void {
    this.#root = false;
    this.#line = 0;
    this.#searched = 0;
    this.#stray = -1;
    this.#sawField = false;
    this.#cut = null;
    this.#midLine = false;
  }

  /** Takes the block and the blank line behind it out of the window; null when more bytes are needed. */
  next(window: Window, boundaries: BoundaryStack, final: boolean): HeaderBlock | null {
    this.#newline ??= chooseNewline(window.bytes.subarray(0, this.#limit), final || window.bytes.length >= this.#limit);
    if (this.#newline === null) return null;
    if (window.offset === 0 && window.bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) window.take(BYTE_ORDER_MARK.length);
    for (;;) {
      if (this.#cut !== null) return this.#skipRest(window, boundaries, final, this.#cut);
      const bytes = window.bytes;
      const found = bytes.indexOf(this.#newline, this.#searched);
      const complete = found !== -1 || final;
      const end = found === -1 ? bytes.length : found;
      if (end > this.#limit) {
        this.#cutAtLimit(window, end);
        if (this.#cut === null) return this.#bodyFrom(window, this.#stray);
        continue;
      }
      if (!complete) {
        this.#searched = end;
        return null;
      }
      const line = this.#line;
      if (line === 0 && this.#root) this.carriageReturns = countBefore(bytes, end);
      if (line === bytes.length) return this.#finish(window, line, 0);
      if (isBlank(bytes, line, end, this.#newline)) {
        const length = found === -1 ? end - line : end + 1 - line;
        if (line > 0 || !this.#root) return this.#finish(window, line, length);
        window.take(length);
        this.#searched = 0;
        continue;
      }
      if (bytes[line] === DASH && bytes[line + 1] === DASH && boundaries.depth > 0) {
        const delimiter = boundaries.match(bytes, line, final);
        if (delimiter === 'undecided') return null;
        if (delimiter !== 'none') return this.#finish(window, line, 0);
      }
      this.#classify(bytes, line, end);
      this.#line = found === -1 ? end : end + 1;
      this.#searched = this.#line;
    }
  }

  #classify(bytes: Buffer, line: number, end: number): void {
    // The first line cannot continue anything: blanks in front of it are a mistake.
    const start = this.#sawField ? line : skipBlanks(bytes, line, end);
    if (isFieldStart(bytes, start, end)) {
      this.#sawField = true;
      this.#stray = -1;
      return;
    }
    const continuation = this.#sawField && (bytes[line] === SPACE || bytes[line] === TAB);
    const mailbox = line === 0 && this.#root && isMailboxLine(bytes, end);
    if (!continuation && !mailbox && this.#stray === -1) this.#stray = line;
  }

  #finish(window: Window, line: number, blankLength: number): HeaderBlock {
    if (this.#stray !== -1) return this.#bodyFrom(window, this.#stray);
    const block = window.take(line);
    window.take(blankLength);
    return { block, cut: false };
  }

  #bodyFrom(window: Window, at: number): HeaderBlock {
    return { block: window.take(at), cut: false };
  }

  /** Cuts the block, unless the line that passes the limit is body already. */
  #cutAtLimit(window: Window, end: number): void {
    this.#classify(window.bytes, this.#line, Math.min(end, this.#limit));
    if (this.#stray !== -1) return;
    this.#cut = window.take(this.#limit);
    this.#midLine = true;
  }

  #skipRest(window: Window, boundaries: BoundaryStack, final: boolean, block: Buffer): HeaderBlock | null {
    for (;;) {
      const bytes = window.bytes;
      if (!this.#midLine) {
        if (bytes.length < 2 && !final) return null;
        const delimiter = bytes[0] === DASH && bytes[1] === DASH ? boundaries.match(bytes, 0, final) : 'none';
        if (delimiter === 'undecided') return null;
        if (delimiter !== 'none') return { block, cut: true };
      }
      const found = bytes.indexOf(this.newline);
      if (found === -1) {
        // A blank line is CR LF at least when it is not complete: keep what could be one.
        if (!final && !this.#midLine && isBlank(bytes, 0, bytes.length, this.newline)) return null;
        window.take(bytes.length);
        this.#midLine = true;
        return final ? { block, cut: true } : null;
      }
      const blank = !this.#midLine && isBlank(bytes, 0, found, this.newline);
      window.take(found + 1);
      this.#midLine = false;
      if (blank) return { block, cut: true };
    }
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
  let end = lf;
  while (end > 0 && bytes[end - 1] === CR) end--;
  const blank = bytes.indexOf('\r\r');
  return blank !== -1 && blank < end ? CR : LF;
}

function skipBlanks(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  return at;
}

function isBlank(bytes: Buffer, from: number, end: number, newline: number): boolean {
  for (let i = from; i < end; i++) if (bytes[i] !== CR || newline === CR) return false;
  return true;
}

function countBefore(bytes: Buffer, end: number): number {
  let start = end;
  while (start > 0 && end - start < 2 && bytes[start - 1] === CR) start--;
  return end - start;
}

/** A field name of printable ASCII, then a colon, with the blanks before it that RFC 5322 §4.5 calls obsolete. */
function isFieldStart(bytes: Buffer, from: number, end: number): boolean {
  let i = from;
  const limit = Math.min(end, from + FIELD_NAME_BYTES);
  while (i < limit) {
    const byte = bytes[i] ?? 0;
    if (byte <= SPACE || byte > 0x7e || byte === COLON) break;
    i++;
  }
  if (i === from) return false;
  i = skipBlanks(bytes, i, limit);
  return i < limit && bytes[i] === COLON;
}

/** The `From ` line that mbox files put before a message, quoted or not. */
function isMailboxLine(bytes: Buffer, end: number): boolean {
  const start = bytes.toString('latin1', 0, Math.min(end, 6));
  return start.startsWith('From ') || start === '>From ';
}
