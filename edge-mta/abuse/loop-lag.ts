import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;

/** How far behind the event loop is: the median over the time since the last `sample`, in milliseconds. */
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

  /** A single long pause, such as a garbage collection, does not move the median; overload does. */
  sample(): void {
    // The histogram is of the times between ticks, which are RESOLUTION_MS apart when nothing delays them.
    const median = this.#histogram.count === 0 ? 0 : this.#histogram.percentile(50) / 1e6;
    this.#ms = Math.max(0, median - RESOLUTION_MS);
    this.#histogram.reset();
  }
}
