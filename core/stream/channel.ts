export interface ChannelOptions {
  /** Bytes in the channel from which `room` makes the writer wait. Default 1: one chunk at a time. */
  highWaterBytes?: number;
  /** Called for each chunk that the reader has finished with. */
  onTaken?: (chunk: Buffer) => void;
}

/**
 * Passes chunks from a writer that pushes to one reader that pulls. A chunk counts until the reader asks for the next:
 * only then may its memory be reused. The writer awaits `room` before it continues, which provides back-pressure. Once
 * the reader has stopped, further pushes are discarded.
 */
export class Channel implements AsyncIterable<Buffer> {
  readonly #highWaterBytes: number;
  readonly #onTaken: ((chunk: Buffer) => void) | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #state: 'open' | 'ended' | 'left' = 'open';
  #error: Error | null = null;
  #wakeReader: (() => void) | null = null;
  #wakeWriter: (() => void) | null = null;

  constructor({ highWaterBytes = 1, onTaken }: ChannelOptions = {}) {
    this.#highWaterBytes = highWaterBytes;
    this.#onTaken = onTaken;
  }

  push(chunk: Buffer): void {
    if (this.#state !== 'open') return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#wakeReader?.();
  }

  /** Null when there is room; otherwise a promise that resolves when there is, or when the reader has left. */
  room(): Promise<void> | null {
    if (this.#state === 'left' || this.#bytes < this.#highWaterBytes) return null;
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  /** No more chunks will be pushed. */
  end(): void {
    if (this.#state === 'open') this.#state = 'ended';
    this.#wakeReader?.();
  }

  /** The reader gets the error instead of the remaining chunks. */
  fail(error: Error): void {
    this.#error = error;
    this.leave();
    this.#wakeReader?.();
  }

  /**
   * The reader has stopped. Called automatically when a reader ends its loop early; one that calls `next` itself must.
   */
  leave(): void {
    this.#state = 'left';
    this.#chunks = [];
    this.#bytes = 0;
    this.#wakeWriter?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (;;) {
        if (this.#error !== null) throw this.#error;
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          yield chunk;
          this.#taken(chunk);
        } else if (this.#state !== 'open') {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
        }
      }
    } finally {
      this.leave();
    }
  }

  #taken(chunk: Buffer): void {
    if (this.#state === 'left') return;
    this.#bytes -= chunk.length;
    this.#onTaken?.(chunk);
    if (this.#bytes < this.#highWaterBytes) this.#wakeWriter?.();
  }
}
