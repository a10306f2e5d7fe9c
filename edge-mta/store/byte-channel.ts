/** Bytes waiting in a channel above which the writer is asked to wait. */
const HIGH_WATER_BYTES = 256 * 1024;

/**
 * Hands chunks from a writer that cannot wait inside `push` to one reader that pulls. The writer asks `room()` before
 * it reads on: that is the back-pressure. A reader that stops early makes the rest disappear.
 */
export class ByteChannel implements AsyncIterable<Buffer> {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #state: 'open' | 'ended' | 'left' = 'open';
  #error: Error | null = null;
  #wakeReader: (() => void) | null = null;
  #wakeWriter: (() => void) | null = null;

  push(chunk: Buffer): void {
    if (this.#state !== 'open') return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#wakeReader?.();
  }

  /** Null when there is room; else a promise of it, which also settles when the reader has left. */
  room(): Promise<void> | null {
    if (this.#state !== 'open' || this.#bytes < HIGH_WATER_BYTES) return null;
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  end(): void {
    if (this.#state === 'open') this.#state = 'ended';
    this.#wakeReader?.();
  }

  /** The reader gets the error instead of what is left. */
  fail(error: Error): void {
    this.#error = error;
    this.#leave();
    this.#wakeReader?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (;;) {
        if (this.#error !== null) throw this.#error;
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          this.#bytes -= chunk.length;
          if (this.#bytes < HIGH_WATER_BYTES) this.#wakeWriter?.();
          yield chunk;
        } else if (this.#state === 'ended') {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
        }
      }
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    this.#state = 'left';
    this.#chunks = [];
    this.#bytes = 0;
    this.#wakeWriter?.();
  }
}
