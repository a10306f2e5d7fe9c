/** Bytes that all mails of the process may hold in memory together. What a mail takes it must give back. */
export class ByteBudget {
  readonly limit: number;
  #taken = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get taken(): number {
    return this.#taken;
  }

  get exhausted(): boolean {
    return this.#taken >= this.limit;
  }

  /** False, and nothing is taken, when there is not enough left. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.limit) return false;
    this.#taken += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
  }
}
