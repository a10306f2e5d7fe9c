import { openMessage } from '../../consumer/open-message.ts';
import { StoredMail } from '../../consumer/stored-mail.ts';
import type { SqsRecord } from '../../core/aws/sqs-event.ts';
import { request } from '../../core/http/request.ts';
import { SIGNATURE_HEADER, signature } from '../../core/http/signature.ts';
import type { Log } from '../../core/log/log.ts';
import { errorText, failureKind, PermanentError, TransientError } from '../../core/mail/errors.ts';
import { VERSION } from '../../core/mail/version.ts';
import type { MetricSink } from '../../core/metrics/lambda-metrics.ts';
import { type Attempt, beginAttempt, endedSilently, keepFailedAttempt } from '../../core/outcome/attempts.ts';
import { causeOf, encodeDeadLetter } from '../../core/outcome/dead-letter.ts';
import { postpone } from '../../core/outcome/retry-delay.ts';
import { webhookDelaySeconds } from '../../core/outcome/webhook-delay.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Queue } from '../../core/ports/queue.ts';
import type { Webhook } from '../../core/settings/webhook.ts';
import { requestBody } from './request-body.ts';

/** A webhook with its queues and its key. */
export interface Target {
  webhook: Webhook;
  queue: Pick<Queue, 'changeVisibility'>;
  deadLetters: Pick<Queue, 'send'>;
  /** The signing key; null for unsigned requests. */
  key(): Promise<string | null>;
}

export interface DeliverDeps {
  store: Pick<ObjectStore, 'get' | 'put'>;
  contentBucket: string;
  allowLoopback: boolean;
  retryBaseSeconds: number;
  log: Log;
  metrics: MetricSink;
  now: () => Date;
}

/** The status by which a receiver refuses a mail permanently (docs/webhooks.md). */
const STOP_STATUS: Record<Webhook['format'], number | null> = {
  'parsed-mail': 410,
  postmark: 403,
  sendgrid: null,
  mailgun: 406,
  ses: null,
};

/**
 * Posts the mail of one message and counts the attempts: the receive count of SQS also includes deliveries that
 * Lambda throttled. While a retry can help and attempts remain, the message is hidden with exponential backoff and the
 * promise rejects; otherwise the message goes to the dead-letter queue with the reason.
 */
export async function deliver(deps: DeliverDeps, target: Target, record: SqsRecord): Promise<void> {
  const { store, contentBucket, log, metrics } = deps;
  const attempt = await beginAttempt(store, contentBucket, record, target.webhook.maxAttempts);
  if (attempt.hopeless) return failPermanently(deps, target, record, attempt, endedSilently(attempt));
  try {
    await postMail(deps, target, record.body);
    metrics.add('posted', 1);
  } catch (error) {
    if (failureKind(error) === 'permanent' || attempt.last)
      return failPermanently(deps, target, record, attempt, error);
    metrics.add('postRetried', 1);
    log.warn('will be posted again', { ...contextOf(target, record, attempt), error: errorText(error) });
    await keepFailedAttempt(deps, record.messageId, attempt, error);
    const seconds = webhookDelaySeconds(attempt.number, deps.retryBaseSeconds);
    await postpone(target.queue, record.receiptHandle, seconds, log);
    throw error;
  }
}

async function postMail(deps: DeliverDeps, { webhook, ...target }: Target, message: string): Promise<void> {
  const mail = await openMessage(message, deps.store);
  const [key, now] = [await target.key(), deps.now()];
  const { contentType, bytes } = await requestBody(mail, new StoredMail(mail, deps.store), webhook, { key, now });
  const headers = {
    'content-type': contentType,
    'user-agent': `mail-pipeline/${VERSION}`,
    // Mails are posted at least once: the same value means the same mail.
    'mail-pipeline-delivery': [mail.dedupKey, mail.revision, ...(webhook.route === null ? [] : [webhook.route])].join(
      '/',
    ),
    ...(key === null ? {} : { [SIGNATURE_HEADER]: signature(key, bytes, now) }),
  };
  const { status } = await request(
    { method: 'POST', url: webhook.url, headers, body: bytes },
    {
      service: 'webhook',
      deadlineMs: webhook.deadlineMs,
      allowLoopback: deps.allowLoopback,
      // The body of the answer does not matter.
      maxAnswerBytes: 0,
    },
  );
  if (status >= 200 && status < 300) return;
  if (status === STOP_STATUS[webhook.format]) {
    throw new PermanentError('webhook.refused', `the receiver answered ${status}: it refuses this mail permanently`);
  }
  throw new TransientError('webhook.failed', `the receiver answered ${status}`);
}

async function failPermanently(
  deps: DeliverDeps,
  target: Target,
  record: SqsRecord,
  attempt: Attempt,
  error: unknown,
): Promise<void> {
  const cause = causeOf(error, attempt.number);
  deps.log.error('not posted', { ...contextOf(target, record, attempt), reason: cause.reason, error: cause.lastError });
  deps.metrics.add('postGivenUp', 1);
  await target.deadLetters.send(encodeDeadLetter(record.body, cause));
}

const contextOf = ({ webhook }: Target, { messageId }: SqsRecord, { number: attempts }: Attempt) => ({
  messageId,
  attempts,
  route: webhook.route,
  host: new URL(webhook.url).host,
});
