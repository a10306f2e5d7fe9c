const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;

/** Below this many bytes a plain loop beats a native call. */
const SHORT_RUN = 8;
/** After a line of this many bytes the next is assumed to be as long, and searched natively from its start. */
const LONG_LINE = 32;

/** A CR withheld after a dot that turned out to be content. */
const LONE_CR = Buffer.from([CR]);

/**
 * How the bytes read so far end; `lfStart` and `lfDot` occur only if a bare LF ends a line:
 *
 *     lineStart ──'.'──▶ dot ──CR──▶ dotCr ──LF──▶ done      lfStart ──'.'──▶ lfDot
 *         ▲               │            │                        ▲               │
 *         │             other        other                   bare LF          other
 *        LF               ▼            │                        │               ▼
 *         │              text ◀────────┘                       text ◀───────────┘
 *         └── cr ◀──CR────┘
 */
type State = 'lineStart' | 'lfStart' | 'text' | 'cr' | 'dot' | 'lfDot' | 'dotCr' | 'done';

/**
 * Reads the DATA of one mail: removes dot-stuffing and finds the end (RFC 5321 §4.5.2).
 *
 * Only CRLF.CRLF ends a mail, so none of the malformed terminators of SMTP smuggling does: LF.LF, LF.CRLF, CRLF.LF,
 * CR.CR, CRLF.CR, CR.CRLF … They are flagged (`dubiousEnd`). Makes one pass over the bytes and emits at most two pieces
 * of content per chunk, whatever the input: a mail of nothing but stuffed dots costs the same as any other.
 */
export class DotReader {
  /** CRs without a following LF, and LFs without a preceding CR, so far. */
  bareCr = 0;
  bareLf = 0;
  /**
   * A dot was alone on a line for a reader that treats a bare CR or LF as a line end, or was next to a bare CR: another
   * server may see the end of a mail there, or may not see the end that this one sees.
   */
  dubiousEnd = false;
  readonly #afterBareLf: 'lfStart' | 'text';
  #state: State = 'lineStart';
  /** Bytes read before this chunk, and the last two of them. */
  #offset = 0;
  #last = 0;
  #lastButOne = 0;
  /** Position of the last bare CR. */
  #bareCrAt = -10;
  /** CR CRLF precedes the dot at the start of the line. */
  #crBefore = false;

  /**
   * @param bareLf `lineEnd`: also unstuffs a dot after a bare LF, because clients that end lines so stuff it; the LF itself
   *   is kept. `content`: only CRLF starts a line
   */
  constructor(bareLf: 'lineEnd' | 'content') {
    this.#afterBareLf = bareLf === 'lineEnd' ? 'lfStart' : 'text';
  }

  /**
   * Reads a chunk and overwrites it: content moves over removed dots.
   *
   * @param emit receives the content, as slices of the chunk
   * @returns the bytes after the end of the mail; null before the end
   */
  read(chunk: Buffer, emit: (content: Buffer) => void): Buffer | null {
    const length = chunk.length;
    const last = chunk[length - 1] ?? this.#last;
    const lastButOne = length > 1 ? (chunk[length - 2] ?? 0) : this.#last;
    let state = this.#state;
    let written = 0;
    let from = 0;
    let at = 0;
    let run = 0;
    let lineBegan = 0;
    let nextCr = -1;
    let nextLf = -1;

    for (; at < length && state !== 'done'; at++) {
      const byte = chunk[at];
      switch (state) {
        case 'text':
          if (byte === CR) {
            state = 'cr';
          } else if (byte === LF) {
            this.bareLf++;
            state = this.#afterBareLf;
          } else if (++run === SHORT_RUN) {
            // Skip the rest of a long line by native search; each byte is searched at most once for either character.
            if (nextCr <= at) nextCr = positionOf(chunk, CR, at);
            if (nextLf <= at) nextLf = positionOf(chunk, LF, at);
            at = Math.min(nextCr, nextLf) - 1;
            run = 0;
          }
          break;
        case 'cr':
          if (byte === LF) {
            state = 'lineStart';
          } else {
            this.#sawBareCr(at - 1);
            if (byte === DOT || this.#before(chunk, at - 1) === DOT) this.dubiousEnd = true;
            if (byte !== CR) state = 'text';
          }
          break;
        case 'lineStart':
        case 'lfStart':
          if (byte === DOT) {
            this.#crBefore = this.#bareCrAt === this.#offset + at - 3;
            written = move(chunk, from, at, written);
            from = at + 1;
            state = state === 'lineStart' ? 'dot' : 'lfDot';
          } else if (byte === CR) {
            state = 'cr';
          } else if (byte === LF) {
            this.bareLf++;
            state = this.#afterBareLf;
          } else {
            state = 'text';
            run = at - lineBegan >= LONG_LINE ? SHORT_RUN - 1 : 0;
            lineBegan = at;
          }
          break;
        case 'dot':
          if (byte === CR) {
            from = at + 1;
            state = 'dotCr';
          } else if (byte === LF) {
            this.bareLf++;
            this.dubiousEnd = true;
            state = this.#afterBareLf;
          } else {
            state = 'text';
          }
          break;
        case 'lfDot':
          if (byte === CR || byte === LF) this.dubiousEnd = true;
          if (byte === LF) this.bareLf++;
          state = byte === CR ? 'cr' : byte === LF ? 'lfStart' : 'text';
          break;
        case 'dotCr':
          if (byte === LF) {
            from = at + 1;
            state = 'done';
            if (this.#crBefore) this.dubiousEnd = true;
            break;
          }
          // The line was ".CR" and more: remove the dot; the CR is content, from this chunk or the previous one.
          this.#sawBareCr(at - 1);
          this.dubiousEnd = true;
          if (at > 0) from = at - 1;
          else emit(LONE_CR);
          state = byte === CR ? 'cr' : 'text';
          break;
      }
    }
    this.#state = state;
    this.#offset += length;
    this.#last = last;
    this.#lastButOne = lastButOne;
    if (state === 'done') {
      if (written > 0) emit(chunk.subarray(0, written));
      return chunk.subarray(at);
    }
    const end = state === 'dot' || state === 'dotCr' || state === 'lfDot' ? from : at;
    written = move(chunk, from, end, written);
    if (written > 0) emit(chunk.subarray(0, written));
    return null;
  }

  /** @param at index in the chunk; -1 is the last byte of the previous one */
  #sawBareCr(at: number): void {
    this.bareCr++;
    this.#bareCrAt = this.#offset + at;
  }

  /** The byte before an index. Bytes after the last removed dot have not moved. */
  #before(chunk: Buffer, at: number): number | undefined {
    if (at > 0) return chunk[at - 1];
    return at === 0 ? this.#last : this.#lastButOne;
  }
}

const positionOf = (chunk: Buffer, byte: number, from: number): number => {
  const at = chunk.indexOf(byte, from);
  return at === -1 ? chunk.length : at;
};

/** Moves `[from, end)` down to `to`; returns the new end of the content. Native calls are slower on short runs. */
function move(chunk: Buffer, from: number, end: number, to: number): number {
  if (from === to) return end;
  if (end - from > SHORT_RUN) chunk.copyWithin(to, from, end);
  else for (let at = from, into = to; at < end; at++, into++) chunk[into] = chunk[at] ?? 0;
  return to + end - from;
}
