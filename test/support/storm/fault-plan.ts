import type { Fault } from '../fault-proxy.ts';
import { seededRandom } from '../seeded-random.ts';

/**
 * The faults a request can meet, with their cumulative shares. Those that hang come last and are rare, because each
 * costs seconds.
 */
const REQUEST_FAULTS: readonly { fault: Fault; below: number }[] = [
  { fault: 'reset', below: 0.2 },
  { fault: 'cut', below: 0.35 },
  { fault: 'lose', below: 0.57 },
  { fault: { status: 503, code: 'SlowDown' }, below: 0.75 },
  { fault: { status: 500, code: 'InternalError' }, below: 0.85 },
  // Access and transport errors, which say nothing about the mail.
  { fault: { status: 403, code: 'AccessDenied' }, below: 0.88 },
  { fault: { status: 400, code: 'IncompleteBody' }, below: 0.9 },
  { fault: 'slow', below: 0.98 },
  { fault: 'hang', below: 0.99 },
  { fault: 'lose and hang', below: 1 },
];
const WITHOUT_HANGING = 0.98;

const EVENT_FAULTS = { dropped: 0.03, duplicated: 0.12, delayed: 0.1, reordered: 0.15 };
/** Milliseconds: a delayed event arrives after others are done, a reordered one after others have overtaken it. */
const DELAY_MS = 3_000;
const REORDER_MS = 300;

/** Where a draw comes from. Each source has its own random numbers, so more draws from one do not change the others. */
export type Source = 'edge' | 'functions' | 'events' | 'mails' | 'kills' | 'sandbox' | 'consumers';

/** Random faults from a seed, with a count of each kind. */
export class FaultPlan {
  readonly counts: Record<string, number> = {};
  readonly #seed: number;
  readonly #rate: number;
  readonly #shares: number;
  readonly #random = new Map<Source, () => number>();
  #calm = false;

  /** @param rate share of the requests that meet a fault */
  constructor(seed: number, rate: number, hangs: boolean) {
    this.#shares = hangs ? 1 : WITHOUT_HANGING;
    this.#seed = seed;
    this.#rate = rate;
  }

  /** Stops injecting faults: from here on the pipeline must recover by itself. */
  calm(): void {
    this.#calm = true;
  }

  get isCalm(): boolean {
    return this.#calm;
  }

  random(source: Source): number {
    const known = this.#random.get(source);
    const random = known ?? seededRandom(this.#seed + source.length * 1_000 + source.charCodeAt(0));
    if (known === undefined) this.#random.set(source, random);
    return random();
  }

  count(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }

  request(source: Source): Fault {
    if (this.#calm || this.random(source) >= this.#rate) return 'pass';
    const at = this.random(source) * this.#shares;
    const chosen = REQUEST_FAULTS.find(({ below }) => at < below)?.fault ?? 'pass';
    this.count(typeof chosen === 'object' ? String(chosen.status) : chosen);
    return chosen;
  }

  /** Delays in milliseconds, one for each time the event is sent. */
  event(): number[] {
    if (this.#calm) return [0];
    const random = this.random('events');
    const [dropped, duplicated, delayed] = [
      EVENT_FAULTS.dropped,
      EVENT_FAULTS.dropped + EVENT_FAULTS.duplicated,
      EVENT_FAULTS.dropped + EVENT_FAULTS.duplicated + EVENT_FAULTS.delayed,
    ];
    const wait = this.random('events');
    if (random < dropped) return this.#counted('event dropped', []);
    if (random < duplicated) return this.#counted('event duplicated', [0, wait * REORDER_MS]);
    if (random < delayed) return this.#counted('event delayed', [wait * DELAY_MS]);
    if (random < delayed + EVENT_FAULTS.reordered) return this.#counted('event reordered', [wait * REORDER_MS]);
    return [0];
  }

  #counted(name: string, times: number[]): number[] {
    this.count(name);
    return times;
  }
}
