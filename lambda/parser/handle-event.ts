import { decodeS3Event, encodeS3Event, type RawObjectCreated } from '../../core/aws/s3-event.ts';
import { decodeSqsEvent, eachRecord, type SqsBatchResponse, type SqsRecord } from '../../core/aws/sqs-event.ts';
import { errorText, failureKind, PermanentError } from '../../core/mail/errors.ts';
import { jsonOf } from '../../core/mail/json.ts';
import { isMailKey } from '../../core/mail/keys.ts';
import { type Attempt, beginAttempt, endedSilently, keepFailedAttempt } from '../../core/outcome/attempts.ts';
import { causeOf, encodeDeadLetter } from '../../core/outcome/dead-letter.ts';
import { postpone, retryDelaySeconds } from '../../core/outcome/retry-delay.ts';
import type { Queue } from '../../core/ports/queue.ts';
import { unlessAborted } from '../../core/process/unless-aborted.ts';
import { type Budget, type ParserDeps, processMail } from './process-mail.ts';

export interface EventDeps extends ParserDeps {
  /** The queue of events. */
  events: Pick<Queue, 'changeVisibility'>;
  deadLetters: Pick<Queue, 'send'>;
  /** Maximum attempts at an event. */
  maxAttempts: number;
  retryBaseSeconds: number;
}

/** Characters of an unreadable event to keep in its dead letter. */
const EVENT_EXCERPT = 10_000;

/**
 * Seconds: with a base of 15 and 5 attempts, an outage of a store or a queue may last 20 minutes before a mail fails.
 */
const MAX_DELAY_SECONDS = 900;

/** For an event that came without a queue: Lambda retries it by itself. */
const DIRECT: Try = { number: 0, last: false };

type Try = Pick<Attempt, 'number' | 'last'>;

/**
 * An SQS event whose bodies are S3 events, or one S3 event directly. A direct event has no partial answer: it fails as
 * a whole when one of its mails must be retried.
 */
export async function handleEvent(deps: EventDeps, event: unknown, budget: Budget): Promise<SqsBatchResponse> {
  const records = decodeSqsEvent(event);
  if (records === null) {
    await handleNotification(deps, event, DIRECT, budget);
    return { batchItemFailures: [] };
  }
  return eachRecord(records, (record) => handleRecord(deps, record, budget));
}

async function handleRecord(deps: EventDeps, record: SqsRecord, budget: Budget): Promise<void> {
  const { store, contentBucket } = deps;
  const { body, messageId, receiptHandle } = record;
  const attempt = await beginAttempt(store, contentBucket, record, deps.maxAttempts);
  if (attempt.hopeless) return failPermanently(deps, body, endedSilently(attempt), attempt.number);
  try {
    await handleNotification(deps, jsonOf(body) ?? body, attempt, budget);
  } catch (error) {
    await keepFailedAttempt(deps, messageId, attempt, error);
    const seconds = retryDelaySeconds(attempt.number, deps.retryBaseSeconds, MAX_DELAY_SECONDS);
    await postpone(deps.events, receiptHandle, seconds, deps.log);
    throw error;
  }
}

async function handleNotification(deps: EventDeps, body: unknown, attempt: Try, budget: Budget): Promise<void> {
  const event = decodeS3Event(body);
  if (event === null) {
    const error = new PermanentError('event.invalid', 'not an S3 event notification');
    return failPermanently(deps, JSON.stringify(body).slice(0, EVENT_EXCERPT), error, attempt.number);
  }
  const mails = event.created.filter(({ key }) => isMailKey(key));
  const results = await Promise.allSettled([
    ...event.malformedKeys.map((key) => {
      const error = new PermanentError('event.key_malformed', `the key "${key}" is not form-encoded`);
      return failPermanently(deps, JSON.stringify({ malformedKey: key }), error, attempt.number);
    }),
    ...mails.map((mail) => handleMail(deps, mail, attempt, budget)),
  ]);
  const rejected = results.find((result) => result.status === 'rejected');
  if (rejected !== undefined) throw rejected.reason;
}

/** Rejects when a retry can help and attempts remain; otherwise the mail fails permanently. */
async function handleMail(
  deps: EventDeps,
  mail: RawObjectCreated,
  { number: attempts, last }: Try,
  budget: Budget,
): Promise<void> {
  try {
    await unlessAborted(processMail(deps, mail, budget), budget.signal);
  } catch (error) {
    if (failureKind(error) === 'permanent' || last) {
      return failPermanently(deps, encodeS3Event(mail), error, attempts);
    }
    deps.metrics.add('retried', 1);
    deps.log.warn('will be tried again', { bucket: mail.bucket, key: mail.key, attempts, error: errorText(error) });
    throw error;
  }
}

/** Only the dead-letter function records the failure, so that no mail gets two outcomes. */
async function failPermanently(deps: EventDeps, event: string, error: unknown, attempts: number): Promise<void> {
  const cause = causeOf(error, attempts);
  deps.log.error('failed permanently', { event, reason: cause.reason, attempts, error: cause.lastError });
  deps.metrics.add('givenUp', 1);
  await deps.deadLetters.send(encodeDeadLetter(event, cause));
}
