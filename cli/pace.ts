import { setTimeout as delay } from 'node:timers/promises';

/** Holds a loop to so many a second, on average since it began. */
export class Pace {
  readonly #perSecond: number;
  readonly #started = performance.now();
  #done = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Resolves when `count` more may be done; early when the signal aborts. */
  async take(count: number, signal: AbortSignal): Promise<void> {
    const dueMs = this.#started + (this.#done / this.#perSecond) * 1000 - performance.now();
    this.#done += count;
    // An abort is no failure here: the loop looks at its signal.
    if (dueMs > 0) await delay(dueMs, undefined, { signal }).catch(() => {});
  }
}
