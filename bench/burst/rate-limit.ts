/** So many a second, one after the other: what comes too fast waits for its turn. */
export class RateLimit {
  readonly #seconds: number;
  #free = 0;

  constructor(perSecond: number) {
    this.#seconds = 1 / perSecond;
  }

  /** Seconds that one has to wait at `now`, without taking a turn. */
  wait(now: number): number {
    return Math.max(0, this.#free - now);
  }

  /** When the turn is that is taken at `now`. */
  take(now: number): number {
    const at = Math.max(now, this.#free);
    this.#free = at + this.#seconds;
    return at;
  }
}

/** As many at once as were saved up, at most `capacity`, refilled continuously. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #capacity: number;
  #tokens: number;
  #at = 0;

  constructor(perSecond: number, capacity: number) {
    this.#perSecond = perSecond;
    this.#capacity = capacity;
    this.#tokens = capacity;
  }

  take(now: number): boolean {
    this.#tokens = Math.min(this.#capacity, this.#tokens + (now - this.#at) * this.#perSecond);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
