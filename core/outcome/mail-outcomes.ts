import { firstMailIdAt, foreignMailId, type MailId, mailIdTime } from '../mail/id.ts';
import {
  DELIVERY_PREFIX,
  deliveryOfKey,
  deliveryPrefix,
  FAILED_PREFIX,
  failedKey,
  failedPrefix,
  failureOfKey,
  mailIdOfOutcomeKey,
  mailIdOfRawKey,
  PARSED_PREFIX,
  parsedKey,
} from '../mail/keys.ts';
import type { ListedObject, ObjectRef, ObjectStore } from '../ports/object-store.ts';
import { type Delivery, latestRevision, markedDeliveries, mayBeOpen, readDeliveries } from './deliveries.ts';
import { documentOf, readDocument } from './documents.ts';
import { type ForeignWalk, foreignPlaces, hourOf, ownFolders, type TimeWindow } from './raw-objects.ts';

export interface Buckets {
  raw: string;
  content: string;
}

export interface MailOutcome {
  id: MailId;
  raw: ObjectRef & { versionId: string | null };
  /** When the raw object was stored. */
  storedAt: Date;
  /** Null for neither document nor failure. With both the mail has failed: its document was not published. */
  outcome: 'parsed' | 'failed' | null;
  /**
   * The recorded destinations of its document, in the latest revision. None are recorded when its single queue accepted
   * it at once.
   */
  deliveries: readonly Delivery[];
  /** Revision of a document that a destination still lacks; otherwise 1. */
  revision: number;
}

/** Whether a destination has neither the mail nor a failure. */
export const isOpen = ({ outcome, deliveries }: MailOutcome): boolean =>
  outcome === null || (outcome === 'parsed' && deliveries.some(({ state }) => state === 'open'));

type Store = Pick<ObjectStore, 'list' | 'head' | 'get'>;

/** Foreign mails to hold until their outcomes are looked up. 100,000 take some 30 MB. */
const FOREIGN_BATCH = 100_000;
/** Up to this many are looked up one by one; for more, listings are walked. */
const FEW = 200;

/**
 * Every raw mail of a time window with its outcome: one pass over four sorted listings, in memory that does not grow
 * with their length. A mail without an outcome in the listings is looked up once more, because the listings are not
 * taken at the same moment.
 *
 * Mails that our edge did not write are not listed in the order of their ids; they are held, sorted and walked beside
 * the listings of outcomes by the hundred thousand. They come first: however long that takes, the others keep their
 * order of time, and a walk that ends early has seen the oldest of them.
 *
 * @param foreignBatch foreign mails per batch
 */
export async function* mailOutcomes(
  store: Store,
  buckets: Buckets,
  window: TimeWindow,
  walk: ForeignWalk = {},
  foreignBatch = FOREIGN_BATCH,
): AsyncGenerator<MailOutcome> {
  for (const objects of [foreignPlaces(store, buckets.raw, window, walk), ownFolders(store, buckets.raw, window)]) {
    yield* outcomesOf(store, buckets, objects, window.since, foreignBatch);
  }
}

async function* outcomesOf(
  store: Store,
  buckets: Buckets,
  objects: AsyncIterable<ListedObject>,
  since: Date | null,
  foreignBatch: number,
): AsyncGenerator<MailOutcome> {
  const outcomes = new ListedOutcomes(store, buckets.content, firstMailIdAt(since ?? new Date(0)));
  let foreign: RawMail[] = [];
  for await (const object of objects) {
    const place = { bucket: buckets.raw, key: object.key };
    const mail = { raw: { ...place, versionId: null }, storedAt: object.lastModified };
    const id = mailIdOfRawKey(object.key);
    if (id !== null) yield { ...mail, id, ...(await outcomes.of(id)) };
    else foreign.push({ ...mail, id: foreignMailId(place, object.lastModified) });
    if (foreign.length < foreignBatch) continue;
    yield* foreignOutcomes(store, buckets.content, foreign);
    foreign = [];
  }
  yield* foreignOutcomes(store, buckets.content, foreign);
}

type Found = Pick<MailOutcome, 'outcome' | 'deliveries' | 'revision'>;
type RawMail = Omit<MailOutcome, keyof Found>;

async function* foreignOutcomes(store: Store, contentBucket: string, mails: RawMail[]): AsyncGenerator<MailOutcome> {
  mails.sort((a, b) => (a.id < b.id ? -1 : 1));
  const [first] = mails;
  if (first === undefined) return;
  const outcomes = mails.length > FEW ? new ListedOutcomes(store, contentBucket, first.id) : null;
  for (const mail of mails) {
    yield { ...mail, ...(await (outcomes?.of(mail.id) ?? lookUp(store, contentBucket, mail.id))) };
  }
}

