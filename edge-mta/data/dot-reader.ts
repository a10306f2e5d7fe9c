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
 * What the bytes read so far end with:
 *
 *     lineStart ──'.'──▶ dot ──CR──▶ dotCr ──LF──▶ done
 *         ▲               │            │
 *         │             other        other
 *        LF               ▼            │
 *         │              text ◀────────┘
 *         └── cr ◀──CR────┘
 */
type State = 'lineStart' | 'text' | 'cr' | 'dot' | 'dotCr' | 'done';

/**
 * Reads the DATA of one mail: takes the dots out that the client stuffed in and finds the end (RFC 5321 §4.5.2).
 *
 * Only CRLF ends a line. A dot after a bare LF or CR is content, so none of the malformed terminators of SMTP smuggling
 * ends a mail, and every other byte comes out as it went in. One pass over the bytes, at most two pieces of content a
 * chunk, whatever the input: a mail of nothing but stuffed dots costs what any other costs.
 */
export class DotReader {
  /** CRs that no LF follows, and LFs that no CR precedes, so far. */
  bareCr = 0;
  bareLf = 0;
  #state: State = 'lineStart';

  /**
   * Reads a chunk, which it overwrites: content moves over the dots that go.
   *
   * @param emit gets the content, in pieces of the chunk
   * @returns what follows the end of the mail; null while the end has not come
   */
  read(chunk: Buffer, emit: (content: Buffer) => void): Buffer | null {
    const length = chunk.length;
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
            this.bareCr++;
            if (byte !== CR) state = 'text';
          }
          break;
        case 'lineStart':
          if (byte === DOT) {
            written = move(chunk, from, at, written);
            from = at + 1;
            state = 'dot';
          } else if (byte === CR) {
            state = 'cr';
          } else {
            if (byte === LF) this.bareLf++;
            state = 'text';
            run = at - lineBegan >= LONG_LINE ? SHORT_RUN - 1 : 0;
            lineBegan = at;
          }
          break;
        case 'dot':
          if (byte === CR) {
            from = at + 1;
            state = 'dotCr';
          } else {
            if (byte === LF) this.bareLf++;
            state = 'text';
          }
          break;
        case 'dotCr':
          if (byte === LF) {
            from = at + 1;
            state = 'done';
            break;
          }
          // The line was ".CR" and more: its dot goes, its CR is content, in this chunk or from the one before.
          this.bareCr++;
          if (at > 0) from = at - 1;
          else emit(LONE_CR);
          state = byte === CR ? 'cr' : 'text';
          break;
      }
    }
    this.#state = state;
    if (state === 'done') {
      if (written > 0) emit(chunk.subarray(0, written));
      return chunk.subarray(at);
    }
    const end = state === 'dot' || state === 'dotCr' ? from : at;
    written = move(chunk, from, end, written);
    if (written > 0) emit(chunk.subarray(0, written));
    return null;
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
