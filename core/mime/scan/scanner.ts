import { BoundaryStack, type Delimiter } from './boundary-stack.ts';
import { CR, DASH, LF } from './bytes.ts';
import type { HeaderBlock } from './header-lines.ts';
import { type HeaderLimits, HeaderReader } from './header-reader.ts';
import { Window } from './window.ts';

/** The body to which a run of bytes belongs. Preamble and epilogue precede the first and follow the last delimiter. */
export type BodyRegion = 'leaf' | 'preamble' | 'epilogue';

/**
 * What the scanner finds, in the order of the bytes. After `headers` the caller describes the entity with `open`: a
 * multipart with these boundaries, or a leaf. `at` is a position in the stream.
 */
export type Token =
  | { type: 'headers'; block: HeaderBlock }
  /** Body bytes, still encoded, without the line break before the next delimiter. */
  | { type: 'body'; place: BodyRegion; bytes: Buffer }
  | { type: 'leaf-end'; at: number }
  /** The innermost open multipart has ended: by its closing delimiter, or because an enclosing one continued. */
  | { type: 'multipart-end'; closed: boolean; at: number }
  | { type: 'end' };

type State = 'headers' | 'opening' | 'body' | 'ended';

/**
 * Splits a message into header blocks and bodies. Works on whole chunks with `indexOf` and keeps back only an
 * incomplete header block and a line end that could belong to a delimiter. The result depends on the bytes alone, never
 * on how they were split into chunks.
 */
export class Scanner {
  readonly #window = new Window();
  readonly #headers: HeaderReader;
  #newline = LF;
  #lineOfDashes = Buffer.from('\n--');
  #boundaries = new BoundaryStack(LF);
  #final = false;
  #state: State = 'headers';
  #place: BodyRegion = 'leaf';
  /** Whether the next body byte is at the beginning of a line. */
  #lineStart = true;
  /** Whether the rest of a delimiter's line is being skipped. */
  #midDelimiter = false;
  /** Tokens found together with the most recently returned one. */
  readonly #queue: Token[] = [];

  constructor(limits: HeaderLimits) {
    this.#headers = new HeaderReader(limits);
  }

  /** The line ending: LF, or CR when the message has bare CRs instead. Known after the first `headers`. */
  get newline(): number {
    return this.#newline;
  }

  /** Stream position of the next byte to scan. */
  get offset(): number {
    return this.#window.offset;
  }

  /** A delimiter was followed by blanks. */
  get padded(): boolean {
    return this.#boundaries.padded;
  }

  /** A delimiter came after the closing one. */
  get reopened(): boolean {
    return this.#boundaries.reopened;
  }

  /** The first line that began with a boundary but was not a delimiter; null without one. */
  get nearMiss(): string | null {
    return this.#boundaries.nearMiss;
  }

  push(chunk: Buffer): void {
    this.#window.push(chunk);
  }

  /** No more bytes will come. */
  end(): void {
    this.#final = true;
  }

  /** Answers a `headers` token: the boundaries of a multipart, or null for a leaf. */
  open(boundaries: readonly string[] | null): void {
    if (boundaries !== null) this.#boundaries.push(boundaries);
    this.#enterBody(boundaries === null ? 'leaf' : 'preamble');
  }

