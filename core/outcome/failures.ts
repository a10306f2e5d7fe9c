import * as z from 'zod/mini';
import {
  deliveryPrefix,
  FAILED_PREFIX,
  failedKey,
  failedPrefix,
  failureOfKey,
  interruptedKey,
  REDRIVING_PREFIX,
} from '../mail/keys.ts';
import type { ListedObject, ObjectRef, ObjectStore } from '../ports/object-store.ts';
import { deliveriesOfKeys } from './deliveries.ts';
import { readJson } from './json.ts';
import type { TimeWindow } from './raw-objects.ts';

/**
 * The outcome of a mail, or of an event, that could not be turned into a document (`failed/<id>.json`), of a replay, or
 * of a document at one destination that refuses it.
 */
export const failedMailSchema = z.object({
  schema: z.literal('failed-mail/1'),
  id: z.string(),
  /** Stable code: `raw.missing`, `envelope.invalid`, `event.invalid` … */
  reason: z.string(),
  /** For people. Null when the function ended without an error message: a timeout, or out of memory. */
  lastError: z.nullable(z.string()),
  /** Number of attempts at its event. */
  receiveCount: z.int(),
  /** Which parse of the mail: 1 unless it was replayed. */
  revision: z._default(z.int(), 1),
  /** The queue that refused it, such as `parsed-mail-orders`, or `event-bus`; null when the whole mail failed. */
  destination: z._default(z.nullable(z.string()), null),
  /** Route of that queue; null for the parsed-mail queue, and when the whole mail failed. */
  route: z._default(z.nullable(z.string()), null),
  /** Null when the event names no object. */
  raw: z.nullable(z.object({ bucket: z.string(), key: z.string(), versionId: z.nullable(z.string()) })),
  /** Beginning of an event that cannot be read; null for all others. */
  event: z.nullable(z.string()),
  /** ISO 8601, UTC. */
  at: z.string(),
});

export type FailedMail = z.infer<typeof failedMailSchema>;

type FailureId = Pick<FailedMail, 'id' | 'revision' | 'destination'>;

export const failedOf = (contentBucket: string, { id, revision, destination }: FailureId): ObjectRef => ({
  bucket: contentBucket,
  key: failedKey(id, revision, destination),
});

/** Records a failure, first writer wins. True when this call wrote the record. */
export async function recordFailure(
  store: Pick<ObjectStore, 'put'>,
  contentBucket: string,
  failure: Omit<FailedMail, 'schema'>,
): Promise<boolean> {
  const failed: FailedMail = { schema: 'failed-mail/1', ...failure };
  const { outcome } = await store.put(failedOf(contentBucket, failed), Buffer.from(JSON.stringify(failed)), {
    contentType: 'application/json',
    ifAbsent: true,
  });
  return outcome === 'created';
}

/** Null when there is no readable record. */
async function readRecord(
  store: Pick<ObjectStore, 'get'>,
  contentBucket: string,
  key: string,
): Promise<FailedMail | null> {
  const stored = await store.get({ bucket: contentBucket, key });
  if (stored === null) return null;
  const failure = failedMailSchema.safeParse(await readJson(stored.body));
  return failure.success ? failure.data : null;
}

/**
 * Whether the failure of this key is of a destination that has received the mail: it refused one attempt while another
 * delivered the same mail. Such a record does not count.
 */
async function wasSent(store: Pick<ObjectStore, 'list'>, bucket: string, key: string): Promise<boolean> {
  const failed = failureOfKey(key);
  if (failed === null || failed.destination === null) return false;
  const { id, revision, destination } = failed;
  const marks: string[] = [];
  for await (const mark of store.list(bucket, { prefix: `${deliveryPrefix(id)}${revision}/` })) marks.push(mark.key);
  return deliveriesOfKeys(marks, revision).some((known) => known.destination === destination && known.state === 'sent');
}

