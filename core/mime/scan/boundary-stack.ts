import { CR, DASH, LF, SPACE, TAB } from './bytes.ts';

/**
 * Bytes of a line that are looked at to tell a delimiter. RFC 2046 §5.1.1 allows 70 for the boundary and any number
 * of blanks behind it; whoever sends more blanks than fit here still gets a delimiter.
 */
export const DELIMITER_LINE_BYTES = 1024;

/** Longest boundary that is looked for, in bytes. RFC 2046 §5.1.1 allows 70; some mailers send more. */
export const BOUNDARY_MAX_BYTES = 256;

/** A delimiter line: `--boundary` or, closing, `--boundary--`, then blanks only. */
export interface Delimiter {
  /** Index of the multipart in the stack, 0 for the outermost. */
  level: number;
  closing: boolean;
  /** Where its line ends, the line break included, or where the part of it that was looked at ends. */
  end: number;
  /** The line goes on behind `end` (blanks without an end in sight): the rest of it belongs to nothing. */
  open: boolean;
}

/** Behind our boundary: the rest of a longer one, of a multipart inside an attached mail (RFC 2046 §5.1.1: bchars). */
const OTHER_DELIMITER = /^(?!--)[\w'()+,./:=?-]*[A-Za-z0-9](?:--)?$/;

/**
 * The boundaries of all multiparts that are open. Every line that begins with `--` is held against all of them, the
 * innermost first: an inner multipart that is never closed must not swallow what belongs to an outer one.
 */
export class BoundaryStack {
  /** A delimiter had blanks behind it. */
  padded = false;
  /** The first line that began with a boundary and was no delimiter, nor looked like one of another multipart. */
  nearMiss: string | null = null;
  /** A delimiter came behind the closing one. */
  reopened = false;
  readonly #levels: Buffer[][] = [];
  /** Of the multipart that was closed, as long as nothing but its epilogue came. */
  #closed: readonly Buffer[] = [];
  readonly #newline: number;

  constructor(newline: number) {
    this.#newline = newline;
  }

  get depth(): number {
    return this.#levels.length;
  }

  /** There is a line to look for. */
  get any(): boolean {
    return this.#levels.length > 0 || this.#closed.length > 0;
  }

  /** A delimiter of the multipart that was closed last. */
  #isClosed(bytes: Buffer, at: number, limit: number): boolean {
    return this.#closed.some((delimiter) => typeof this.#matchOne(bytes, at, limit, true, delimiter) === 'object');
  }

  /** @param boundaries what delimits the new innermost multipart; more than one when its header is ambiguous */
  push(boundaries: readonly string[]): void {
    this.#levels.push(boundaries.map((boundary) => Buffer.from(`--${boundary}`, 'latin1')));
  }

  /** Forgets the levels inside this one. */
  truncate(level: number): void {
    this.#levels.length = level;
    this.#closed = [];
  }

  /** The closing delimiter of this level was met: further ones are out of place. */
  close(level: number): void {
    this.#closed = this.#levels[level] ?? [];
    this.#levels.length = level;
  }

  /**
   * What the line beginning at `at` is, given that it begins with `--`: a delimiter, none, or undecided until more
   * bytes are there (never when `final`).
   */
  match(bytes: Buffer, at: number, final: boolean): Delimiter | 'none' | 'undecided' {
    const limit = Math.min(bytes.length, at + DELIMITER_LINE_BYTES);
    const whole = final || limit === at + DELIMITER_LINE_BYTES;
    let near = 0;
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      for (const delimiter of this.#levels[level] ?? []) {
        const found = this.#matchOne(bytes, at, limit, whole, delimiter);
        if (found === 'undecided') return found;
        if (found === 'near') near ||= delimiter.length;
        else if (found !== 'none') {
          this.padded ||= found.padded;
          return { level, ...found };
        }
      }
    }
    if (this.#closed.length > 0) {
      if (!whole && bytes.indexOf(this.#newline, at) === -1) return 'undecided';
      this.reopened ||= this.#isClosed(bytes, at, limit);
    }
    return near > 0 && this.nearMiss === null ? this.#nearMiss(bytes, at, near, whole) : 'none';
  }

  #matchOne(bytes: Buffer, at: number, limit: number, whole: boolean, delimiter: Buffer) {
    const length = delimiter.length;
    const comparable = Math.min(length, limit - at);
    for (let i = 2; i < comparable; i++) if (bytes[at + i] !== delimiter[i]) return 'none';
    if (comparable < length) return whole ? 'none' : 'undecided';
    let i = at + length;
    const closing = bytes[i] === DASH && bytes[i + 1] === DASH && i + 1 < limit;
    if (closing) i += 2;
    const end = i;
    while (i < limit && (bytes[i] === SPACE || bytes[i] === TAB || (bytes[i] === CR && this.#newline === LF))) i++;
    const padded = end < i && (bytes[end] !== CR || bytes[end + 1] === CR);
    if (i === limit) return whole ? { closing, end: i, open: true, padded } : 'undecided';
    if (bytes[i] === this.#newline) return { closing, end: i + 1, open: false, padded };
    return bytes[i] === DASH && i + 1 === limit && !whole ? 'undecided' : 'near';
  }

  /** @param length of the delimiter that the line begins with */
  #nearMiss(bytes: Buffer, at: number, length: number, whole: boolean): 'none' | 'undecided' {
    const text = bytes.toString('latin1', at, at + DELIMITER_LINE_BYTES);
    const end = text.indexOf(this.#newline === LF ? '\n' : '\r');
    if (end === -1 && !whole) return 'undecided';
    const line = text.slice(0, end === -1 ? undefined : end).trimEnd();
    if (!OTHER_DELIMITER.test(line.slice(length))) this.nearMiss = line;
    return 'none';
  }
}
