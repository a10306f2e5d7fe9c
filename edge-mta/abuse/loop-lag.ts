import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;

/** Event loop delay: the median since the last `sample`, in milliseconds. */
export class LoopLag {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #ms = 0;

  constructor() {
    this.#histogram.enable();
  }

  stop(): void {
    this.#histogram.disable();
  }

  get ms(): number {
    return this.#ms;
  }

  /** Uses the median because overload moves it, while a single long pause such as a garbage collection does not. */
  sample(): void {
    // The histogram holds times between ticks, which are RESOLUTION_MS apart without delay.
    const median = this.#histogram.count === 0 ? 0 : this.#histogram.percentile(50) / 1e6;
    this.#ms = Math.max(0, median - RESOLUTION_MS);
    this.#histogram.reset();
  }
}
