import { ENRICHER_TIMEOUT_SECONDS, WORK_MAX_RECEIVES } from '../core/config/functions.ts';
import { maxReceivesOf, type PublishedQueue, publishedQueues } from '../core/config/published-queues.ts';
import type { PipelineConfig } from '../core/config/schema.ts';
import { routeQueue } from '../core/mail/routes.ts';
import { LOCAL_NAMES } from '../core/settings/cli.ts';

/** The names that local mode has, the same each time: consumers are configured with them. */
export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';
export const RAW_BUCKET = LOCAL_NAMES.rawBucket;
export const CONTENT_BUCKET = LOCAL_NAMES.contentBucket;
export const RAW_QUEUE = LOCAL_NAMES.rawQueue;
/** What the name of a dead-letter queue ends in. */
export const DEAD_LETTERS = '-dlq';
export const ENRICH_QUEUE = 'enrich';
export const RESULTS_QUEUE = 'enrich-results';
export const PARSED_QUEUE = LOCAL_NAMES.queue;

/** As long as SQS keeps a message (AWS quota). */
const RETENTION_SECONDS = 1_209_600;

export interface QueueDefinition {
  name: string;
  /** As in SetQueueAttributes. */
  attributes: Record<string, string>;
}

/** Every queue behind its dead-letter queue. */
export function queues(config: PipelineConfig): QueueDefinition[] {
  // AWS advises six times the function's timeout because throttled invocations wait; nothing throttles here, and the
  // mail of a function that was killed should not be hidden for minutes.
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

/** What any AWS SDK needs to reach the local S3 and SQS; they take whatever credentials there are. */
export function awsEnvironment(awsUrl: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: awsUrl,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}
