/** Stops everything that was started, once, in reverse order. */
export class Closers {
  readonly #closers: (() => unknown)[] = [];
  #closed: Promise<void> | null = null;

  /** Registers a function; they are called and awaited one after the other. */
  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Stops everything even if one step fails; then rejects with the first failure. */
  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#closers.reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
