import * as z from 'zod/mini';
import { failedKey } from '../mail/keys.ts';
import type { ObjectStore } from '../ports/object-store.ts';

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

/** Writes the record of a failure once; the first one stands. */
export async function recordFailure(
  store: ObjectStore,
  contentBucket: string,
  failure: Omit<FailedMail, 'schema'>,
): Promise<void> {
  const failed: FailedMail = { schema: 'failed-mail/1', ...failure };
  await store.put({ bucket: contentBucket, key: failedKey(failed.id) }, Buffer.from(JSON.stringify(failed)), {
    contentType: 'application/json',
    ifAbsent: true,
  });
}
