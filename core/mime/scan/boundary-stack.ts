import { CR, DASH, LF, SPACE, TAB } from './bytes.ts';

/**
 * Bytes of a line to examine for a delimiter. RFC 2046 §5.1.1 allows 70 for the boundary and any number of blanks after
 * it; a line with more blanks than fit here is still a delimiter.
 */
export const DELIMITER_LINE_BYTES = 1024;

/** Maximum length of a boundary, bytes. RFC 2046 §5.1.1 allows 70; some mailers send more. */
export const BOUNDARY_MAX_BYTES = 256;

/** A delimiter line: `--boundary` or, closing, `--boundary--`, then blanks only. */
export interface Delimiter {
  /** Index of the multipart in the stack, 0 for the outermost. */
  level: number;
  closing: boolean;
  /** The end of its line, including the line break, or of the examined part of it. */
  end: number;
  /** The line continues after `end` (with an unknown number of blanks): the rest of it belongs to nothing. */
  open: boolean;
}

/** After our boundary: the rest of a longer one, of a multipart inside an attached mail (RFC 2046 §5.1.1: bchars). */
const OTHER_DELIMITER = /^(?!--)[\w'()+,./:=?-]*[A-Za-z0-9](?:--)?$/;

/**
 * The boundaries of all open multiparts. Every line that begins with `--` is compared with all of them, innermost
 * first: an inner multipart that is never closed must not swallow parts of an outer one.
 */
export class BoundaryStack {
  /** A delimiter was followed by blanks. */
  padded = false;
  /** The first line that began with a boundary but was not a delimiter, not even that of another multipart. */
  nearMiss: string | null = null;
  /** A delimiter came after the closing one. */
  reopened = false;
  readonly #levels: Buffer[][] = [];
  /** Boundaries of the most recently closed multipart, while only its epilogue has followed. */
  #closed: readonly Buffer[] = [];
  readonly #newline: number;

  constructor(newline: number) {
    this.#newline = newline;
  }

  get depth(): number {
    return this.#levels.length;
  }

  /** Whether there is any boundary to look for. */
  get any(): boolean {
    return this.#levels.length > 0 || this.#closed.length > 0;
  }

  /** Whether the line is a delimiter of the most recently closed multipart. */
  #isClosed(bytes: Buffer, at: number, limit: number): boolean {
    return this.#closed.some((delimiter) => typeof this.#matchOne(bytes, at, limit, true, delimiter) === 'object');
  }

  /** @param boundaries of the new innermost multipart; more than one when its header is ambiguous */
  push(boundaries: readonly string[]): void {
    this.#levels.push(boundaries.map((boundary) => Buffer.from(`--${boundary}`, 'latin1')));
  }

  /** Drops the levels inside this one. */
  truncate(level: number): void {
    this.#levels.length = level;
    this.#closed = [];
  }

  /** The closing delimiter of this level was found: further ones are out of place. */
  close(level: number): void {
    this.#closed = this.#levels[level] ?? [];
    this.#levels.length = level;
  }

  /**
   * Classifies the line beginning at `at`, which begins with `--`: a delimiter, none, or undecided until more bytes
   * arrive (never when `final`).
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

  /** @param length of the delimiter with which the line begins */
  #nearMiss(bytes: Buffer, at: number, length: number, whole: boolean): 'none' | 'undecided' {
    const text = bytes.toString('latin1', at, at + DELIMITER_LINE_BYTES);
    const end = text.indexOf(this.#newline === LF ? '\n' : '\r');
    if (end === -1 && !whole) return 'undecided';
    const line = text.slice(0, end === -1 ? undefined : end).trimEnd();
    if (!OTHER_DELIMITER.test(line.slice(length))) this.nearMiss = line;
    return 'none';
  }
}
