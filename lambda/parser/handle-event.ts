import { decodeS3Event, type RawObjectCreated } from '../../core/aws/s3-event.ts';
import { decodeSqsEvent, eachRecord, type SqsBatchResponse } from '../../core/aws/sqs-event.ts';
import { errorText, failureKind, PermanentError, PipelineError } from '../../core/mail/errors.ts';
import { mailIdOfForeignObject } from '../../core/mail/id.ts';
import { isEnvelopeKey, mailIdOfRawKey } from '../../core/mail/keys.ts';
import { type FailedMail, recordFailure } from '../../core/outcome/failures.ts';
import { type Budget, type ParserDeps, processMail } from './process-mail.ts';

/** Characters of an unreadable event that its failure keeps. */
const EVENT_EXCERPT = 1_000;

/** One notification, however it came. */
interface Notification {
  body: unknown;
  text: string;
  receiveCount: number;
  /** Tells it from every other one; a repeated delivery has the same. */
  identity: { name: string; time: Date };
}

/**
 * An SQS event whose bodies are S3 events, or one S3 event directly. A direct event has no partial answer: it fails
 * as a whole when one of its mails has to be tried again.
 */
export async function handleEvent(deps: ParserDeps, event: unknown, budget: Budget): Promise<SqsBatchResponse> {
  const records = decodeSqsEvent(event);
  if (records !== null) {
    return eachRecord(records, ({ body, receiveCount, messageId, sentAt }) => {
      const identity = { name: messageId, time: sentAt };
      return handleNotification(deps, { body: jsonOf(body), text: body, receiveCount, identity }, budget);
    });
  }
  const text = JSON.stringify(event);
  const identity = { name: text, time: new Date(0) };
  await handleNotification(deps, { body: event, text, receiveCount: 1, identity }, budget);
  return { batchItemFailures: [] };
}

async function handleNotification(deps: ParserDeps, notification: Notification, budget: Budget): Promise<void> {
  const { text, receiveCount, identity } = notification;
  const event = decodeS3Event(notification.body);
  const unreadable = (name: string, error: PermanentError) =>
    fail(deps, error, {
      id: mailIdOfForeignObject(name, identity.time),
      receiveCount,
      raw: null,
      event: text.slice(0, EVENT_EXCERPT),
    });
  if (event === null) {
    return unreadable(identity.name, new PermanentError('event.invalid', 'this is no S3 event notification'));
  }
  for (const key of event.malformedKeys) {
    const error = new PermanentError('event.key_malformed', `the key "${key}" is not form-encoded`);
    await unreadable(`${identity.name} ${key}`, error);
  }
  const mails = event.created.filter(({ key }) => !isEnvelopeKey(key));
  const results = await Promise.allSettled(mails.map((mail) => handleMail(deps, mail, receiveCount, budget)));
  const rejected = results.find((result) => result.status === 'rejected');
  if (rejected !== undefined) throw rejected.reason;
}

/** Rejects when another attempt can help; records the failure when none can. */
async function handleMail(
  deps: ParserDeps,
  mail: RawObjectCreated,
  receiveCount: number,
  budget: Budget,
): Promise<void> {
  try {
    await unlessAborted(processMail(deps, mail, budget), budget.signal);
  } catch (error) {
    const { bucket, key, versionId } = mail;
    if (failureKind(error) === 'transient') {
      deps.metrics.failed('transient');
      deps.log.warn('will be tried again', { bucket, key, receiveCount, error: errorText(error) });
      throw error;
    }
    const id = mailIdOfRawKey(key) ?? mailIdOfForeignObject(`${bucket}/${key}/${versionId ?? ''}`, new Date(0));
    await fail(deps, error, { id, receiveCount, raw: { bucket, key, versionId }, event: null });
  }
}

type Failed = Pick<FailedMail, 'id' | 'receiveCount' | 'raw' | 'event'>;

async function fail(deps: ParserDeps, error: unknown, failed: Failed): Promise<void> {
  const reason = error instanceof PipelineError ? error.code : 'unknown';
  const lastError = errorText(error);
  deps.metrics.failed('permanent');
  deps.log.error('failed', { mailId: failed.id, reason, raw: failed.raw, error: lastError });
  const at = new Date(deps.now()).toISOString();
  await recordFailure(deps.store, deps.contentBucket, { ...failed, reason, lastError, at });
}

/** The answer to Lambda must be out before the function is ended, even if something hangs. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
