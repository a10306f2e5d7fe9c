/** What was started, to be stopped in the opposite order, once. */
export class Closers {
  readonly #closers: (() => unknown)[] = [];
  #closed: Promise<void> | null = null;

  /** Each is called in turn and waited for. */
  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Stops everything, also when stopping one thing fails; rejects with the first failure then. */
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
