import type { MailId } from '../../../core/mail/id.ts';
import type { Series } from '../api/api.ts';
import { Latencies } from './latencies.ts';

const MINUTE_MS = 60_000;
export const HOUR_MINUTES = 60;
export const DAY_MINUTES = 24 * HOUR_MINUTES;

/** Figures of one minute. */
export class Minute {
  received = 0;
  parsed = 0;
  failed = 0;
  readonly latencies = new Latencies();
  /** By destination, for the last hour only. */
  readonly byDestination = new Map<string, Latencies>();
  /** Mails the edge rejected after DATA, by reply. */
  readonly refusals = new Map<string, number>();
  /** Mails whose latest change was in this minute when it was recorded. */
  readonly mails: MailId[] = [];
}

/** The minutes of the last day with any activity. */
export class Minutes {
  readonly #minutes = new Map<number, Minute>();
  readonly #clock: () => number;
  readonly #onLeave: (minute: Minute, number: number) => void;
  #swept = 0;

  /** @param onLeave called for each minute that is dropped after a day */
  constructor(clock: () => number, onLeave: (minute: Minute, number: number) => void) {
    this.#clock = clock;
    this.#onLeave = onLeave;
  }

  get first(): number {
    return minuteOf(this.#clock()) - DAY_MINUTES + 1;
  }

  /** The minute of a time; null if more than a day ago. */
  at(time: number): Minute | null {
    this.sweep();
    const number = minuteOf(time);
    if (number < this.first) return null;
    const known = this.#minutes.get(number);
    if (known !== undefined) return known;
    const minute = new Minute();
    this.#minutes.set(number, minute);
    return minute;
  }

  /** Drops minutes older than a day; checks once a minute. */
  sweep(): void {
    const { first } = this;
    if (this.#swept === first) return;
    this.#swept = first;
    for (const [number, minute] of this.#minutes) {
      if (number < first + DAY_MINUTES - HOUR_MINUTES) minute.byDestination.clear();
      if (number >= first) continue;
      this.#minutes.delete(number);
      this.#onLeave(minute, number);
    }
  }

  /** The previous minute. */
  get before(): Minute {
    return this.#minutes.get(minuteOf(this.#clock()) - 1) ?? EMPTY;
  }

  /** Oldest first, the current one last. */
  last(count: number): Minute[] {
    const first = minuteOf(this.#clock()) - count + 1;
    return Array.from({ length: count }, (_, at) => this.#minutes.get(first + at) ?? EMPTY);
  }

  /** Steps of several minutes each; the current one is last. */
  series(steps: number, minutesEach: number): Series {
    const last = this.last(steps * minutesEach);
    const groups = Array.from({ length: steps }, (_, step) => last.slice(step * minutesEach, (step + 1) * minutesEach));
    const sums = (of: 'received' | 'parsed' | 'failed') =>
      groups.map((minutes) => minutes.reduce((total, minute) => total + minute[of], 0));
    const percentiles = groups.map((minutes) => summed(minutes.map(({ latencies }) => latencies)).percentiles);
    return {
      stepMs: minutesEach * MINUTE_MS,
      from: new Date((minuteOf(this.#clock()) - steps * minutesEach + 1) * MINUTE_MS).toISOString(),
      received: sums('received'),
      parsed: sums('parsed'),
      failed: sums('failed'),
      p50Ms: percentiles.map(({ p50Ms }) => p50Ms),
      p99Ms: percentiles.map(({ p99Ms }) => p99Ms),
    };
  }
}

const EMPTY: Readonly<Minute> = new Minute();

export const minuteOf = (time: number): number => Math.floor(time / MINUTE_MS);

export function summed(all: Iterable<Latencies>): Latencies {
  const sum = new Latencies();
  for (const each of all) sum.add(each);
  return sum;
}
