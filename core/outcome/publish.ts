import type { Log } from '../log/log.ts';
import { AccessError, failureKind } from '../mail/errors.ts';
import type { DeliveryMark } from '../mail/keys.ts';
import { EVENT_SOURCE, MAIL_PARSED, mailParsedEvent } from '../mail/mail-parsed-event.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import { type Oversize, queueMessage } from '../mail/queue-message.ts';
import { QUARANTINE_ROUTE } from '../mail/routes.ts';
import type { MetricSink } from '../metrics/lambda-metrics.ts';
import type { EventBus } from '../ports/event-bus.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Queue } from '../ports/queue.ts';
import { type Delivery, EVENT_BUS, markDeliveries, queueDestination, readDeliveries } from './deliveries.ts';
import type { KeptDocument } from './documents.ts';
import { failedOf } from './failures.ts';

export interface PublishDeps {
  store: ObjectStore;
  /** The parsed-mail queue. */
  queue: Pick<Queue, 'send'>;
  /** By the name of the route. */
  routeQueues: ReadonlyMap<string, RouteQueue>;
  /** Receives an event for every published mail; null when none is configured. */
  bus: EventBus | null;
  contentBucket: string;
  queueMessageLimitBytes: number;
  /** How a larger mail is sent. */
  oversize: Oversize;
  log: Log;
  metrics: MetricSink;
}

/** The queue of a route, and its maximum message size in bytes. */
export interface RouteQueue {
  queue: Pick<Queue, 'send'>;
  messageLimitBytes: number;
}

/** `failed`: the mail failed permanently before, and stays failed until it is redriven. */
export type Published = 'sent' | 'failed';

interface Destination {
  /** `parsed-mail`, `parsed-mail-<route>` or `event-bus`. */
  destination: string;
  route: string | null;
}

/** A destination that refused the mail. */
export interface Refusal extends Destination {
  error: unknown;
}

/**
 * Publishes a mail with a stored document to every destination that lacks it, unless the mail has failed before.
 *
 * @throws the error of a destination; of several, one that is worth a retry first
 */
export async function publish(deps: PublishDeps, kept: KeptDocument): Promise<Published> {
  const { published, refusals } = await deliver(deps, kept);
  const [first] = refusals;
  if (first === undefined) return published;
  throw (refusals.find(({ error }) => failureKind(error) === 'transient') ?? first).error;
}

/**
 * Sends a mail to each queue that its routes name, and an event to the bus once no queue remains that may still accept
 * it, so that a consumer of the event finds the mail. The parsed-mail queue serves routes that the configuration no
 * longer has, except for the quarantine: its mails fail.
 *
 * Marks record which destination has the mail where another attempt may need that: with several queues, when a queue or
 * the bus fails, and from the second attempt on, which sends only what is missing. A mail that its single queue accepts
 * at once has no marks. An attempt that was killed after sending, and a repeated delivery of the mail (`duplicateOf`),
 * send the same dedupKey and revision again: consumers keep one of them.
 *
 * A program that fails a mail writes `failed/` first and then looks for the document; here the document is written
 * first, and then `failed/` is checked. So one of the two sees the other, and a mail never has both outcomes or none.
 */
export async function deliver(
  deps: PublishDeps,
  kept: KeptDocument,
): Promise<{ published: Published; refusals: Refusal[] }> {
  const { document, created } = kept;
  const { store, contentBucket } = deps;
  const failure = failedOf(contentBucket, { ...document, destination: null });
  if ((await store.head(failure)) !== null) return { published: 'failed', refusals: [] };
  const known = created ? [] : await readDeliveries(store, contentBucket, document);
  const queues = queueTargets(deps, document, known);
  const several = document.routes.length > 1;
  const attempts = queues.map((queue) => attempt(deps, kept, known, queue, several || !created));
  // Wait for all of them, so that no message is in flight when this has failed.
  await Promise.allSettled(attempts);
  const refusals = (await Promise.all(attempts)).flat();
  const bus = refusals.length === 0 ? busTarget(deps, document, known) : null;
  if (bus === null) return { published: 'sent', refusals };
  const unheard = await attempt(deps, kept, known, bus, !created);
  if (unheard.length > 0 && created && !several) await mark(deps, document, queues.flatMap(namesOf), 'sent');
  return { published: 'sent', refusals: unheard };
}

