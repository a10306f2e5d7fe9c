const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;

/** Bytes below which a plain loop beats a call of native code. */
const SHORT_RUN = 8;
/** Bytes of a line behind which the next is taken for as long, and searched by native code from its start. */
const LONG_LINE = 32;

/** A CR that was withheld behind a dot and turned out to be content. */
const LONE_CR = Buffer.from([CR]);

/**
 * What the bytes read so far end with; `lfStart` and `lfDot` only where a bare LF ends a line:
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
 * Reads the DATA of one mail: takes the dots out that the client stuffed in and finds the end (RFC 5321 §4.5.2).
 *
 * Only CRLF.CRLF ends a mail, so none of the malformed terminators of SMTP smuggling does: LF.LF, LF.CRLF, CRLF.LF,
 * CR.CR, CRLF.CR, CR.CRLF … They are noticed (`dubiousEnd`). One pass over the bytes, at most two pieces of content a
 * chunk, whatever the input: a mail of nothing but stuffed dots costs what any other costs.
 */
export class DotReader {
  /** CRs that no LF follows, and LFs that no CR precedes, so far. */
  bareCr = 0;
  bareLf = 0;
  /**
   * A dot was alone in a line for a reader that takes a bare CR or LF for a line end, or had a bare CR beside it: some
   * other server may see the end of a mail there, or have seen none where this one does.
   */
  dubiousEnd = false;
  readonly #afterBareLf: 'lfStart' | 'text';
  #state: State = 'lineStart';
  /** Bytes read before this chunk, and the last two of them. */
  #offset = 0;
  #last = 0;
  #lastButOne = 0;
  /** Where the last bare CR was. */
  #bareCrAt = -10;
  /** The dot at the start of the line has CR CRLF before it. */
  #crBefore = false;

  /**
   * @param bareLf `lineEnd`: a dot behind a bare LF is taken out too, as clients stuff it that write lines so; the LF
   *   itself stays as it is. `content`: only CRLF starts a line
   */
  constructor(bareLf: 'lineEnd' | 'content') {
    this.#afterBareLf = bareLf === 'lineEnd' ? 'lfStart' : 'text';
  }

  /**
   * Reads a chunk, which it overwrites: content moves over the dots that go.
   *
   * @param emit gets the content, in pieces of the chunk
   * @returns what follows the end of the mail; null while the end has not come
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
            // The rest of a long line is skipped by native search, each byte of the chunk searched once for either.
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
          // The line was ".CR" and more: its dot goes, its CR is content, in this chunk or from the one before.
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

  /** @param at place in the chunk; -1 is the last byte of the one before */
  #sawBareCr(at: number): void {
    this.bareCr++;
    this.#bareCrAt = this.#offset + at;
  }

  /** The byte in front of a place. Bytes behind the last dot that was taken out are where they were. */
  #before(chunk: Buffer, at: number): number | undefined {
    if (at > 0) return chunk[at - 1];
    return at === 0 ? this.#last : this.#lastButOne;
  }
}

const positionOf = (chunk: Buffer, byte: number, from: number): number => {
  const at = chunk.indexOf(byte, from);
  return at === -1 ? chunk.length : at;
};

/** Moves `[from, end)` down to `to`; returns where the content ends then. Native calls lose on short runs. */
function move(chunk: Buffer, from: number, end: number, to: number): number {
  if (from === to) return end;
  if (end - from > SHORT_RUN) chunk.copyWithin(to, from, end);
  else for (let at = from, into = to; at < end; at++, into++) chunk[into] = chunk[at] ?? 0;
  return to + end - from;
}
