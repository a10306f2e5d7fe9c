/** A rate limiter without bursts: requests above the rate wait for their turn. */
export class RateLimit {
  readonly #seconds: number;
  #free = 0;

  constructor(perSecond: number) {
    this.#seconds = 1 / perSecond;
  }

  /** Seconds to wait at `now`, without taking a turn. */
  wait(now: number): number {
    return Math.max(0, this.#free - now);
  }

  /** Takes a turn at `now` and returns its time. */
  take(now: number): number {
    const at = Math.max(now, this.#free);
    this.#free = at + this.#seconds;
    return at;
  }
}

/** A token bucket with `capacity` tokens, refilled continuously. */
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
