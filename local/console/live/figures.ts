import { isFromEnricher } from '../../../core/enrich/steps/registry.ts';
import { type MailId, mailIdTime } from '../../../core/mail/id.ts';
import { queueDestination } from '../../../core/outcome/deliveries.ts';
import type { Balance, Flow, Latency, Series } from '../api/api.ts';
import { standingFailures } from '../index/entry.ts';
import { placeOf, remedyOf } from '../mail/failures.ts';
import type { MailRecord } from '../mail/record.ts';
import { Latencies } from './latencies.ts';
import { DAY_MINUTES, HOUR_MINUTES, type Minute, Minutes, minuteOf, summed } from './minutes.ts';

type Outcome = 'waiting' | 'parsed' | 'failed';

/** The record of a mail of the last day, or of one still waiting. */
interface Mail {
  /** Milliseconds since 1970; 0 while unknown. */
  storedAt: number;
  outcome: Outcome;
  /** Time of its latest change. */
  minute: number;
  /** The enricher and the destinations that the mail passed. */
  places: readonly string[];
  /** Its failures, as `place reason`. */
  failures: readonly string[];
  /** Destinations whose latency has been counted. */
  timed: readonly string[];
}

export interface FlowFiguresOptions {
  clock: () => number;
  /**
   * `queue`: messages are reported through `sent`. `document`: they are not; the time the document was stored counts
   * instead, which is slightly earlier.
   */
  until: Latency['until'];
}

/**
 * Counts and latencies of the pipeline over the last day, plus the mails still waiting, however old. Uses about 1 KB of
 * memory per mail of a day.
 */
export class FlowFigures {
  readonly #mails = new Map<MailId, Mail>();
  readonly #waiting = new Set<Mail>();
  readonly #minutes: Minutes;
  #failedMails = 0;
  /** Number of mails by place passed, and by `place reason` of failures. */
  readonly #through = new Map<string, number>();
  readonly #failed = new Map<string, number>();
  readonly #until: Latency['until'];

  constructor({ clock, until }: FlowFiguresOptions) {
    this.#minutes = new Minutes(clock, (minute, number) => this.#leave(minute, number));
    this.#until = until;
  }

  /** Number of mails kept. */
  get size(): number {
    return this.#mails.size;
  }

  /** A raw mail was stored. */
  stored(id: MailId, at: Date): void {
    const time = at.getTime();
    const mail = this.#mails.get(id) ?? this.#note(id, time);
    if (mail.storedAt > 0) return;
    mail.storedAt = time;
    const minute = this.#minutes.at(time);
    if (minute !== null) minute.received += 1;
  }

  /** The edge answered 4xx or 5xx after DATA. */
  refused(reply: string, at: Date): void {
    const refusals = this.#minutes.at(at.getTime())?.refusals;
    refusals?.set(reply, (refusals.get(reply) ?? 0) + 1);
  }