/** Every failure of one mail: of the mail itself, of its replays, of its destinations. */
export async function readFailures(
  store: Pick<ObjectStore, 'list' | 'get'>,
  contentBucket: string,
  id: string,
): Promise<FailedMail[]> {
  const failures: FailedMail[] = [];
  for (const prefix of [failedPrefix(id), interruptedKey(failedPrefix(id))]) {
    for await (const { key } of store.list(contentBucket, { prefix })) {
      const failure = (await wasSent(store, contentBucket, key)) ? null : await readRecord(store, contentBucket, key);
      if (failure !== null) failures.push(failure);
    }
  }
  return failures;
}

/** Failures in the order of mail ids, including those of an interrupted redrive; the window is by time of failure. */
export async function* listFailures(
  store: Pick<ObjectStore, 'list' | 'get'>,
  contentBucket: string,
  window: TimeWindow,
): AsyncGenerator<FailedMail> {
  for await (const { key } of listFailureKeys(store, contentBucket, window)) {
    const failure = await readRecord(store, contentBucket, key);
    if (failure !== null) yield failure;
  }
}

/** The keys of the same records. */
export async function* listFailureKeys(
  store: Pick<ObjectStore, 'list'>,
  contentBucket: string,
  { since, until }: TimeWindow,
): AsyncGenerator<{ key: string; interrupted: boolean }> {
  const listed = (prefix: string) => store.list(contentBucket, { prefix });
  for await (const { key, lastModified } of merged(listed(REDRIVING_PREFIX), listed(FAILED_PREFIX))) {
    if ((since !== null && lastModified < since) || (until !== null && lastModified >= until)) continue;
    if (await wasSent(store, contentBucket, key)) continue;
    yield { key, interrupted: key.startsWith(REDRIVING_PREFIX) };
  }
}

/** Merges two listings, in the order of the keys without their prefixes. */
async function* merged(
  first: AsyncIterable<ListedObject>,
  second: AsyncIterable<ListedObject>,
): AsyncGenerator<ListedObject> {
  const [left, right] = [first[Symbol.asyncIterator](), second[Symbol.asyncIterator]()];
  let [a, b] = [await left.next(), await right.next()];
  while (!a.done || !b.done) {
    if (b.done || (!a.done && nameOf(a.value) <= nameOf(b.value))) {
      yield a.value;
      a = await left.next();
    } else {
      yield b.value;
      b = await right.next();
    }
  }
}

const nameOf = ({ key }: ListedObject): string => key.slice(key.indexOf('/') + 1);

/**
 * Moves a failure out of the way of another attempt. The record remains listed under `redriving/` until `endRedrive`,
 * so that an interrupted redrive never hides a mail.
 */
export async function beginRedrive(store: Redrivable, contentBucket: string, failure: FailedMail): Promise<void> {
  const record = Buffer.from(JSON.stringify(failure));
  await store.put(interruptedOf(contentBucket, failure), record, { contentType: 'application/json' });
  await store.delete(failedOf(contentBucket, failure));
}

/** @param accepted whether the queue accepted the event; otherwise the failure is restored */
export async function endRedrive(
  store: Redrivable,
  contentBucket: string,
  failure: FailedMail,
  accepted: boolean,
): Promise<void> {
  if (!accepted) await recordFailure(store, contentBucket, failure);
  await store.delete(interruptedOf(contentBucket, failure));
}

type Redrivable = Pick<ObjectStore, 'put' | 'delete'>;

const interruptedOf = (contentBucket: string, failure: FailureId): ObjectRef => ({
  bucket: contentBucket,
  key: interruptedKey(failedOf(contentBucket, failure).key),
});

/** Reasons that a retry alone does not fix, and what does. */
export const REMEDIES: Readonly<Record<string, string>> = {
  'event.invalid': 'its event names no mail; put the object into the raw bucket again',
  'event.key_malformed': 'the key in its event names no object; put the object into the raw bucket under another key',
  'raw.missing': 'the raw object is gone; restore its version first',
  'raw.metadata_invalid': 'the metadata of the raw object is damaged; store the mail again',
  'envelope.invalid': 'the stored envelope is damaged; store the mail again',
  'draft.invalid': 'this version cannot read its draft; update first',
};
