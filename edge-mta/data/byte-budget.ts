/** Limits the memory of all mails in the process, in bytes. Every mail must give back what it took. */
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

  /** Takes nothing and returns false if not enough is left. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.limit) return false;
    this.#taken += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
  }
}
