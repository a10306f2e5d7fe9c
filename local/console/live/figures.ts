import type { MailId } from '../../../core/mail/id.ts';
import type { Balance, Latency, Series } from '../api/api.ts';
import { standingFailures } from '../index/entry.ts';
import { remedyOf } from '../mail/failures.ts';
import type { MailRecord } from '../mail/record.ts';

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;
/** Latencies that are kept of one minute: enough for a 99th percentile. */
const SAMPLES = 1_000;
/** Failures of the last day that are told apart. */
const FAILURES = 10_000;

type Outcome = 'waiting' | 'parsed' | 'failed';

interface Minute {
  received: number;
  parsed: number;
  failed: number;
  latencies: number[];
}

interface Failure {
  at: number;
  place: string;
  reason: string;
}

/** Counts and times of what went through the pipeline. A minute of the last day is a few numbers; older ones are let go. */
export class FlowFigures {
  /** When each mail was stored (0 when that is not known), and what became of it. */
  readonly #mails = new Map<MailId, { storedAt: number; outcome: Outcome; minute: number }>();
  readonly #minutes = new Map<number, Minute>();
  readonly #failures = new Map<MailId, Failure[]>();
  readonly #counts = { waiting: 0, parsed: 0, failed: 0 };
  readonly #places = new Map<string, number>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** A raw mail was stored. */
  stored(id: MailId, at: Date): void {
    const known = this.#mails.get(id);
    if (known !== undefined && known.storedAt > 0) return;
    this.#minute(at.getTime()).received += 1;
    if (known !== undefined) known.storedAt = at.getTime();
    else this.#note(id, at.getTime(), 'waiting');
  }

