import { decodeS3Event, type RawObjectCreated } from '../../core/aws/s3-event.ts';
import type { SqsRecord } from '../../core/aws/sqs-event.ts';
import { foreignMailId, idOfText } from '../../core/mail/id.ts';
import { jsonOf } from '../../core/mail/json.ts';
import { mailIdOfRawKey } from '../../core/mail/keys.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import { documentOf, readDocument } from '../../core/outcome/documents.ts';
import { failedOf } from '../../core/outcome/failures.ts';
import type { Queue } from '../../core/ports/queue.ts';
import { type DeadLetter, openDeadLetter } from './dead-letter.ts';
import { type DeadLetterDeps, deliverOrFail, fail } from './deliver-or-fail.ts';

export interface EventDeadLetterDeps extends DeadLetterDeps {
  /** The queue of events. */
  events: Pick<Queue, 'send'>;
}

/** Characters of an unreadable event to keep in its record. */
const EVENT_EXCERPT = 1_000;

/**
 * Records the outcome of every mail of a failed event; an event that names no mail is recorded itself. An event that
 * the parser never started, because Lambda had no capacity for it, goes back to its queue.
 */
export async function settleDeadLetter(deps: EventDeadLetterDeps, record: SqsRecord): Promise<void> {
  const letter = await openDeadLetter(deps, record);
  if (letter.cause.receiveCount === 0) {
    await deps.events.send({ body: record.body });
    deps.log.warn('an event that was never tried went back to its queue', { messageId: record.messageId });
    return;
  }
  const event = decodeS3Event(jsonOf(record.body));
  for (const mail of event?.created ?? []) await settleMail(deps, mail, letter);
  if (event !== null && event.malformedKeys.length === 0) return;
  // The same event gives the same record, however often it is received.
  const id = idOfText(record.body);
  await fail(deps, {
    ...WHOLE,
    ...letter.cause,
    id,
    revision: 1,
    raw: null,
    event: record.body.slice(0, EVENT_EXCERPT),
  });
}

const WHOLE = { destination: null, route: null } as const;

/**
 * A mail that has only its document could not be published to all of its destinations: that is tried once more. Every
 * other mail has failed. After that was written its document is checked once more, because an attempt may have ended in
 * between (see `deliver`). A replay that left the document of an earlier revision has failed too, although the mail has
 * not.
 */
async function settleMail(deps: DeadLetterDeps, mail: RawObjectCreated, letter: DeadLetter): Promise<void> {
  const id = await idOf(deps, mail);
  const { revision } = mail;
  let document = await readStored(deps, id, revision);
  if (document === null) {
    const { bucket, key, versionId } = mail;
    await fail(deps, { ...WHOLE, ...letter.cause, id, revision, raw: { bucket, key, versionId }, event: null });
    document = await readStored(deps, id, revision);
  }
  if (document === null) return;
  await deps.store.delete(failedOf(deps.contentBucket, { id, revision, destination: null }));
  const published = await deliverOrFail(deps, { document, created: false }, letter);
  deps.log.warn('a failed mail has its document', { mailId: id, revision, published });
}

async function readStored(deps: DeadLetterDeps, id: string, revision: number): Promise<ParsedMail | null> {
  const document = await readDocument(deps.store, documentOf(deps.contentBucket, id));
  return document !== null && document.revision >= revision ? document : null;
}

/** The id of an object that our edge did not write depends on when it was stored; if it is gone, on its name alone. */
async function idOf({ store }: DeadLetterDeps, object: RawObjectCreated): Promise<string> {
  const { bucket, key } = object;
  const ownId = mailIdOfRawKey(key);
  if (ownId !== null) return ownId;
  const head = await store.head(object);
  return foreignMailId({ bucket, key }, head?.lastModified ?? new Date(0));
}