  /** A destination confirmed the mail. Replays and redrives are not timed. */
  sent(id: MailId, destination: string, revision: number, at: Date): void {
    const mail = this.#mails.get(id);
    if (this.#until === 'document' || mail === undefined || revision !== 1) return;
    if (mail.outcome !== 'failed' && !mail.timed.includes(destination)) this.#time(mail, destination, at.getTime());
  }

  /** A mail has a new outcome. */
  outcome(record: MailRecord): void {
    const { id, document, documentAt } = record;
    const failures = standingFailures(record);
    const whole = failures.find(({ destination }) => destination === null);
    const outcome = whole !== undefined || documentAt === null ? 'failed' : 'parsed';
    const arrivedAt = mailIdTime(id).getTime();
    const at = whole === undefined ? (documentAt?.getTime() ?? arrivedAt) : Date.parse(whole.at);
    const mail = this.#mails.get(id) ?? this.#note(id, whole === undefined ? arrivedAt : Math.max(arrivedAt, at));
    const isFirst = mail.outcome === 'waiting';
    if (isFirst && outcome === 'parsed' && this.#until === 'document' && document?.revision === 1) {
      this.#time(mail, null, at);
    }
    this.#settle(id, mail, outcome, at);
    mail.places = this.#counted(this.#through, mail.places, placesOf(record));
    const failed = [...failures.map((failure) => `${placeOf(failure)} ${failure.reason}`), ...failedSteps(record)];
    mail.failures = this.#counted(this.#failed, mail.failures, failed);
    if (mail.minute < this.#minutes.first) this.#drop(id, mail);
  }

  get balance(): Balance {
    this.#minutes.sweep();
    const [received, waiting, failed] = [this.#mails.size, this.#waiting.size, this.#failedMails];
    const oldest = [...this.#waiting].reduce(
      (time, { storedAt }) => Math.min(time, storedAt),
      Number.POSITIVE_INFINITY,
    );
    return {
      received,
      parsed: received - waiting - failed,
      failed,
      waiting,
      oldestWaitingAt: waiting === 0 ? null : new Date(oldest).toISOString(),
    };
  }

  /** Number of mails that passed the enricher, or reached a destination, by name. */
  mailsOf(place: string): number {
    return this.#through.get(place) ?? 0;
  }

  get rate(): { minute: number; hour: number } {
    const received = this.#minutes.last(HOUR_MINUTES).reduce((sum, minute) => sum + minute.received, 0);
    return { minute: this.#minutes.before.received, hour: received / HOUR_MINUTES };
  }

  latency(resolutionMs: number): Latency {
    const last = this.#minutes.last(HOUR_MINUTES);
    const all = summed(last.map(({ latencies }) => latencies));
    const names = new Set(last.flatMap(({ byDestination }) => [...byDestination.keys()]));
    const byDestination = [...names].sort().map((destination) => {
      const own = summed(last.flatMap((minute) => minute.byDestination.get(destination) ?? []));
      return { destination, messages: own.count, ...own.percentiles };
    });
    return { messages: all.count, ...all.percentiles, byDestination, until: this.#until, resolutionMs };
  }

  /** The last hour in steps of a minute. */
  get hour(): Series {
    return this.#minutes.series(HOUR_MINUTES, 1);
  }

  /** The last day in steps of ten minutes. */
  get day(): Series {
    return this.#minutes.series(144, 10);
  }

  /** Most frequent first. */
  get failures(): Flow['failures'] {
    this.#minutes.sweep();
    const failed = [...this.#failed].map(([key, mails]) => {
      const [place = '', reason = ''] = key.split(' ');
      return { place, reason, mails };
    });
    const refused = [...this.#refusals()].map(([reason, mails]) => ({ place: 'edge', reason, mails }));
    return [...failed, ...refused]
      .map((each) => ({ ...each, remedy: remedyOf(each.reason, each.place) }))
      .sort((a, b) => b.mails - a.mails);
  }

  #refusals(): Map<string, number> {
    const sums = new Map<string, number>();
    for (const { refusals } of this.#minutes.last(DAY_MINUTES)) {
      for (const [reply, mails] of refusals) sums.set(reply, (sums.get(reply) ?? 0) + mails);
    }
    return sums;
  }

  #note(id: MailId, time: number): Mail {
    const blank = { outcome: 'waiting', places: NOTHING, failures: NOTHING, timed: NOTHING } as const;
    const mail: Mail = { ...blank, storedAt: 0, minute: minuteOf(time) };
    this.#mails.set(id, mail);
    this.#minutes.at(time)?.mails.push(id);
    this.#waiting.add(mail);
    return mail;
  }

  #settle(id: MailId, mail: Mail, outcome: Outcome, at: number): void {
    const minute = this.#minutes.at(at);
    if (minute !== null && mail.outcome === 'waiting') minute[outcome === 'failed' ? 'failed' : 'parsed'] += 1;
    if (minute !== null && outcome === 'failed' && minuteOf(at) > mail.minute) {
      mail.minute = minuteOf(at);
      minute.mails.push(id);
    }
    this.#become(mail, outcome);
  }

  #time(mail: Mail, destination: string | null, at: number): void {
    const minute = this.#minutes.at(at);
    if (minute === null || mail.storedAt === 0) return;
    const ms = at - mail.storedAt;
    minute.latencies.record(ms);
    if (destination === null) return;
    mail.timed = [...mail.timed, destination];
    const own = minute.byDestination.get(destination) ?? new Latencies();
    minute.byDestination.set(destination, own);
    own.record(ms);
  }

  /** Replaces a mail's old keys in the counts by its new ones. */
  #counted(counts: Map<string, number>, before: readonly string[], now: readonly string[]): readonly string[] {
    for (const key of before) {
      const left = (counts.get(key) ?? 0) - 1;
      if (left === 0) counts.delete(key);
      else counts.set(key, left);
    }
    for (const key of now) counts.set(key, (counts.get(key) ?? 0) + 1);
    return now.length === 0 ? NOTHING : now;
  }

  /** Keeps waiting mails: those need attention. */
  #leave({ mails }: Minute, number: number): void {
    for (const id of mails) {
      const mail = this.#mails.get(id);
      if (mail !== undefined && mail.outcome !== 'waiting' && mail.minute <= number) this.#drop(id, mail);
    }
  }

  #drop(id: MailId, mail: Mail): void {
    this.#counted(this.#through, mail.places, NOTHING);
    this.#counted(this.#failed, mail.failures, NOTHING);
    this.#become(mail, 'parsed');
    this.#mails.delete(id);
  }

  #become(mail: Mail, outcome: Outcome): void {
    this.#waiting.delete(mail);
    this.#failedMails += Number(outcome === 'failed') - Number(mail.outcome === 'failed');
    mail.outcome = outcome;
  }
}

const NOTHING: readonly string[] = [];

/** Places a mail passed: the enricher, and destinations that have it. */
function placesOf(record: MailRecord): string[] {
  const { document } = record;
  if (document === null) return [];
  const lacking = new Set(standingFailures(record).map(({ destination }) => destination));
  const queues = document.routes.map(({ name }) => queueDestination(name)).filter((name) => !lacking.has(name));
  return document.steps.some(isFromEnricher) ? ['enricher', ...queues] : queues;
}

/** A failed step counts as a failure of its function, although the mail was delivered. */
const failedSteps = ({ document }: MailRecord): string[] =>
  (document?.steps ?? [])
    .filter(({ status }) => status === 'failed' || status === 'timed-out')
    .map((step) => `${isFromEnricher(step) ? 'enricher' : 'parser'} ${step.name}.${step.status}`);
