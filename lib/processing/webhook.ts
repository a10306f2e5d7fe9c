import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { WEBHOOK_MAX_CONCURRENCY } from '../../core/config/concurrency.ts';
import { WEBHOOK_TIMEOUT_SECONDS } from '../../core/config/functions.ts';
import { webhookSettings } from '../../core/config/to-settings.ts';
import { ATTACHMENT_PREFIX, ATTEMPTS_PREFIX, PARSED_PREFIX } from '../../core/mail/keys.ts';
import { metricsNamespace } from '../../core/metrics/names.ts';
import { type Webhook, webhookEnvironment } from '../../core/settings/webhook.ts';
import { type QueueName, routeQueueName } from '../names.ts';
import {
  consume,
  listBuckets,
  postpone,
  putObjects,
  readObjects,
  readSecrets,
  readVersions,
  send,
  useKeys,
} from './grants.ts';
import { PipelineFunction, type PipelineParts } from './pipeline-function.ts';

/** Room for a body of 64 MiB and its source. */
const MEMORY_MB = 1024;

/** Posts the mails of queues with a webhook; null if there is no webhook. */
export function webhookFunction(scope: Construct, { config, names, storage }: PipelineParts): LambdaFunction | null {
  const settings = webhookSettings(config, 'aws', {
    parsedMailQueue: storage.parsedMail.queue.queueUrl,
    contentBucket: storage.content.bucketName,
    metricsNamespace: metricsNamespace(names.stage),
  });
  if (settings === null) return null;
  const { webhooks } = settings;
  const queueOf = ({ route }: Webhook): QueueName => (route === null ? 'parsed-mail' : routeQueueName(route));
  const queues = webhooks.map(queueOf);
  const queueArns = queues.map((name) => names.queueArn(name));
  const secrets = webhooks.flatMap(({ key }) => (key?.kind === 'secret' ? [key.secretId] : []));
  const content = names.bucketArn('content');
  const construct = new PipelineFunction(scope, 'Webhook', {
    config,
    names,
    program: 'webhook',
    description: 'Posts parsed mails to the configured webhooks',
    memoryMb: MEMORY_MB,
    timeout: Duration.seconds(WEBHOOK_TIMEOUT_SECONDS),
    environment: webhookEnvironment.encode(settings),
    grants: [
      consume('ReadMails', ...queueArns),
      readObjects('ReadContent', content, [ATTACHMENT_PREFIX, ATTEMPTS_PREFIX, PARSED_PREFIX]),
      putObjects('CountAttempts', content, [ATTEMPTS_PREFIX]),
      // Only the SES notification format contains the bytes of the mail.
      ...(webhooks.some(({ format }) => format === 'ses')
        ? [readVersions('ReadRaw', names.bucketArn('raw'), [''])]
        : []),
      listBuckets('TellMissing', [names.bucketArn('raw'), content]),
      postpone('RetryMails', ...queueArns),
      send('GiveUp', ...queues.map((name) => names.deadLetterQueueArn(name))),
      ...(secrets.length === 0 ? [] : [readSecrets('ReadSigningKeys', [...new Set(secrets)])]),
      ...useKeys(storage.keys),
    ],
  });
  for (const webhook of webhooks) {
    const id = webhook.route === null ? 'Mails' : `Mails-${webhook.route}`;
    // By name, because a reference would prevent the removal of the queue together with its route or webhook.
    // A batch of one, because each mail may use the whole deadline.
    const limits = { batchSize: 1, maxConcurrency: WEBHOOK_MAX_CONCURRENCY };
    const mapping = construct.readFrom(id, names.queueArn(queueOf(webhook)), limits);
    mapping.node.addDependency(storage.queueOf(webhook.route).queue);
  }
  return construct.fn;
}
