import { openMessage } from '../../consumer/open-message.ts';
import { StoredMail } from '../../consumer/stored-mail.ts';
import type { SqsRecord } from '../../core/aws/sqs-event.ts';
import { request } from '../../core/http/request.ts';
import { SIGNATURE_HEADER, signature } from '../../core/http/signature.ts';
import type { Log } from '../../core/log/log.ts';
import { errorText, failureKind, PermanentError, TransientError } from '../../core/mail/errors.ts';
import { VERSION } from '../../core/mail/version.ts';
import type { MetricSink } from '../../core/metrics/lambda-metrics.ts';
import { causeOf, encodeDeadLetter } from '../../core/outcome/dead-letter.ts';
import { postpone } from '../../core/outcome/retry-delay.ts';
import { webhookDelaySeconds } from '../../core/outcome/webhook-delay.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Queue } from '../../core/ports/queue.ts';
import type { Webhook } from '../../core/settings/webhook.ts';
import { requestBody } from './request-body.ts';

/** A webhook with what it reads and writes. */
export interface Target {
  webhook: Webhook;
  queue: Pick<Queue, 'changeVisibility'>;
  deadLetters: Pick<Queue, 'send'>;
  /** The signing key; null when nothing is signed. */
  key(): Promise<string | null>;
}

export interface DeliverDeps {
  objects: Pick<ObjectStore, 'get'>;
  allowLoopback: boolean;
  retryBaseSeconds: number;
  log: Log;
  metrics: MetricSink;
  now: () => Date;
}

/** The answers by which a receiver says that it never wants this mail (docs/payloads.md). */
const STOP_STATUS: Record<Webhook['format'], number | null> = {
  'parsed-mail': 410,
  postmark: 403,
  sendgrid: null,
  mailgun: 406,
  ses: null,
};

/**
 * Posts the mail of one message. When another attempt can help and there is one, the message is hidden for longer each
 * time and the promise rejects; otherwise it goes to the dead-letter queue with the reason.
 */
export async function deliver(deps: DeliverDeps, target: Target, record: SqsRecord): Promise<void> {
  try {
    await postMail(deps, target, record.body);
    deps.metrics.add('posted', 1);
  } catch (error) {
    if (failureKind(error) === 'permanent' || record.receiveCount >= target.webhook.maxReceives) {
      return giveUp(deps, target, record, error);
    }
    deps.metrics.add('postRetried', 1);
    deps.log.warn('will be posted again', { ...contextOf(target, record), error: errorText(error) });
    const seconds = webhookDelaySeconds(record.receiveCount, deps.retryBaseSeconds);
    await postpone(target.queue, record.receiptHandle, seconds, deps.log);
    throw error;
  }
}

async function postMail(deps: DeliverDeps, { webhook, ...target }: Target, message: string): Promise<void> {
  const mail = await openMessage(message, deps.objects);
  const [key, now] = [await target.key(), deps.now()];
  const { contentType, bytes } = await requestBody(mail, new StoredMail(mail, deps.objects), webhook, { key, now });
  const headers = {
    'content-type': contentType,
    'user-agent': `mail-pipeline/${VERSION}`,
    // Mails are posted at least once: the same value is the same mail.
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
      // What stands in the answer says nothing that matters here.
      maxAnswerBytes: 0,
    },
  );
  if (status >= 200 && status < 300) return;
  if (status === STOP_STATUS[webhook.format]) {
    throw new PermanentError('webhook.refused', `the receiver answered ${status}: it does not want this mail`);
  }
  throw new TransientError('webhook.failed', `the receiver answered ${status}`);
}

async function giveUp(deps: DeliverDeps, target: Target, record: SqsRecord, error: unknown): Promise<void> {
  const cause = causeOf(error, record.receiveCount);
  deps.log.error('not posted', { ...contextOf(target, record), reason: cause.reason, error: cause.lastError });
  deps.metrics.add('postGivenUp', 1);
  await target.deadLetters.send(encodeDeadLetter(record.body, cause));
}

const contextOf = ({ webhook }: Target, { messageId, receiveCount }: SqsRecord) => ({
  messageId,
  receiveCount,
  route: webhook.route,
  host: new URL(webhook.url).host,
});
