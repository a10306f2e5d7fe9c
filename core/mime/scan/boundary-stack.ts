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

/**
 * The boundaries of all multiparts that are open. Every line that begins with `--` is held against all of them, the
 * innermost first: an inner multipart that is never closed must not swallow what belongs to an outer one.
 */
export class BoundaryStack {
  readonly #levels: Buffer[][] = [];
  readonly #newline: number;

  constructor(newline: number) {
    this.#newline = newline;
  }

  get depth(): number {
    return this.#levels.length;
  }

  /** @param boundaries what delimits the new innermost multipart; more than one when its header is ambiguous */
  push(boundaries: readonly string[]): void {
    this.#levels.push(boundaries.map((boundary) => Buffer.from(`--${boundary}`, 'latin1')));
  }

  /** Forgets this level and those inside it. */
  truncate(level: number): void {
    this.#levels.length = level;
  }

  /**
   * What the line beginning at `at` is, given that it begins with `--`: a delimiter, none, or undecided until more
   * bytes are there (never when `final`).
   */
  match(bytes: Buffer, at: number, final: boolean): Delimiter | 'none' | 'undecided' {
    const limit = Math.min(bytes.length, at + DELIMITER_LINE_BYTES);
    const whole = final || limit === at + DELIMITER_LINE_BYTES;
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      for (const delimiter of this.#levels[level] ?? []) {
        const found = this.#matchOne(bytes, at, limit, whole, delimiter);
        if (found === 'undecided') return found;
        if (found !== 'none') return { level, ...found };
      }
    }
    return 'none';
  }

  #matchOne(bytes: Buffer, at: number, limit: number, whole: boolean, delimiter: Buffer) {
    const length = delimiter.length;
    const comparable = Math.min(length, limit - at);
    for (let i = 2; i < comparable; i++) if (bytes[at + i] !== delimiter[i]) return 'none';
    if (comparable < length) return whole ? 'none' : 'undecided';
    let i = at + length;
    const closing = bytes[i] === DASH && bytes[i + 1] === DASH && i + 1 < limit;
    if (closing) i += 2;
    while (i < limit && (bytes[i] === SPACE || bytes[i] === TAB || (bytes[i] === CR && this.#newline === LF))) i++;
    if (i === limit) return whole ? { closing, end: i, open: true } : 'undecided';
    if (bytes[i] === this.#newline) return { closing, end: i + 1, open: false };
    return bytes[i] === DASH && i + 1 === limit && !whole ? 'undecided' : 'none';
  }
}