/** A queue or the bus, and the destinations of the mail that it serves. */
interface Target {
  destinations: Destination[];
  send: () => Promise<unknown>;
}

const namesOf = ({ destinations }: Target): string[] => destinations.map(({ destination }) => destination);

const mark = (
  { store, contentBucket }: PublishDeps,
  document: ParsedMail,
  destinations: readonly string[],
  what: DeliveryMark,
): Promise<void> => markDeliveries(store, contentBucket, document, destinations, what);

/** @param marked whether to record that it was sent */
async function attempt(
  deps: PublishDeps,
  { document, created }: KeptDocument,
  known: readonly Delivery[],
  target: Target,
  marked: boolean,
): Promise<Refusal[]> {
  const names = namesOf(target);
  if (!created) {
    const unmarked = names.filter((name) => !known.some(({ destination }) => destination === name));
    await mark(deps, document, unmarked, 'open');
  }
  try {
    await target.send();
  } catch (error) {
    if (created) await mark(deps, document, names, 'open');
    return target.destinations.map((destination) => ({ ...destination, error }));
  }
  if (marked) await mark(deps, document, names, 'sent');
  return [];
}

/** Queues that lack the mail, each once. */
function queueTargets(deps: PublishDeps, document: ParsedMail, known: readonly Delivery[]): Target[] {
  const targets = new Map<string | null, Destination[]>();
  for (const { name } of document.routes) {
    const destination = queueDestination(name);
    if (isSettled(known, destination)) continue;
    const queue = name === QUARANTINE_ROUTE || (name !== null && deps.routeQueues.has(name)) ? name : null;
    targets.set(queue, [...(targets.get(queue) ?? []), { destination, route: name }]);
  }
  return [...targets].map(([queue, destinations]) => ({ destinations, send: () => sendCopy(deps, document, queue) }));
}

/** Null when there is no bus, or it has the event already. The event names the queues that have the mail. */
function busTarget(deps: PublishDeps, document: ParsedMail, known: readonly Delivery[]): Target | null {
  const { bus } = deps;
  if (bus === null || isSettled(known, EVENT_BUS)) return null;
  const failed = new Set(known.filter(({ state }) => state === 'failed').map(({ destination }) => destination));
  const routes = document.routes.map(({ name }) => name).filter((name) => !failed.has(queueDestination(name)));
  const queues = new Set(routes.map((name) => (name !== null && deps.routeQueues.has(name) ? name : null)));
  const event = {
    source: EVENT_SOURCE,
    detailType: MAIL_PARSED,
    detail: mailParsedEvent(document, queues, new Date()),
  };
  return { destinations: [{ destination: EVENT_BUS, route: null }], send: () => bus.put(event) };
}

const isSettled = (known: readonly Delivery[], name: string): boolean =>
  known.some(({ destination, state }) => destination === name && state !== 'open');

async function sendCopy(deps: PublishDeps, document: ParsedMail, route: string | null): Promise<void> {
  const own = route === null ? undefined : deps.routeQueues.get(route);
  if (own === undefined && route === QUARANTINE_ROUTE) {
    const message = 'the mail is held back, and enrichment.malware.quarantine was turned off: turn it on and redrive';
    throw new AccessError('quarantine.off', message);
  }
  const { queue, messageLimitBytes } = own ?? { queue: deps.queue, messageLimitBytes: deps.queueMessageLimitBytes };
  const { body, attributes } = queueMessage(document, messageLimitBytes, deps.oversize, route);
  await queue.send({ body, attributes });
}
