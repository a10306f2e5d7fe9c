import { encodeS3Event } from '../../core/aws/s3-event.ts';
import type { Log } from '../../core/log/log.ts';
import { TransientError } from '../../core/mail/errors.ts';
import { sesKey } from '../../core/mail/keys.ts';
import { type Buckets, isOpen, type MailOutcome, mailOutcomes } from '../../core/outcome/mail-outcomes.ts';
import type { ListedObject, ObjectStore } from '../../core/ports/object-store.ts';
import type { OutgoingMessage, Queue } from '../../core/ports/queue.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Ids use the clock of the edge, LastModified that of the store, and age is measured by the latter. Mails of an edge
 * whose clock is off by up to two days are still checked.
 */
const CLOCK_SLACK_MS = 48 * HOUR_MS;

/**
 * Share of a pass for listing mails that our edge did not write. The rest must suffice for their outcomes, whose listings
 * are at most as long, and for all other mails.
 */
const FOREIGN_LISTING_SHARE = 0.5;

export interface ReconcileDeps {
  store: Pick<ObjectStore, 'list' | 'head' | 'get'>;
  /** The queue of raw-mail events. */
  events: Pick<Queue, 'sendAll' | 'depth'>;
  log: Log;
  now: () => number;
  /** From 0 up to 1. */
  random: () => number;
  /** Waits for this many milliseconds. */
  pause: (ms: number) => Promise<unknown>;
}

export interface ReconcileOptions {
  buckets: Buckets;
  minAgeMinutes: number;
  maxAgeHours: number;
  /** Lists only mails with ids of the last `recentHours`; null lists all of `maxAgeHours`. */
  recentHours: number | null;
  maxRequeued: number;
  requeuedPerSecond: number;
  /** Milliseconds since 1970 at which the pass ends, complete or not. */
  deadline: number;
}

export interface Reconciled {
  /** Raw mails checked. */
  scanned: number;
  /** Those old enough to have an outcome that have none, or that a destination lacks. */
  missing: number;
  requeued: number;
  /** False when the pass did not reach every mail: more may be missing. */
  complete: boolean;
}

/**
 * One pass over the raw mails of the last `maxAgeHours`, or only over recent ones: those that should have an outcome
 * and have none, or that a destination lacks, get another event. The backlog of the queue counts against `maxRequeued`,
 * so that mails that are merely waiting are not requeued again and again.
 *
 * A pass may run out of time. Mails of the edge are checked from the oldest on, so that each has its turn before it is
 * too old. Those of SES have no such order: each pass starts at another position, so that each has its turn as well.
 */
export async function reconcile(deps: ReconcileDeps, options: ReconcileOptions): Promise<Reconciled> {
  const started = deps.now();
  const oldest = started - options.maxAgeHours * HOUR_MS;
  const newest = started - options.minAgeMinutes * MINUTE_MS;
  const { visible, delayed } = await deps.events.depth();
  const budget = Math.max(0, options.maxRequeued - visible - delayed);
  const result: Reconciled = { scanned: 0, missing: 0, requeued: 0, complete: true };
  let batch: OutgoingMessage[] = [];
  const flush = async () => {
    result.requeued += await requeue(deps, batch);
    batch = [];
  };
  const { recentHours } = options;
  const since = recentHours === null ? oldest - CLOCK_SLACK_MS : started - recentHours * HOUR_MS;
  const window = { since: new Date(since), until: null };
  /** A caller that gets false skips something. */
  const before = (time: number): boolean => {
    const yes = deps.now() < time;
    if (!yes) result.complete = false;
    return yes;
  };
  const inTime = () => before(options.deadline);
  const foreignUntil = started + FOREIGN_LISTING_SHARE * (options.deadline - started);
  const walk = { sesFrom: sesKey(deps.random()), goOn: () => before(foreignUntil) };
  for await (const mail of mailOutcomes(listingWhile(inTime, deps.store), options.buckets, window, walk)) {
    if (!inTime()) break;
    result.scanned += 1;
    const age = mail.storedAt.getTime();
    if (!isOpen(mail) || age < oldest || age > newest) continue;
    result.missing += 1;
    if (result.missing > budget) {
      result.complete = false;
      break;
    }
    batch.push(eventOf(mail));
    if (batch.length < options.requeuedPerSecond) continue;
    await flush();
    await deps.pause(1_000);
  }
  await flush();
  return result;
}

/** The way from one mail to the next in a listing can take longer than the time that is left. */
function listingWhile(goOn: () => boolean, store: ReconcileDeps['store']): ReconcileDeps['store'] {
  return {
    head: (ref) => store.head(ref),
    get: (...call) => store.get(...call),
    async *list(...listing): AsyncGenerator<ListedObject> {
      for await (const object of store.list(...listing)) {
        if (!goOn()) return;
        yield object;
      }
    },
  };
}

/** A mail without a document is parsed for the first time; of any other the stored document is published. */
function eventOf({ raw, revision }: MailOutcome): OutgoingMessage {
  return { body: encodeS3Event({ ...raw, revision }) };
}

/** @throws TransientError `reconciler.refused`: the next pass finds the same mails again */
async function requeue({ events, log }: ReconcileDeps, batch: OutgoingMessage[]): Promise<number> {
  const refused = await events.sendAll(batch);
  for (const { message, reason } of refused) log.warn('not requeued', { event: message.body, reason });
  if (batch.length > 0 && refused.length === batch.length) {
    throw new TransientError('reconciler.refused', `the queue refused all ${batch.length} events`);
  }
  return batch.length - refused.length;
}