  /** The next token; null when more bytes are needed first. */
  next(): Token | null {
    for (;;) {
      const queued = this.#queue.shift();
      if (queued !== undefined) return queued;
      if (this.#midDelimiter && !this.#skipLine()) return null;
      switch (this.#state) {
        case 'headers': {
          const block = this.#headers.next(this.#window, this.#boundaries, this.#final);
          if (block === null) return null;
          this.#useNewline(this.#headers.newline);
          this.#state = 'opening';
          return { type: 'headers', block };
        }
        case 'body': {
          const before = this.#window.offset;
          const token = this.#body();
          if (token !== null) return token;
          if (this.#queue.length === 0 && this.#state === 'body' && this.#window.offset === before) return null;
          break;
        }
        case 'opening':
          throw new Error('open() must answer a headers token before next()');
        case 'ended':
          return { type: 'end' };
      }
    }
  }

  #useNewline(newline: number): void {
    if (newline === this.#newline) return;
    this.#newline = newline;
    this.#lineOfDashes = Buffer.from('\r--');
    this.#boundaries = new BoundaryStack(newline);
  }

  #enterBody(place: BodyRegion): void {
    this.#place = place;
    this.#lineStart = true;
    this.#state = 'body';
  }

  /** Body bytes up to the next delimiter, or as far as they are certain not to be part of one. */
  #body(): Token | null {
    const bytes = this.#window.bytes;
    if (!this.#boundaries.any) return this.#rest(bytes);
    let from = 0;
    for (;;) {
      const line = this.#lineFrom(bytes, from);
      if (line === -1) break;
      const found = this.#boundaries.match(bytes, line, this.#final);
      if (found === 'undecided') return this.#take(this.#beforeBreak(bytes, line));
      if (found !== 'none') return this.#delimited(bytes, line, found);
      from = line + 2;
    }
    return this.#final ? this.#rest(bytes) : this.#take(this.#certain(bytes));
  }

  /** Everything that is available; the end, when nothing is left and nothing will come. */
  #rest(bytes: Buffer): Token | null {
    if (bytes.length > 0 || !this.#final) return this.#take(bytes.length);
    this.#endBody();
    for (let level = this.#boundaries.depth; level > 0; level--) this.#endMultipart(false);
    this.#state = 'ended';
    return null;
  }

  /** Start of the next line that begins with `--`; -1 when there is none. */
  #lineFrom(bytes: Buffer, from: number): number {
    if (from === 0 && this.#lineStart && bytes[0] === DASH && bytes[1] === DASH) return 0;
    // Searching for one byte is three times as fast as for three, and base64 has no dash at all.
    const dash = bytes.indexOf(DASH, from);
    const at = dash === -1 ? -1 : bytes.indexOf(this.#lineOfDashes, Math.max(from, dash - 1));
    return at === -1 ? -1 : at + 1;
  }

  #take(count: number): Token | null {
    if (count === 0) return null;
    this.#lineStart = false;
    return { type: 'body', place: this.#place, bytes: this.#window.take(count) };
  }

  /** The line break before a delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
  #beforeBreak(bytes: Buffer, line: number): number {
    return line === 0 ? 0 : this.#withoutReturns(bytes, line - 1);
  }

  /** Number of bytes that cannot be the beginning of a delimiter, whatever follows. */
  #certain(bytes: Buffer): number {
    let end = bytes.length;
    if (end > 0 && bytes[end - 1] === DASH && (end > 1 ? bytes[end - 2] === this.#newline : this.#lineStart)) end -= 1;
    if (end > 0 && bytes[end - 1] === this.#newline) end -= 1;
    return this.#withoutReturns(bytes, end);
  }

  /** Excludes the CRs that belong to an LF at `end`: one, or as many as in the first line of the message. */
  #withoutReturns(bytes: Buffer, end: number): number {
    const limit = this.#newline === LF ? Math.max(0, end - Math.max(1, this.#headers.carriageReturns)) : end;
    let start = end;
    while (start > limit && bytes[start - 1] === CR) start--;
    return start;
  }

  #delimited(bytes: Buffer, line: number, found: Delimiter): Token | null {
    const content = this.#take(this.#beforeBreak(bytes, line));
    this.#endBody();
    for (let level = this.#boundaries.depth - 1; level > found.level; level--) this.#endMultipart(false);
    if (found.closing) this.#endMultipart(true);
    if (found.closing) this.#boundaries.close(found.level);
    else this.#boundaries.truncate(found.level + 1);
    this.#window.take(found.end - (bytes.length - this.#window.bytes.length));
    this.#midDelimiter = found.open;
    if (found.closing) this.#enterBody('epilogue');
    else {
      this.#headers.begin();
      this.#state = 'headers';
    }
    return content;
  }

  #endBody(): void {
    if (this.#place === 'leaf') this.#queue.push({ type: 'leaf-end', at: this.#window.offset });
  }

  #endMultipart(closed: boolean): void {
    this.#queue.push({ type: 'multipart-end', closed, at: this.#window.offset });
  }

  /** True at the end of the line, or of the bytes. */
  #skipLine(): boolean {
    const bytes = this.#window.bytes;
    const end = bytes.indexOf(this.#newline);
    this.#window.take(end === -1 ? bytes.length : end + 1);
    if (end === -1 && !this.#final) return false;
    this.#midDelimiter = false;
    return true;
  }
}
