import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { RawFacts } from '../mail/compose-document.ts';
import { TransientError } from '../mail/errors.ts';

/** A raw mail, opened: what is known of it and its bytes, not yet read. */
export interface RawMail extends RawFacts {
  data: RawData;
}

/** The bytes of DATA as they stream by: the trace header in front is left out, the rest hashed and counted. */
export class RawData implements AsyncIterable<Buffer> {
  readonly #body: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #hash = createHash('sha256');
  readonly #size: number;
  #skip: number;
  #seen = 0;

  /** @param size bytes of the whole object, `traceBytes` included */
  constructor(body: Readable, size: number, traceBytes: number) {
    this.#body = body;
    this.#chunks = body[Symbol.asyncIterator]();
    this.#size = size;
    this.#skip = traceBytes;
  }

  /** Has no `return`: a reader that stops early leaves the rest for the hash. */
  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    return { next: () => this.#next() };
  }

  /** Reads what is left. @throws TransientError `raw.incomplete` when the store sent less than the object has */
  async sha256(): Promise<string> {
    while (!(await this.#next()).done);
    if (this.#seen !== this.#size) {
      throw new TransientError('raw.incomplete', `the store sent ${this.#seen} of ${this.#size} bytes`);
    }
    return this.#hash.copy().digest('hex');
  }

  /** An unread body holds its connection. */
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
    return { done: false, value: data };
  }
}
