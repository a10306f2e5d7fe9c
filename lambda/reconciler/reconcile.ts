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
 * Ids hold the edge's clock, LastModified the store's, and age is measured by the latter. Mails of an edge whose clock
 * is off by up to two days are looked at all the same.
 */
const CLOCK_SLACK_MS = 48 * HOUR_MS;

/**
 * Of the time of a pass, for listing mails that no edge of ours wrote. What is left has to do for their outcomes, whose
 * listings are as long at most, and for all other mails.
 */
const FOREIGN_LISTING_SHARE = 0.5;

export interface ReconcileDeps {
  store: Pick<ObjectStore, 'list' | 'head' | 'get'>;
  /** The queue that events of raw mails come from. */
  events: Pick<Queue, 'sendAll' | 'depth'>;
  log: Log;
  now: () => number;
  /** From 0 up to 1. */
  random: () => number;
  /** Waits that many milliseconds. */
  pause: (ms: number) => Promise<unknown>;
}

export interface ReconcileOptions {
  buckets: Buckets;
  minAgeMinutes: number;
  maxAgeHours: number;
  /** Lists only mails whose ids are of the last so many hours; null lists all of `maxAgeHours`. */
  recentHours: number | null;
  maxRequeued: number;
  requeuedPerSecond: number;
  /** Milliseconds since 1970 at which the pass ends, be it through or not. */
  deadline: number;
}

export interface Reconciled {
  /** Raw mails looked at. */
  scanned: number;
  /** Of those, old enough to have an outcome, and without one or with a destination that lacks them. */
  missing: number;
  requeued: number;
  /** False when the pass did not get to every mail: there may be more missing. */
  complete: boolean;
}

/**
 * One pass over the raw mails of the last `maxAgeHours`, or only over recent ones: those that should have an outcome and have none, or that a
 * destination lacks, get another event. A backlog on the queue is counted against `maxRequeued`, so that mails which merely wait are not put on the
 * queue again and again.
 *
 * A pass may have too little time. Mails of the edge are looked at from the oldest on, so that each has its turn before
 * it is too old. Those of SES have no such order: each pass enters them somewhere else, so that each has its turn as well.
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
  /** Whoever asks and is told no leaves something out. */
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

/** From one mail to the next there may be a long way in a listing, longer than the time that is left. */
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

/** A mail without a document is parsed for the first time; of another one the document that stands is sent. */
function eventOf({ raw, revision }: MailOutcome): OutgoingMessage {
  return { body: encodeS3Event({ ...raw, revision }) };
}

/** @throws TransientError `reconciler.refused`: the next pass finds the same mails again */
async function requeue({ events, log }: ReconcileDeps, batch: OutgoingMessage[]): Promise<number> {
  const refused = await events.sendAll(batch);
  for (const { message, reason } of refused) log.warn('not put on the queue', { event: message.body, reason });
  if (batch.length > 0 && refused.length === batch.length) {
    throw new TransientError('reconciler.refused', `the queue refused all of ${batch.length} events`);
  }
  return batch.length - refused.length;
}
