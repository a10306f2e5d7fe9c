import { ENRICHER_TIMEOUT_SECONDS, WORK_MAX_RECEIVES } from '../core/config/functions.ts';
import { maxReceivesOf, type PublishedQueue, publishedQueues } from '../core/config/published-queues.ts';
import type { PipelineConfig } from '../core/config/schema.ts';
import { routeQueue } from '../core/mail/routes.ts';
import { LOCAL_NAMES } from '../core/settings/cli.ts';

/** Names in local mode. They are fixed, because consumers are configured with them. */
export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';
export const RAW_BUCKET = LOCAL_NAMES.rawBucket;
export const CONTENT_BUCKET = LOCAL_NAMES.contentBucket;
export const RAW_QUEUE = LOCAL_NAMES.rawQueue;
/** Suffix of dead-letter queue names. */
export const DEAD_LETTERS = '-dlq';
export const ENRICH_QUEUE = 'enrich';
export const RESULTS_QUEUE = 'enrich-results';
export const PARSED_QUEUE = LOCAL_NAMES.queue;

/** The maximum retention of SQS (AWS quota). */
const RETENTION_SECONDS = 1_209_600;

export interface QueueDefinition {
  name: string;
  /** Attributes as in SetQueueAttributes. */
  attributes: Record<string, string>;
}

/** Every queue, each after its dead-letter queue. */
export function queues(config: PipelineConfig): QueueDefinition[] {
  // AWS recommends six times the function's timeout because throttled invocations wait. Nothing throttles here, and the
  // mail of a killed function should not stay hidden for minutes.
  const functionSeconds = config.parser.timeoutSeconds + 5;
  const enricherSeconds = ENRICHER_TIMEOUT_SECONDS + 5;
  return [
    ...withDeadLetters(RAW_QUEUE, functionSeconds, RETENTION_SECONDS, WORK_MAX_RECEIVES),
    ...withDeadLetters(ENRICH_QUEUE, enricherSeconds, RETENTION_SECONDS, WORK_MAX_RECEIVES),
    ...withDeadLetters(RESULTS_QUEUE, enricherSeconds, RETENTION_SECONDS, WORK_MAX_RECEIVES),
    ...publishedQueues(config).flatMap(consumed),
  ];
}

function consumed({ route, queue, webhook }: PublishedQueue): QueueDefinition[] {
  const name = route === null ? PARSED_QUEUE : routeQueue(PARSED_QUEUE, route);
  const { visibilityTimeoutSeconds, retentionSeconds } = queue;
  return withDeadLetters(name, visibilityTimeoutSeconds, retentionSeconds, maxReceivesOf(queue, webhook));
}

function withDeadLetters(
  name: string,
  visibilitySeconds: number,
  retentionSeconds: number,
  maxReceiveCount: number,
): QueueDefinition[] {
  const deadLetterTargetArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}${DEAD_LETTERS}`;
  return [
    { name: name + DEAD_LETTERS, attributes: { MessageRetentionPeriod: String(RETENTION_SECONDS) } },
    {
      name,
      attributes: {
        VisibilityTimeout: String(visibilitySeconds),
        MessageRetentionPeriod: String(retentionSeconds),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
      },
    },
  ];
}

/** Environment for any AWS SDK to reach the local S3 and SQS, which accept any credentials. */
export function awsEnvironment(awsUrl: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: awsUrl,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}
