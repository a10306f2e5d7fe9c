import { posix } from 'node:path';
import { firstMailIdAt, foreignMailId, type MailId, mailIdTime } from '../mail/id.ts';
import {
  FAILED_PREFIX,
  failedKey,
  isMailKey,
  mailIdOfOutcomeKey,
  mailIdOfRawKey,
  PARSED_PREFIX,
  parsedKey,
  RAW_PREFIX,
  RAW_SUFFIX,
  rawKey,
  SES_PREFIX,
} from '../mail/keys.ts';
import type { ListedObject, ObjectRef, ObjectStore } from '../ports/object-store.ts';

export interface Buckets {
  raw: string;
  content: string;
}

/** When mails were received; null leaves an end open. */
export interface TimeWindow {
  since: Date | null;
  /** Not included. */
  until: Date | null;
}

export interface MailOutcome {
  id: MailId;
  raw: ObjectRef & { versionId: string | null };
  /** When the raw object was stored. */
  storedAt: Date;
  /** Null: neither document nor failure. Where both stand the mail has failed: its document was not sent. */
  outcome: 'parsed' | 'failed' | null;
}

type Store = Pick<ObjectStore, 'list' | 'head'>;

/** Sorts before every key of our own, which go on with a year. */
const FIRST_OWN_KEYS = `${RAW_PREFIX}1`;
/** Sorts behind every key of our own, which go on with a year. */
const BEHIND_OWN_KEYS = `${RAW_PREFIX}:`;

/** Foreign mails that are held until their outcomes are looked for. 100,000 take some 30 MB. */
const FOREIGN_BATCH = 100_000;
/** Up to so many are looked up one by one; for more, listings are walked. */
const FEW = 200;

/**
 * Every raw mail of a span of time with what became of it: one pass over three sorted listings, in memory that does not
 * grow with their length. A mail that has no outcome in the listings is looked up once more, because they are not taken
 * at one moment.
 *
 * Mails that no edge of ours wrote stand in no order of their ids; they are held, sorted and walked beside the listings
 * of outcomes by the hundred thousand.
 *
 * @param foreignBatch so many at a time
 */
export async function* mailOutcomes(
  store: Store,
  buckets: Buckets,
  window: TimeWindow,
  foreignBatch = FOREIGN_BATCH,
): AsyncGenerator<MailOutcome> {
  const outcomes = new ListedOutcomes(store, buckets.content, firstMailIdAt(window.since ?? new Date(0)));
  let foreign: RawMail[] = [];
  for await (const object of rawObjects(store, buckets.raw, window)) {
    const place = { bucket: buckets.raw, key: object.key };
    const mail = { raw: { ...place, versionId: null }, storedAt: object.lastModified };
    const id = mailIdOfRawKey(object.key);
    if (id !== null) yield { ...mail, id, outcome: await outcomes.of(id) };
    else foreign.push({ ...mail, id: foreignMailId(place, object.lastModified) });
    if (foreign.length < foreignBatch) continue;
    yield* foreignOutcomes(store, buckets.content, foreign);
    foreign = [];
  }
  yield* foreignOutcomes(store, buckets.content, foreign);
}

type RawMail = Omit<MailOutcome, 'outcome'>;

async function* foreignOutcomes(store: Store, contentBucket: string, mails: RawMail[]): AsyncGenerator<MailOutcome> {
  mails.sort((a, b) => (a.id < b.id ? -1 : 1));
  const [first] = mails;
  if (first === undefined) return;
  const outcomes = mails.length > FEW ? new ListedOutcomes(store, contentBucket, first.id) : null;
  for (const mail of mails) {
    yield { ...mail, outcome: await (outcomes?.of(mail.id) ?? lookUp(store, contentBucket, mail.id)) };
  }
}

/** Outcomes from their listings. */
class ListedOutcomes {
  readonly #store: Store;
  readonly #bucket: string;
  readonly #parsed: IdCursor;
  readonly #failed: IdCursor;

  /** @param first no lower id is asked for */
  constructor(store: Store, bucket: string, first: MailId) {
    const cursor = (prefix: string, startAfter: string) => new IdCursor(store.list(bucket, { prefix, startAfter }));
    this.#store = store;
    this.#bucket = bucket;
    this.#parsed = cursor(PARSED_PREFIX, hourOf(parsedKey(first)));
    this.#failed = cursor(FAILED_PREFIX, failedKey(firstMailIdAt(mailIdTime(first))));
  }

  /** Ids must be asked for in ascending order. */
  async of(id: MailId): Promise<MailOutcome['outcome']> {
    if (await this.#failed.has(id)) return 'failed';
    return (await this.#parsed.has(id)) ? 'parsed' : lookUp(this.#store, this.#bucket, id);
  }
}

/** Mails of the edge in the order of their ids; those of anybody else where their keys sort, ahead, between or behind. */
async function* rawObjects(store: Store, bucket: string, window: TimeWindow): AsyncGenerator<ListedObject> {
  const first = firstMailIdAt(window.since ?? new Date(0));
  const end = window.until && firstMailIdAt(window.until);
  for await (const object of store.list(bucket)) {
    if (object.key >= RAW_PREFIX) break;
    if (isForeignMail(object, window)) yield object;
  }
  // A foreign key in the folder of an hour before `since` is not looked for: that would list everything that is older.
  const startAfter = window.since === null ? RAW_PREFIX : hourOf(rawKey(first));
  for await (const object of store.list(bucket, { prefix: RAW_PREFIX })) {
    if (object.key >= FIRST_OWN_KEYS || object.key > startAfter) break;
    if (isForeignMail(object, window)) yield object;
  }
  for await (const object of store.list(bucket, { prefix: RAW_PREFIX, startAfter })) {
    const id = mailIdOfRawKey(object.key);
    if (object.key >= BEHIND_OWN_KEYS || (id !== null && end !== null && id >= end)) break;
    if (id === null ? isForeignMail(object, window) : id >= first) yield object;
  }
  for await (const object of store.list(bucket, { startAfter: BEHIND_OWN_KEYS })) {
    if (isForeignMail(object, window)) yield object;
  }
}

/** A mail that no edge of ours wrote has a time only by when it was stored. */
function isForeignMail({ key, lastModified }: ListedObject, { since, until }: TimeWindow): boolean {
  if (!isMailKey(key) || !(key.endsWith(RAW_SUFFIX) || key.startsWith(SES_PREFIX))) return false;
  return (since === null || lastModified >= since) && (until === null || lastModified < until);
}

async function lookUp(store: Store, bucket: string, id: MailId): Promise<MailOutcome['outcome']> {
  if ((await store.head({ bucket, key: failedKey(id) })) !== null) return 'failed';
  return (await store.head({ bucket, key: parsedKey(id) })) === null ? null : 'parsed';
}

/** The folder of a key: it sorts ahead of everything that was received in the same hour. */
const hourOf = (key: string): string => `${posix.dirname(key)}/`;

/** Walks a sorted listing beside another one. */
class IdCursor {
  readonly #objects: AsyncIterator<ListedObject>;
  #at: MailId | null = null;
  #ended = false;

  constructor(objects: AsyncIterable<ListedObject>) {
    this.#objects = objects[Symbol.asyncIterator]();
  }

  /** Ids must be asked for in ascending order. */
  async has(id: MailId): Promise<boolean> {
    while (!this.#ended && (this.#at === null || this.#at < id)) {
      const next = await this.#objects.next();
      if (next.done) this.#ended = true;
      else this.#at = mailIdOfOutcomeKey(next.value.key) ?? this.#at;
    }
    return this.#at === id;
  }
}
