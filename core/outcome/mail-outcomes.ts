import { posix } from 'node:path';
import { firstMailIdAt, type MailId, mailIdOfForeignObject } from '../mail/id.ts';
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

/** Sorts behind every key of our own, which go on with a year. */
const BEHIND_OWN_KEYS = `${RAW_PREFIX}:`;

/**
 * Every raw mail of a span of time with what became of it: one pass over three sorted listings, in memory that does not
 * grow with their length. A mail that has no outcome in the listings is looked up once more, because they are not taken
 * at one moment.
 */
export async function* mailOutcomes(store: Store, buckets: Buckets, window: TimeWindow): AsyncGenerator<MailOutcome> {
  const first = firstMailIdAt(window.since ?? new Date(0));
  const outcomes = (prefix: string, startAfter: string) =>
    new IdCursor(store.list(buckets.content, { prefix, startAfter }));
  const parsed = outcomes(PARSED_PREFIX, hourOf(parsedKey(first)));
  const failed = outcomes(FAILED_PREFIX, failedKey(first));
  for await (const object of rawObjects(store, buckets.raw, window)) {
    const id = mailIdOfRawKey(object.key);
    if (id === null) {
      yield await foreignOutcome(store, buckets, object);
    } else {
      const listed = (await failed.has(id)) ? 'failed' : (await parsed.has(id)) ? 'parsed' : null;
      const outcome = listed ?? (await lookUp(store, buckets.content, id));
      yield {
        id,
        raw: { bucket: buckets.raw, key: object.key, versionId: null },
        storedAt: object.lastModified,
        outcome,
      };
    }
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
  // A foreign key between the prefix and the hour of `since`, such as raw/1.eml, is not looked for: that would list
  // everything that is older.
  const startAfter = window.since === null ? RAW_PREFIX : hourOf(rawKey(first));
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

async function foreignOutcome(
  store: Store,
  buckets: Buckets,
  { key, lastModified }: ListedObject,
): Promise<MailOutcome> {
  const head = await store.head({ bucket: buckets.raw, key });
  const versionId = head?.versionId ?? null;
  const id = mailIdOfForeignObject(`${buckets.raw}/${key}/${versionId ?? ''}`, head?.lastModified ?? lastModified);
  const outcome = await lookUp(store, buckets.content, id);
  return { id, raw: { bucket: buckets.raw, key, versionId }, storedAt: lastModified, outcome };
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
