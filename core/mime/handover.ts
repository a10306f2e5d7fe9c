/**
 * Hands chunks from one asynchronous loop to another, one at a time: `give` resolves when the taker has come back for
 * more, has stopped taking, or has failed (then it rejects with that error). So the giver never runs ahead.
 */
export class Handover {
  #chunk: Buffer | null = null;
  #closed = false;
  #failure: { error: unknown } | null = null;
  #wakeTaker: (() => void) | null = null;
  #wakeGiver: (() => void) | null = null;

  async give(chunk: Buffer): Promise<void> {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#closed) return;
    this.#chunk = chunk;
    this.#wakeTaker?.();
    await new Promise<void>((resolve) => {
      this.#wakeGiver = resolve;
    });
    this.#rethrow();
  }

  /** No more chunks will come. */
  end(): void {
    this.#closed = true;
    this.#wakeTaker?.();
  }

  /** The taker has stopped, with an error or without. */
  stopped(failure: { error: unknown } | null): void {
    this.#failure = failure;
    this.#closed = true;
    this.#wakeGiver?.();
  }

  async *chunks(): AsyncGenerator<Buffer> {
    for (;;) {
      while (this.#chunk === null && !this.#closed) {
        await new Promise<void>((resolve) => {
          this.#wakeTaker = resolve;
        });
      }
      const chunk = this.#chunk;
      if (chunk === null) return;
      this.#chunk = null;
      yield chunk;
      this.#wakeGiver?.();
    }
  }

  #rethrow(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
