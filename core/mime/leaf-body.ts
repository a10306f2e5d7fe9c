import type { TokenStream } from './token-stream.ts';
import type { TransferDecoder } from './transfer/decoder.ts';

/** Takes a copy of what passes by; resolves when it is ready for more. */
export type Tap = (chunk: Buffer) => void | Promise<void>;

/** The body of a leaf: decoded while it is read, as fast as its consumer takes it. */
export class LeafBody {
  readonly #tokens: TokenStream;
  readonly #decoder: TransferDecoder;
  readonly #tap: Tap | null;
  #ended = false;
  /** Position in the stream where the body ends. Known when it was read. */
  end = 0;
  /** A NUL byte was met, before decoding. */
  nul = false;

  constructor(tokens: TokenStream, decoder: TransferDecoder, tap: Tap | null = null) {
    this.#tokens = tokens;
    this.#decoder = decoder;
    this.#tap = tap;
  }

  /** Decoded bytes; null at the end. */
  async next(): Promise<Buffer | null> {
    while (!this.#ended) {
      const chunk = await this.#decoded();
      if (chunk.length === 0) continue;
      if (this.#tap !== null) await this.#tap(chunk);
      return chunk;
    }
    return null;
  }

  async #decoded(): Promise<Buffer> {
    const token = await this.#tokens.next();
    if (token.type === 'body') {
      this.nul ||= token.bytes.includes(0);
      return this.#decoder.write(token.bytes);
    }
    if (token.type !== 'leaf-end') throw new Error(`unexpected ${token.type} inside a leaf`);
    this.#ended = true;
    this.end = token.at;
    return this.#decoder.end();
  }

  /** For a consumer that wants an iterable. */
  async *chunks(): AsyncGenerator<Buffer> {
    for (let chunk = await this.next(); chunk !== null; chunk = await this.next()) yield chunk;
  }

  /** Reads what the consumer left. */
  async drain(): Promise<void> {
    while ((await this.next()) !== null);
  }
}

/** Keeps what passes, up to a limit. */
export class Copy {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #length = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  readonly tap: Tap = (chunk) => {
    this.#length += chunk.length;
    if (this.#length <= this.#limit) this.#chunks.push(chunk);
  };

  /** Null when there was more than the limit. */
  get bytes(): Buffer | null {
    return this.#length <= this.#limit ? Buffer.concat(this.#chunks) : null;
  }
}