  /** A mail has an outcome, or another one. */
  outcome(record: MailRecord): void {
    const { id, documentAt } = record;
    const failures = standingFailures(record);
    const whole = failures.find(({ destination }) => destination === null);
    const outcome = whole !== undefined || documentAt === null ? 'failed' : 'parsed';
    const at = whole === undefined ? (documentAt?.getTime() ?? this.#clock()) : Date.parse(whole.at);
    this.#settle(record, outcome, at);
    const noted = [
      ...failures.map((failure) => ({
        at: Date.parse(failure.at),
        place: failure.destination ?? 'parser',
        reason: failure.reason,
      })),
      ...failedSteps(record, at),
    ];
    this.#failures.delete(id);
    if (noted.length > 0) this.#failures.set(id, noted);
    if (this.#failures.size > FAILURES) this.#failures.delete([...this.#failures.keys()][0] ?? '');
  }

  get balance(): Balance {
    const { waiting, parsed, failed } = this.#counts;
    return { received: waiting + parsed + failed, parsed, failed, waiting };
  }

  /** Documents on their way to a destination, by its name. */
  mailsOf(place: string): number {
    return this.#places.get(place) ?? 0;
  }

  get rate(): { minute: number; hour: number } {
    const now = this.#clock();
    const received = (minutes: number) => this.#last(now, minutes).reduce((sum, each) => sum + each.received, 0);
    return { minute: this.#minutes.get(minuteOf(now) - 1)?.received ?? 0, hour: received(HOUR_MINUTES) / HOUR_MINUTES };
  }

  latency(until: Latency['until'], resolutionMs: number): Latency {
    const samples = this.#last(this.#clock(), HOUR_MINUTES).flatMap(({ latencies }) => latencies);
    return { mails: samples.length, ...percentiles(samples), until, resolutionMs };
  }

  /** The last hour by the minute. */
  get hour(): Series {
    return this.#series(HOUR_MINUTES, 1);
  }

  /** The last day by ten minutes. */
  get day(): Series {
    return this.#series(DAY_MINUTES / 10, 10);
  }

  /** Of the last day, most first. */
  get failures(): { place: string; reason: string; mails: number; remedy: string }[] {
    const since = this.#clock() - DAY_MINUTES * MINUTE_MS;
    const counts = new Map<string, { place: string; reason: string; mails: number; remedy: string }>();
    for (const { at, place, reason } of [...this.#failures.values()].flat()) {
      if (at < since) continue;
      const key = `${place} ${reason}`;
      const known = counts.get(key) ?? { place, reason, mails: 0, remedy: remedyOf(reason, place) };
      counts.set(key, { ...known, mails: known.mails + 1 });
    }
    return [...counts.values()].sort((a, b) => b.mails - a.mails);
  }

  #settle({ id, document }: MailRecord, outcome: Outcome, at: number): void {
    const known = this.#mails.get(id);
    if (known === undefined) this.#note(id, 0, outcome);
    if (known === undefined || known.outcome === 'waiting') {
      const minute = this.#minute(at);
      if (outcome === 'failed') minute.failed += 1;
      else minute.parsed += 1;
      for (const { name } of document?.routes ?? []) {
        const place = name === null ? 'parsed-mail' : `parsed-mail-${name}`;
        this.#places.set(place, this.mailsOf(place) + 1);
      }
      if (document?.steps.some(isEnrichment)) {
        this.#places.set('enricher', this.mailsOf('enricher') + 1);
      }
      // A replay writes the document again: that is not how long the mail took.
      const isFirst = document?.revision === 1 && known !== undefined && known.storedAt > 0;
      if (isFirst && outcome === 'parsed') sample(minute, Math.max(0, at - known.storedAt));
    }
    if (known === undefined || known.outcome === outcome) return;
    this.#counts[known.outcome] -= 1;
    this.#counts[outcome] += 1;
    known.outcome = outcome;
  }

  #note(id: MailId, storedAt: number, outcome: Outcome): void {
    this.#mails.set(id, { storedAt, outcome, minute: 0 });
    this.#counts[outcome] += 1;
  }

  /** A bucket that nobody reads for what is older than a day. */
  #minute(time: number): Minute {
    const number = minuteOf(time);
    const now = minuteOf(this.#clock());
    const fresh = { received: 0, parsed: 0, failed: 0, latencies: [] };
    if (number < now - DAY_MINUTES) return fresh;
    const known = this.#minutes.get(number);
    if (known !== undefined) return known;
    this.#minutes.set(number, fresh);
    for (const old of this.#minutes.keys()) if (old < now - DAY_MINUTES) this.#minutes.delete(old);
    return fresh;
  }

  #last(now: number, minutes: number): Minute[] {
    const last = minuteOf(now);
    return Array.from({ length: minutes }, (_, at) => this.#minutes.get(last - minutes + 1 + at) ?? EMPTY);
  }

  #series(steps: number, minutesEach: number): Series {
    const now = this.#clock();
    const last = this.#last(now, steps * minutesEach);
    const series: Series = {
      stepMs: minutesEach * MINUTE_MS,
      from: new Date((minuteOf(now) - steps * minutesEach + 1) * MINUTE_MS).toISOString(),
      received: [],
      parsed: [],
      failed: [],
      p50Ms: [],
      p99Ms: [],
    };
    for (let step = 0; step < steps; step++) {
      const minutes = last.slice(step * minutesEach, (step + 1) * minutesEach);
      const sum = (of: 'received' | 'parsed' | 'failed') => minutes.reduce((total, minute) => total + minute[of], 0);
      const { p50Ms, p99Ms } = percentiles(minutes.flatMap(({ latencies }) => latencies));
      series.received.push(sum('received'));
      series.parsed.push(sum('parsed'));
      series.failed.push(sum('failed'));
      series.p50Ms.push(p50Ms);
      series.p99Ms.push(p99Ms);
    }
    return series;
  }
}

const EMPTY: Readonly<Minute> = { received: 0, parsed: 0, failed: 0, latencies: [] };

const minuteOf = (time: number): number => Math.floor(time / MINUTE_MS);

const isEnrichment = ({ name }: { name: string }): boolean => name !== 'authentication';

/** Steps that were tried in vain are failures of the enricher, though the mail went out. */
function failedSteps({ document }: MailRecord, at: number): Failure[] {
  return (document?.steps ?? [])
    .filter(({ status }) => status === 'failed' || status === 'timed-out')
    .map((step) => ({ at, place: isEnrichment(step) ? 'enricher' : 'parser', reason: `${step.name}.${step.status}` }));
}

/** Beyond the number that is kept, a random one makes room: what is left is a fair sample. */
function sample(minute: Minute, latency: number): void {
  if (minute.latencies.length < SAMPLES) minute.latencies.push(latency);
  else minute.latencies[Math.floor(Math.random() * SAMPLES)] = latency;
}

/** Nearest rank; null of nothing. */
function percentiles(samples: number[]): { p50Ms: number | null; p99Ms: number | null } {
  const sorted = samples.sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  return { p50Ms: rank(0.5), p99Ms: rank(0.99) };
}
