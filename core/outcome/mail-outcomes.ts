import { firstMailIdAt, foreignMailId, type MailId, mailIdTime } from '../mail/id.ts';
import {
  FAILED_PREFIX,
  failedKey,
  mailIdOfOutcomeKey,
  mailIdOfRawKey,
  PARSED_PREFIX,
  parsedKey,
} from '../mail/keys.ts';
import type { ListedObject, ObjectRef, ObjectStore } from '../ports/object-store.ts';
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
  /** Null: neither document nor failure. Where both stand the mail has failed: its document was not sent. */
  outcome: 'parsed' | 'failed' | null;
}

type Store = Pick<ObjectStore, 'list' | 'head'>;

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
 * of outcomes by the hundred thousand. They come first: however long that takes, the others have their order of time,
 * and a walk that ends early has seen the oldest of them.
 *
 * @param foreignBatch so many at a time
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

async function lookUp(store: Store, bucket: string, id: MailId): Promise<MailOutcome['outcome']> {
  if ((await store.head({ bucket, key: failedKey(id) })) !== null) return 'failed';
  return (await store.head({ bucket, key: parsedKey(id) })) === null ? null : 'parsed';
}

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
