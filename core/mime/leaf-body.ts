import type { Leaf } from './leaf.ts';
import type { TokenStream } from './token-stream.ts';

/** Receives the decoded bytes as they pass; resolves when it is ready for more. */
export type Tap = (chunk: Buffer) => void | Promise<void>;

const END: IteratorResult<Buffer, undefined> = { done: true, value: undefined };

/** The body of a leaf, decoded while it is read, as fast as its consumer reads. */
export class LeafBody implements AsyncIterable<Buffer> {
  readonly #tokens: TokenStream;
  readonly #leaf: Leaf;
  readonly #tap: Tap | null;
  #ended = false;

  constructor(tokens: TokenStream, leaf: Leaf, tap: Tap | null) {
    this.#tokens = tokens;
    this.#leaf = leaf;
    this.#tap = tap;
  }

  /** Has no `return`: `drain` reads what a consumer leaves. */
  [Symbol.asyncIterator](): AsyncIterator<Buffer, undefined> {
    return { next: () => this.#next() };
  }

  /** Reads what the consumer left. */
  async drain(): Promise<void> {
    while (!(await this.#next()).done);
  }

  async #next(): Promise<IteratorResult<Buffer, undefined>> {
    while (!this.#ended) {
      const token = this.#tokens.poll() ?? (await this.#tokens.next());
      const chunk = token.type === 'body' ? this.#leaf.decode(token.bytes) : this.#leaf.decoder.end();
      if (token.type === 'leaf-end') {
        this.#ended = true;
        this.#leaf.end(token.at);
      }
      if (chunk.length === 0) continue;
      if (this.#tap !== null) await this.#tap(chunk);
      return { done: false, value: chunk };
    }
    return END;
  }
}

/** Keeps a copy of what passes, up to a limit. */
export class Copy {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #length = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  readonly tap: Tap = (chunk) => {
    this.#length += chunk.length;
    if (this.#length <= this.#limit) this.#chunks.push(Buffer.from(chunk));
  };

  /** Null when the limit was exceeded. */
  get bytes(): Buffer | null {
    return this.#length <= this.#limit ? Buffer.concat(this.#chunks) : null;
  }
}
