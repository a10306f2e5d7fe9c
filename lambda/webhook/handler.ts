import { createS3Client, createSqsClient } from '../../core/aws/clients.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { secretReader } from '../../core/aws/secrets-manager.ts';
import { eachRecord, sqsRecords } from '../../core/aws/sqs-event.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { signingKey } from '../../core/http/signing-key.ts';
import { lambdaProgram } from '../../core/lambda/program.ts';
import { PermanentError } from '../../core/mail/errors.ts';
import { routeQueue } from '../../core/mail/routes.ts';
import { type Webhook, webhookEnvironment } from '../../core/settings/webhook.ts';
import { type DeliverDeps, deliver, type Target } from './deliver.ts';

const SERVICE = 'webhook';

const settings = webhookEnvironment.decode(process.env);
const program = lambdaProgram(SERVICE, settings.metricsNamespace, process.env);
const sqs = createSqsClient();
const readSecret = secretReader();
const now = () => new Date();
const deps: DeliverDeps = {
  store: s3ObjectStore(createS3Client()),
  contentBucket: settings.contentBucket,
  allowLoopback: settings.allowLoopback,
  retryBaseSeconds: settings.retryBaseSeconds,
  log: program.log,
  metrics: program.metrics,
  now,
};
/** By the name of the queue, which ends its URL and its ARN. */
const targets = new Map(settings.webhooks.map(targetOf));

function targetOf(webhook: Webhook): [string, Target] {
  const { parsedMailQueue } = settings;
  const url = webhook.route === null ? parsedMailQueue : routeQueue(parsedMailQueue, webhook.route);
  return [
    url.slice(url.lastIndexOf('/') + 1),
    {
      webhook,
      queue: new SqsQueue(sqs, url),
      deadLetters: new SqsQueue(sqs, `${url}-dlq`),
      key: webhook.key === null ? async () => null : signingKey(webhook.key, { service: SERVICE, readSecret, now }),
    },
  ];
}

/** Consumes the queues that have a webhook. What cannot be posted now stays there for the next receive. */
export const handler = program.handler(0, (event) =>
  eachRecord(sqsRecords(event), async (record) => {
    const target = targets.get(record.queue ?? '');
    if (target === undefined) throw new PermanentError('webhook.unknown', `the queue ${record.queue} has no webhook`);
    await deliver(deps, target, record);
  }),
);
