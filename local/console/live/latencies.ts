import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** SQS retains a message for at most 14 days. */
const LONGEST_MS = 14 * 86_400_000;
/** Significant digits of a percentile: it is within 1 %, and exact to the millisecond below 256 ms. */
const DIGITS = 2;

/** An HDR histogram of delivery times: 20 KB for any number of them, allocated at the first. */
export class Latencies {
  #histogram: RecordableHistogram | null = null;

  /** @param ms 0 counts as 1, the smallest value of a histogram */
  record(ms: number): void {
    this.#opened().record(Math.min(LONGEST_MS, Math.max(1, Math.round(ms))));
  }

  add(other: Latencies): void {
    if (other.#histogram !== null) this.#opened().add(other.#histogram);
  }

  get count(): number {
    return this.#histogram?.count ?? 0;
  }

  /** By nearest rank; null without data. */
  get percentiles(): { p50Ms: number | null; p99Ms: number | null } {
    const histogram = this.#histogram;
    return { p50Ms: histogram?.percentile(50) ?? null, p99Ms: histogram?.percentile(99) ?? null };
  }

  #opened(): RecordableHistogram {
    this.#histogram ??= createHistogram({ lowest: 1, highest: LONGEST_MS, figures: DIGITS });
    return this.#histogram;
  }
}
