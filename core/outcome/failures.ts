import * as z from 'zod/mini';
import { FAILED_PREFIX, failedKey, mailIdOfOutcomeKey } from '../mail/keys.ts';
import type { ObjectRef, ObjectStore } from '../ports/object-store.ts';
import { readJson } from './json.ts';
import type { TimeWindow } from './raw-objects.ts';

/** `failed/<id>.json`: the outcome of a mail, or of an event, that could not be turned into a document. */
export const failedMailSchema = z.object({
  schema: z.literal('failed-mail/1'),
  id: z.string(),
  /** Stable code: `raw.missing`, `envelope.invalid`, `event.invalid` … */
  reason: z.string(),
  /** For people. Null when the function ended without a word: a timeout, or no memory left. */
  lastError: z.nullable(z.string()),
  /** How often its event was received. */
  receiveCount: z.int(),
  /** Null when the event names no object. */
  raw: z.nullable(z.object({ bucket: z.string(), key: z.string(), versionId: z.nullable(z.string()) })),
  /** Start of an event that cannot be read; null for all others. */
  event: z.nullable(z.string()),
  /** ISO 8601, UTC. */
  at: z.string(),
});

export type FailedMail = z.infer<typeof failedMailSchema>;

export const failedOf = (contentBucket: string, id: string): ObjectRef => ({
  bucket: contentBucket,
  key: failedKey(id),
});

/** Writes the record of a failure once; the first one stands. True when this is it. */
export async function recordFailure(
  store: ObjectStore,
  contentBucket: string,
  failure: Omit<FailedMail, 'schema'>,
): Promise<boolean> {
  const failed: FailedMail = { schema: 'failed-mail/1', ...failure };
  const { outcome } = await store.put(failedOf(contentBucket, failed.id), Buffer.from(JSON.stringify(failed)), {
    contentType: 'application/json',
    ifAbsent: true,
  });
  return outcome === 'created';
}

/** Null when there is no such record, or one that this version cannot read. */
export async function readFailure(
  store: Pick<ObjectStore, 'get'>,
  contentBucket: string,
  id: string,
): Promise<FailedMail | null> {
  const stored = await store.get(failedOf(contentBucket, id));
  if (stored === null) return null;
  const failure = failedMailSchema.safeParse(await readJson(stored.body));
  return failure.success ? failure.data : null;
}

/** Failures in the order of their mails' ids; the time is when a mail failed. */
export async function* listFailures(
  store: Pick<ObjectStore, 'list' | 'get'>,
  contentBucket: string,
  { since, until }: TimeWindow,
): AsyncGenerator<FailedMail> {
  for await (const { key, lastModified } of store.list(contentBucket, { prefix: FAILED_PREFIX })) {
    const id = mailIdOfOutcomeKey(key);
    if (id === null || (since !== null && lastModified < since) || (until !== null && lastModified >= until)) continue;
    const failure = await readFailure(store, contentBucket, id);
    if (failure !== null) yield failure;
  }
}

/** So that the mail can have another outcome. */
export async function removeFailure(
  store: Pick<ObjectStore, 'delete'>,
  contentBucket: string,
  id: string,
): Promise<void> {
  await store.delete(failedOf(contentBucket, id));
}
