import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { RawFacts } from '../mail/compose-document.ts';
import { TransientError } from '../mail/errors.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** Largest object to keep in memory until it is closed, bytes: most mails are then fetched only once. */
const KEPT_BYTES = 1024 * 1024;

/** A raw mail, opened: its metadata and its bytes, not yet read. */
export interface RawMail extends RawFacts {
  data: RawData;
}

/** The bytes of DATA as a stream: without the trace header, hashed and counted. */
export class RawData implements AsyncIterable<Buffer> {
  readonly #body: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #hash = createHash('sha256');
  readonly #size: number;
  /** Null for a larger object. */
  readonly #kept: Buffer[] | null;
  #skip: number;
  #seen = 0;

  /** @param size bytes of the whole object, `traceBytes` included */
  constructor(body: Readable, size: number, traceBytes: number) {
    this.#body = body;
    this.#chunks = body[Symbol.asyncIterator]();
    this.#size = size;
    this.#kept = size <= KEPT_BYTES ? [] : null;
    this.#skip = traceBytes;
  }

  /** Has no `return`: a reader that stops early leaves the rest for the hash. */
  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    return { next: () => this.#next() };
  }

  /** Reads the rest. @throws TransientError `raw.incomplete` when the store sent fewer bytes than the object has */
  async sha256(): Promise<string> {
    while (!(await this.#next()).done);
    if (this.#seen !== this.#size) {
      throw new TransientError('raw.incomplete', `the store sent ${this.#seen} of ${this.#size} bytes`);
    }
    return this.#hash.copy().digest('hex');
  }

  /** The bytes of DATA from the start, after all were read; null when they were not kept in memory. */
  again(): Readable | null {
    return this.#kept !== null && this.#seen === this.#size ? Readable.from(this.#kept, { objectMode: false }) : null;
  }

  /** An unread body occupies its connection. */
  close(): void {
    this.#body.destroy();
  }

  async #next(): Promise<IteratorResult<Buffer>> {
    const next = await this.#chunks.next();
    if (next.done) return { done: true, value: undefined };
    this.#seen += next.value.length;
    const data = next.value.subarray(this.#skip);
    this.#skip -= Math.min(this.#skip, next.value.length);
    this.#hash.update(data);
    if (data.length > 0) this.#kept?.push(data);
    return { done: false, value: data };
  }
}

/**
 * The bytes of DATA from the start once more, from memory or from the same version of the object. Null when that is
 * gone.
 */
export async function readAgain(
  store: Pick<ObjectStore, 'get'>,
  raw: RawMail,
  signal: AbortSignal,
): Promise<Readable | null> {
  const kept = raw.data.again();
  if (kept !== null) return kept;
  const { bucket, key, versionId } = raw;
  const range = { start: raw.traceBytes, end: raw.size - 1 };
  return (await store.get({ bucket, key, versionId }, { range, signal }))?.body ?? null;
}
