/** A cache with a lifetime per entry. Above the limit, the oldest entry is evicted. */
export class ExpiringCache<Value> {
  readonly #limit: number;
  readonly #entries = new Map<string, { value: Value; until: number }>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Undefined when absent or expired. */
  get(key: string, now: number): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || now < entry.until) return entry?.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** @param until monotonic milliseconds; if that is in the past, nothing is stored */
  set(key: string, value: Value, now: number, until: number): void {
    this.#entries.delete(key);
    if (!(until > now)) return;
    this.#entries.set(key, { value, until });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#limit && oldest !== undefined) this.#entries.delete(oldest);
  }
}
