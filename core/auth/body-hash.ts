import { createHash, type Hash } from 'node:crypto';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/** Bytes of a canonical body that are hashed at a time. */
const BLOCK_BYTES = 64 * 1024;
/** Bytes that are worth a call of the hash where they lie; fewer are gathered in the block. */
const SPAN_BYTES = 4 * 1024;
/** Where changes follow that closely on each other, looking for the next one costs more than taking every byte. */
const SHORT_SPAN_BYTES = 256;
const SLOW_BYTES = 2 * 1024;
/** Bytes that are taken one by one from a place that changes. */
const FEW_BYTES = 32;

const WORD_BYTES = 4;
/** By which a word tells whether one of its bytes is below 0x21: a blank or a control character. */
const LOW = 0x21212121;
const HIGH_BITS = 0x80808080;

/** The hash that one signature has of a body, in the form that mailauth asks for it. */
export class BodyHash {
  /** Canonical bytes of the body, and how many of them the signature covers. */
  canonicalizedLength = 0;
  bodyHashedBytes = 0;
  readonly #hash: Hash;
  readonly #limit: number;

  /** @param limit the `l=` tag: bytes that are signed */
  constructor(algorithm: string, limit: number) {
    this.#hash = createHash(algorithm);
    this.#limit = limit;
  }