/** Outcomes from listings. */
class ListedOutcomes {
  readonly #store: Store;
  readonly #bucket: string;
  readonly #parsed: KeyCursor;
  readonly #failed: KeyCursor;
  readonly #deliveries: KeyCursor;

  /** @param first the lowest id that will be requested */
  constructor(store: Store, bucket: string, first: MailId) {
    const cursor = (prefix: string, startAfter: string, idOf: (key: string) => MailId | null) =>
      new KeyCursor(store.list(bucket, { prefix, startAfter }), idOf);
    const lowest = firstMailIdAt(mailIdTime(first));
    this.#store = store;
    this.#bucket = bucket;
    this.#parsed = cursor(PARSED_PREFIX, hourOf(parsedKey(first)), mailIdOfOutcomeKey);
    this.#failed = cursor(FAILED_PREFIX, failedKey(lowest), (key) => failureOfKey(key)?.id ?? null);
    this.#deliveries = cursor(DELIVERY_PREFIX, deliveryPrefix(lowest), (key) => deliveryOfKey(key)?.id ?? null);
  }

  /** Ids must be requested in ascending order. */
  async of(id: MailId): Promise<Found> {
    const failed = await this.#failed.keysOf(id);
    const marks = await this.#deliveries.keysOf(id);
    if (failed.includes(failedKey(id))) return found('failed');
    if ((await this.#parsed.keysOf(id)).length === 0) return lookUp(this.#store, this.#bucket, id);
    const keys = [...marks, ...failed];
    return mayBeOpen(keys) ? lookUpDeliveries(this.#store, this.#bucket, id) : found('parsed', markedDeliveries(keys));
  }
}

const found = (outcome: Found['outcome'], deliveries: Delivery[] = [], revision = 1): Found => ({
  outcome,
  deliveries,
  revision,
});

async function lookUp(store: Store, bucket: string, id: MailId): Promise<Found> {
  if ((await store.head({ bucket, key: failedKey(id) })) !== null) return found('failed');
  if ((await store.head({ bucket, key: parsedKey(id) })) === null) return found(null);
  for await (const _mark of store.list(bucket, { prefix: deliveryPrefix(id) })) {
    return lookUpDeliveries(store, bucket, id);
  }
  return found('parsed');
}

/**
 * The listings may be of another moment, or of a revision before that of the document. If this version cannot read the
 * document, marks and failures are all that is known.
 */
async function lookUpDeliveries(store: Store, bucket: string, id: MailId): Promise<Found> {
  const document = await readDocument(store, documentOf(bucket, id));
  if (document !== null) return found('parsed', await readDeliveries(store, bucket, document), document.revision);
  const keys: string[] = [];
  for (const prefix of [deliveryPrefix(id), failedPrefix(id)]) {
    for await (const { key } of store.list(bucket, { prefix })) keys.push(key);
  }
  return found('parsed', markedDeliveries(keys), latestRevision(keys));
}

/** Walks a sorted listing in step with another one. */
class KeyCursor {
  readonly #objects: AsyncIterator<ListedObject>;
  readonly #idOf: (key: string) => MailId | null;
  #at: MailId | null = null;
  #keys: string[] = [];
  /** First key after those. */
  #next: { id: MailId; key: string } | null = null;
  #ended = false;

  constructor(objects: AsyncIterable<ListedObject>, idOf: (key: string) => MailId | null) {
    this.#objects = objects[Symbol.asyncIterator]();
    this.#idOf = idOf;
  }

  /** Ids must be requested in ascending order. */
  async keysOf(id: MailId): Promise<string[]> {
    while (!this.#ended && (this.#next === null || this.#next.id <= id)) {
      if (this.#next !== null) this.#take(this.#next);
      const next = await this.#objects.next();
      if (next.done) {
        this.#ended = true;
        this.#next = null;
        break;
      }
      const nextId = this.#idOf(next.value.key);
      this.#next = nextId === null ? null : { id: nextId, key: next.value.key };
    }
    return this.#at === id ? this.#keys : [];
  }

  #take({ id, key }: { id: MailId; key: string }): void {
    if (this.#at !== id) this.#keys = [];
    this.#at = id;
    this.#keys.push(key);
  }
}
