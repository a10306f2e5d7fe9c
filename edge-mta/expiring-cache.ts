/** Answers of others, each kept for a time of its own. When there are more than the limit, the one kept first goes. */
export class ExpiringCache<Value> {
  readonly #limit: number;
  readonly #entries = new Map<string, { value: Value; until: number }>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Undefined when there is none, or its time is over. */
  get(key: string, now: number): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || now < entry.until) return entry?.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** @param until monotonic milliseconds; a time that is over keeps nothing */
  set(key: string, value: Value, now: number, until: number): void {
    this.#entries.delete(key);
    if (!(until > now)) return;
    this.#entries.set(key, { value, until });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#limit && oldest !== undefined) this.#entries.delete(oldest);
  }
}
