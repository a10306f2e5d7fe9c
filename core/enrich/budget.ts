import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import { TransientError } from '../mail/errors.ts';
import { budgetKey } from '../mail/keys.ts';
import type { MetricSink } from '../metrics/lambda-metrics.ts';
import { readJson } from '../outcome/json.ts';
import type { ObjectRef, ObjectStore } from '../ports/object-store.ts';
import { type AsyncStep, taskStep } from './steps/registry.ts';

/** Milliseconds before the second attempt after a conflict; exponential backoff up to the longest. */
const FIRST_DELAY_MS = 20;
const LONGEST_DELAY_MS = 1_000;

/** Sums of prices such as 0.0003 are computed in millionths of a dollar, rounded up. */
const MICROS = 1_000_000;

const daySchema = z.object({
  /** US dollars by step. */
  usd: z.record(z.string(), z.number()),
  /** Of the last reservation: no two writers write the same body, so a writer recognises its own. */
  reservation: z.string(),
});
type Day = z.infer<typeof daySchema>;

export interface BudgetDeps {
  store: Pick<ObjectStore, 'get' | 'put'>;
  contentBucket: string;
  metrics: MetricSink;
  now: () => number;
}

/**
 * What enrichment may cost on a UTC day, over all concurrent executions: one object per day, with optimistic
 * concurrency (If-Match). The price is reserved before the call and never returned: a repeated attempt counts twice,
 * and a failed request counts. The sum can exceed the bill, but never falls short of it.
 */
export class DailyBudget {
  readonly #deps: BudgetDeps;
  readonly #limit: number;
  /** The day and the smallest amount that it refused: spending only grows. */
  #refused = { key: '', micros: Number.POSITIVE_INFINITY };
  /** One reservation at a time: concurrent ones in one process would only conflict. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: BudgetDeps, limitUsd: number) {
    this.#deps = deps;
    this.#limit = Math.round(limitUsd * MICROS);
  }

  /**
   * Reserves US dollars of today; false when that would exceed the limit, for the rest of the day. Retries while other
   * writers reserve at the same moment: each time one of them succeeds, so all get their turn.
   *
   * @throws TransientError when the store fails
   * @throws the signal's reason when it aborts first
   */
  async reserve(usd: number, step: AsyncStep, signal: AbortSignal): Promise<boolean> {
    const micros = Math.ceil(Number((usd * MICROS).toFixed(3)));
    if (micros === 0) return true;
    const { metrics, now } = this.#deps;
    const key = budgetKey(new Date(now()));
    const mine = this.#last.then(() => this.#reserve(key, micros, step, signal));
    this.#last = mine.catch(() => undefined);
    const reserved = await mine;
    const cost = taskStep(step).costMetric;
    if (!reserved) metrics.add('budgetRefusals', 1);
    else if (cost !== null) metrics.add(cost, micros / MICROS);
    return reserved;
  }

  async #reserve(key: string, micros: number, step: AsyncStep, signal: AbortSignal): Promise<boolean> {
    if (this.#refused.key === key && micros >= this.#refused.micros) return false;
    const place = { bucket: this.#deps.contentBucket, key };
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      const found = await this.#read(place);
      const day = found?.day ?? { usd: {}, reservation: '' };
      const spent = Object.values(day.usd).reduce((sum, each) => sum + Math.round(each * MICROS), 0);
      if (spent + micros > this.#limit) {
        this.#refused = { key, micros };
        return false;
      }
      const usd = { ...day.usd, [step]: (Math.round((day.usd[step] ?? 0) * MICROS) + micros) / MICROS };
      const body = Buffer.from(JSON.stringify({ usd, reservation: randomUUID() } satisfies Day));
      const condition = found === null ? { ifAbsent: true } : { ifMatch: found.etag };
      const { outcome } = await this.#deps.store.put(place, body, { contentType: 'application/json', ...condition });
      if (outcome === 'created') return true;
      // Random within a growing span, so that writers that collided once do not collide again.
      await delay(Math.random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt), undefined, { signal });
    }
  }

  /** Does not spend against an unreadable record. */
  async #read(place: ObjectRef): Promise<{ day: Day; etag: string } | null> {
    const stored = await this.#deps.store.get(place);
    if (stored === null) return null;
    const day = daySchema.safeParse(await readJson(stored.body));
    if (day.success) return { day: day.data, etag: stored.etag };
    throw new TransientError(
      'budget.invalid',
      `${place.key} is not a record of a day's costs: remove it to start over`,
    );
  }
}
