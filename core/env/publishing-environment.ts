import { QUEUE_MESSAGE_DEFAULT_BYTES, SQS_MESSAGE_MAX_BYTES } from '../mail/limits.ts';
import { type Oversize, QUEUE_MESSAGE_MIN_BYTES } from '../mail/queue-message.ts';
import { type Environment, EnvReader } from './env.ts';
import { decodeRouting, encodeRouting, type RoutingSettings } from './routing-environment.ts';

/** What every Lambda that sends mails needs to know; the dead-letter Lambda needs nothing else. */
export interface PublishingSettings {
  contentBucket: string;
  /** URL of the parsed-mail queue. */
  destinationQueue: string;
  /** Longest message put on the queue, in bytes. */
  queueMessageLimitBytes: number;
  /** What a mail longer than that becomes. */
  oversize: Oversize;
  routing: RoutingSettings;
  /** Name of the EventBridge bus that is told of every mail; null for none. */
  eventBus: string | null;
  /** CloudWatch namespace of the metrics. */
  metricsNamespace: string;
}

export function encodePublishing(settings: PublishingSettings): Record<string, string> {
  return {
    CONTENT_BUCKET: settings.contentBucket,
    DESTINATION_QUEUE: settings.destinationQueue,
    QUEUE_MESSAGE_LIMIT_BYTES: String(settings.queueMessageLimitBytes),
    QUEUE_MESSAGE_OVERSIZE: settings.oversize,
    ...encodeRouting(settings.routing),
    EVENT_BUS: settings.eventBus ?? '',
    METRICS_NAMESPACE: settings.metricsNamespace,
  };
}

/** @throws PermanentError naming the variable */
export function decodePublishing(env: Environment): PublishingSettings {
  const read = new EnvReader(env);
  return {
    contentBucket: read.string('CONTENT_BUCKET'),
    destinationQueue: read.string('DESTINATION_QUEUE'),
    queueMessageLimitBytes: read.integer('QUEUE_MESSAGE_LIMIT_BYTES', {
      min: QUEUE_MESSAGE_MIN_BYTES,
      max: SQS_MESSAGE_MAX_BYTES,
      default: QUEUE_MESSAGE_DEFAULT_BYTES,
    }),
    oversize: read.choice('QUEUE_MESSAGE_OVERSIZE', ['omit', 'claim-check'], 'omit'),
    routing: decodeRouting(env),
    eventBus: read.optionalString('EVENT_BUS') ?? null,
    metricsNamespace: read.string('METRICS_NAMESPACE'),
  };
}
