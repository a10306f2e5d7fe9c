import { decodeS3Event, type RawObjectCreated } from '../../core/aws/s3-event.ts';
import type { SqsRecord } from '../../core/aws/sqs-event.ts';
import { foreignMailId, idOfText } from '../../core/mail/id.ts';
import { mailIdOfRawKey } from '../../core/mail/keys.ts';
import { type DeadLetterCause, decodeDeadLetter } from '../../core/outcome/dead-letter.ts';
import { documentOf, readDocument } from '../../core/outcome/documents.ts';
import { type FailedMail, failedOf, recordFailure } from '../../core/outcome/failures.ts';
import { jsonOf } from '../../core/outcome/json.ts';
import { type PublishDeps, publish } from '../../core/outcome/publish.ts';

export interface DeadLetterDeps extends PublishDeps {
  now: () => number;
}

/** Characters of an event that cannot be read which its record keeps. */
const EVENT_EXCERPT = 1_000;

/** Gives every mail of an event that was given up its outcome; an event that names no mail is recorded itself. */
export async function settleDeadLetter(deps: DeadLetterDeps, record: SqsRecord): Promise<void> {
  const cause = decodeDeadLetter(record.attributes, record.receiveCount);
  const event = decodeS3Event(jsonOf(record.body));
  for (const mail of event?.created ?? []) await settleMail(deps, mail, cause);
  if (event !== null && event.malformedKeys.length === 0) return;
  // The same event gives the same record, however often it comes.
  const id = idOfText(record.body);
  await fail(deps, { ...cause, id, raw: null, event: record.body.slice(0, EVENT_EXCERPT) });
}

/**
 * A mail that has its document only could not be sent: it is sent now. Every other one has failed, and is looked for
 * once more after that was written, because an attempt may have ended in between (see `publish`).
 */
async function settleMail(deps: DeadLetterDeps, mail: RawObjectCreated, cause: DeadLetterCause): Promise<void> {
  const id = await idOf(deps, mail);
  const place = documentOf(deps.contentBucket, id);
  let document = await readDocument(deps.store, place);
  if (document === null) {
    const { bucket, key, versionId } = mail;
    await fail(deps, { ...cause, id, raw: { bucket, key, versionId }, event: null });
    document = await readDocument(deps.store, place);
  }
  if (document === null) return;
  await deps.store.delete(failedOf(deps.contentBucket, id));
  deps.log.warn('a given-up mail has its document', { mailId: id, published: await publish(deps, document) });
}

async function fail(deps: DeadLetterDeps, failure: Omit<FailedMail, 'schema' | 'at'>): Promise<void> {
  const at = new Date(deps.now()).toISOString();
  if (await recordFailure(deps.store, deps.contentBucket, { ...failure, at })) deps.metrics.add('deadLettered', 1);
  deps.log.error('failed', { mailId: failure.id, reason: failure.reason, raw: failure.raw, error: failure.lastError });
}

/** An object that no edge of ours wrote has its id from when it was stored; one that is gone, from its name alone. */
async function idOf({ store }: DeadLetterDeps, { bucket, key }: RawObjectCreated): Promise<string> {
  const ownId = mailIdOfRawKey(key);
  if (ownId !== null) return ownId;
  const head = await store.head({ bucket, key });
  return foreignMailId({ bucket, key }, head?.lastModified ?? new Date(0));
}