  add(bytes: Buffer): void {
    const covered = bytes.subarray(0, Math.max(0, this.#limit - this.bodyHashedBytes));
    this.#hash.update(covered);
    this.canonicalizedLength += bytes.length;
    this.bodyHashedBytes += covered.length;
  }

  digest(encoding: 'base64'): string {
    return this.#hash.digest(encoding);
  }

  /** Only for those who ask where a body that is signed in part ends. */
  getMimeStructureStart(): number {
    return 0;
  }
}

/**
 * A body in the form that is signed, `simple` or `relaxed` (RFC 6376 section 3.4), made once for all signatures: in
 * linear time, and holding no more than a block. Lines may end in LF as well.
 */
export class CanonicalBody {
  readonly hashes: BodyHash[] = [];
  readonly #relaxed: boolean;
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #used = 0;
  /** What may not be content: line ends that may be the last ones, blanks that may end a line, CR in front of LF. */
  #breaks = 0;
  #blank = false;
  #cr = false;
  #empty = true;

  constructor(form: 'simple' | 'relaxed') {
    this.#relaxed = form === 'relaxed';
  }

  update(chunk: Buffer): void {
    const unchanged = new UnchangedBytes(chunk, this.#relaxed);
    let slowUntil = 0;
    for (let at = 0; at < chunk.length; ) {
      if (at >= slowUntil && !this.#pending) {
        const end = endOfContent(chunk, at, unchanged.end(at), this.#relaxed);
        this.#span(chunk, at, end);
        slowUntil = end + (end - at < SHORT_SPAN_BYTES ? SLOW_BYTES : FEW_BYTES);
        at = end;
      }
      const until = Math.min(chunk.length, Math.max(slowUntil, at + FEW_BYTES));
      while (at < until) this.#byte(chunk[at++] as number);
    }
  }

  /** Whether what comes next decides about bytes that are not in the block yet. */
  get #pending(): boolean {
    return this.#breaks > 0 || this.#blank || this.#cr;
  }

  /** Bytes that are canonical as they are, behind and before content. */
  #span(chunk: Buffer, from: number, to: number): void {
    if (from === to) return;
    this.#empty = false;
    const bytes = chunk.subarray(from, to);
    if (bytes.length >= BLOCK_BYTES - this.#used) this.#flush();
    if (bytes.length < SPAN_BYTES) {
      this.#block.set(bytes, this.#used);
      this.#used += bytes.length;
      return;
    }
    this.#flush();
    for (const hash of this.hashes) hash.add(bytes);
  }

  #byte(byte: number): void {
    if (byte === LF) {
      this.#breaks += 1;
      this.#blank = false;
      this.#cr = false;
      return;
    }
    if (this.#cr) this.#content(CR);
    this.#cr = byte === CR;
    if (this.#cr) return;
    if (this.#relaxed && (byte === SPACE || byte === TAB)) this.#blank = true;
    else this.#content(byte);
  }

  /** One line end behind the last line that is not empty; an empty body has one in the simple form only. */
  end(): void {
    if (this.#cr) this.#content(CR);
    if (!this.#relaxed || !this.#empty) this.#lineEnd();
    this.#flush();
  }

  #content(byte: number): void {
    this.#empty = false;
    for (; this.#breaks > 0; this.#breaks--) this.#lineEnd();
    if (this.#blank) this.#put(SPACE);
    this.#blank = false;
    this.#put(byte);
  }

  #lineEnd(): void {
    this.#put(CR);
    this.#put(LF);
  }

  #put(byte: number): void {
    this.#block[this.#used++] = byte;
    if (this.#used === BLOCK_BYTES) this.#flush();
  }

  #flush(): void {
    if (this.#used === 0) return;
    for (const hash of this.hashes) hash.add(this.#block.subarray(0, this.#used));
    this.#used = 0;
  }
}

/**
 * Finds the bytes of a chunk that are canonical as they are (RFC 6376 section 3.4). It looks at four bytes at a time:
 * the lines of an attachment hold nothing below 0x21 but their ends.
 */
class UnchangedBytes {
  readonly #bytes: Buffer;
  readonly #relaxed: boolean;
  /** The chunk from its byte `#start` on, in whole words. */
  readonly #words: Int32Array;
  readonly #start: number;

  constructor(bytes: Buffer, relaxed: boolean) {
    this.#bytes = bytes;
    this.#relaxed = relaxed;
    this.#start = Math.min(-bytes.byteOffset & (WORD_BYTES - 1), bytes.length);
    const words = Math.floor((bytes.length - this.#start) / WORD_BYTES);
    this.#words = words === 0 ? new Int32Array(0) : new Int32Array(bytes.buffer, bytes.byteOffset + this.#start, words);
  }

  /**
   * The first byte from `from` on that changes or may change; the length of the chunk when there is none.
   * The byte in front of `from` is content.
   */
  end(from: number): number {
    const bytes = this.#bytes;
    const relaxed = this.#relaxed;
    const words = this.#words;
    const start = this.#start;
    let at = from;
    for (; at < bytes.length && ((at - start) & (WORD_BYTES - 1)) !== 0; at++) {
      if (changes(bytes, at, relaxed)) return at;
    }
    for (let word = (at - start) / WORD_BYTES; word < words.length; word++) {
      const value = words[word] as number;
      if (((value - LOW) & ~value & HIGH_BITS) === 0) continue;
      at = start + word * WORD_BYTES;
      for (const next = at + WORD_BYTES; at < next; at++) if (changes(bytes, at, relaxed)) return at;
    }
    for (at = Math.max(at, start + words.length * WORD_BYTES); at < bytes.length; at++) {
      if (changes(bytes, at, relaxed)) return at;
    }
    return bytes.length;
  }
}

function changes(bytes: Buffer, at: number, relaxed: boolean): boolean {
  const byte = bytes[at] as number;
  if (byte > SPACE) return false;
  if (byte === LF) return bytes[at - 1] !== CR;
  if (!relaxed || byte === CR) return false;
  if (byte === TAB) return true;
  if (byte !== SPACE) return false;
  const next = bytes[at + 1];
  return next === SPACE || next === TAB || next === CR || next === LF;
}

/** Where the bytes from `from` to `to` have no blank and no line end behind them that may be the last ones. */
function endOfContent(bytes: Buffer, from: number, to: number, relaxed: boolean): number {
  let end = to;
  for (; end > from; end--) {
    const byte = bytes[end - 1];
    if (byte !== CR && byte !== LF && !(relaxed && byte === SPACE)) break;
  }
  return end;
}
