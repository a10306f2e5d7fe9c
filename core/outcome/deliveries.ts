import {
  type DeliveryMark,
  deliveryKey,
  deliveryOfKey,
  deliveryPrefix,
  failedPrefix,
  failureOfKey,
} from '../mail/keys.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** The event bus as a destination of a mail; the others are queues. */
export const EVENT_BUS = 'event-bus';

/** A queue without a mark, where the document that names it cannot be read. */
const UNMARKED_QUEUE = 'unmarked-queue';

/** Name of a route's queue in keys and failures, as in local mode: `parsed-mail`, `parsed-mail-orders`. */
export const queueDestination = (route: string | null): string =>
  route === null ? 'parsed-mail' : `parsed-mail-${route}`;

/** State of a mail at one destination. Sent takes precedence over failed: a consumer has it. */
export interface Delivery {
  destination: string;
  state: 'sent' | 'failed' | 'open';
}

type Routed = Pick<ParsedMail, 'id' | 'revision' | 'routes'>;

/**
 * Writes marks, each once. A mark says `sent` only after the message was sent: a crash in between repeats the message,
 * which consumers deduplicate, but loses none.
 */
export async function markDeliveries(
  store: Pick<ObjectStore, 'put'>,
  contentBucket: string,
  { id, revision, routes }: Routed,
  destinations: Iterable<string>,
  mark: DeliveryMark,
): Promise<void> {
  const mail = { id, revision, of: routes.length };
  await Promise.all(
    [...destinations].map((destination) =>
      store.put({ bucket: contentBucket, key: deliveryKey(mail, destination, mark) }, Buffer.alloc(0), {
        ifAbsent: true,
      }),
    ),
  );
}

/** The recorded destinations of one revision. A mail whose single queue accepted it at once has no marks. */
export async function readDeliveries(
  store: Pick<ObjectStore, 'list'>,
  contentBucket: string,
  { id, revision, routes }: Routed,
): Promise<Delivery[]> {
  const keys: string[] = [];
  for (const prefix of [`${deliveryPrefix(id)}${revision}/`, `${failedPrefix(id)}r${revision}.`]) {
    for await (const { key } of store.list(contentBucket, { prefix })) keys.push(key);
  }
  const queues = routes.map(({ name }) => queueDestination(name));
  // Another attempt may have had another configuration, and its document may not have been stored.
  const known = deliveriesOfKeys(keys, revision).filter(
    ({ destination }) => destination === EVENT_BUS || queues.includes(destination),
  );
  if (known.length === 0) return [];
  const missing = queues.filter((destination) => !known.some((delivery) => delivery.destination === destination));
  return [...known, ...missing.map((destination) => ({ destination, state: 'open' as const }))];
}

/** The destinations of one mail by the keys of its marks and failures, for `revision` only. */
export function deliveriesOfKeys(keys: readonly string[], revision: number): Delivery[] {
  const states = new Map<string, Delivery['state']>();
  const rank = { open: 0, failed: 1, sent: 2 };
  const note = (destination: string, state: Delivery['state']) => {
    if (rank[state] >= rank[states.get(destination) ?? 'open']) states.set(destination, state);
  };
  for (const key of keys) {
    const marked = deliveryOfKey(key);
    if (marked?.revision === revision) note(marked.destination, marked.mark);
    const failed = failureOfKey(key);
    if (failed?.revision === revision && failed.destination !== null) note(failed.destination, 'failed');
  }
  return [...states].map(([destination, state]) => ({ destination, state }));
}

/**
 * Whether a destination may lack the latest revision of these marks. They may have been listed before the last one was
 * written, and a later revision may have none: `readDeliveries` knows for certain.
 */
export const mayBeOpen = (keys: readonly string[]): boolean =>
  markedDeliveries(keys).some(({ state }) => state === 'open');

/** The destinations of the latest revision by marks and failures. A queue without a mark has no name here. */
export function markedDeliveries(keys: readonly string[]): Delivery[] {
  const latest = latestRevision(keys);
  const deliveries = deliveriesOfKeys(keys, latest);
  const routes = keys.map((key) => deliveryOfKey(key)).map((mark) => (mark?.revision === latest ? mark.of : 0));
  const queues = deliveries.filter(({ destination }) => destination !== EVENT_BUS);
  const missing = queues.length < Math.max(0, ...routes);
  return missing ? [...deliveries, { destination: UNMARKED_QUEUE, state: 'open' }] : deliveries;
}

/** The latest revision that has a mark; 1 when none has. */
export const latestRevision = (keys: readonly string[]): number =>
  keys.reduce((latest, key) => Math.max(latest, deliveryOfKey(key)?.revision ?? 1), 1);
