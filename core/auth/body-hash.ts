import { createHash, type Hash } from 'node:crypto';
import { UnchangedBytes, WINDOW_BYTES } from './unchanged-bytes.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/** Bytes of a canonical body to hash at a time. */
const BLOCK_BYTES = 64 * 1024;
/** Bytes from which hashing in place is worthwhile; fewer are collected in the block. */
const SPAN_BYTES = 4 * 1024;
/** If changes are this close together, searching for the next one costs more than processing every byte. */
const SHORT_SPAN_BYTES = 256;
const SLOW_BYTES = 2 * 1024;
/** Bytes to process one by one after a change. */
const FEW_BYTES = 32;

let unchanged: UnchangedBytes | undefined;

/** The body hash of one signature, with the interface that mailauth expects. */
export class BodyHash {
  /** Canonical bytes of the body, and how many of them the signature covers. */
  canonicalizedLength = 0;
  bodyHashedBytes = 0;
  readonly #hash: Hash;
  readonly #limit: number;

  /** @param limit the `l=` tag: number of signed bytes */
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

  /** Needed only to find where a partly signed body ends. */
  getMimeStructureStart(): number {
    return 0;
  }
}

/**
 * A body in the canonical form that is signed, `simple` or `relaxed` (RFC 6376 section 3.4), computed once for all
 * signatures, in linear time and with at most one block in memory. Lines may also end in LF.
 */
export class CanonicalBody {
  readonly hashes: BodyHash[] = [];
  readonly #relaxed: boolean;
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #used = 0;
  /** Bytes that may turn out not to be content: line ends at the end, blanks at the end of a line, CR before LF. */
  #breaks = 0;
  #blank = false;
  #cr = false;
  #empty = true;

  constructor(form: 'simple' | 'relaxed') {
    this.#relaxed = form === 'relaxed';
  }

  update(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += WINDOW_BYTES) this.#window(chunk.subarray(at, at + WINDOW_BYTES));
  }

  #window(chunk: Buffer): void {
    unchanged ??= new UnchangedBytes();
    unchanged.load(chunk);
    let slowUntil = 0;
    for (let at = 0; at < chunk.length; ) {
      if (at >= slowUntil && !this.#pending) {
        const end = endOfContent(chunk, at, unchanged.end(at, this.#relaxed), this.#relaxed);
        this.#span(chunk, at, end);
        slowUntil = end + (end - at < SHORT_SPAN_BYTES ? SLOW_BYTES : FEW_BYTES);
        at = end;
      }
      const until = Math.min(chunk.length, Math.max(slowUntil, at + FEW_BYTES));
      while (at < until) this.#byte(chunk[at++] as number);
    }
  }

  /** Whether the next byte decides about bytes that are not in the block yet. */
  get #pending(): boolean {
    return this.#breaks > 0 || this.#blank || this.#cr;
  }

  /** Bytes that are already canonical, with content before and after them. */
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

  /** One line end after the last non-empty line; an empty body has one in the simple form only. */
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

/** End of the bytes between `from` and `to` without trailing blanks and line ends, which may be the last ones. */
function endOfContent(bytes: Buffer, from: number, to: number, relaxed: boolean): number {
  let end = to;
  for (; end > from; end--) {
    const byte = bytes[end - 1];
    if (byte !== CR && byte !== LF && !(relaxed && byte === SPACE)) break;
  }
  return end;
}
