import { QUEUE_MESSAGE_DEFAULT_BYTES, SQS_MESSAGE_MAX_BYTES } from '../mail/limits.ts';
import { type Oversize, QUEUE_MESSAGE_MIN_BYTES } from '../mail/queue-message.ts';
import { decodeEnrichment, type EnrichmentSettings, encodeEnrichment } from './enrichment-environment.ts';
import { type Environment, EnvReader } from './env.ts';
import { decodeRouting, encodeRouting, type RoutingSettings } from './routing-environment.ts';

/** Set by Lambda itself. */
const LIBRARY_PATH = 'LD_LIBRARY_PATH';

/** What the enricher Lambda needs to know. */
export interface EnricherSettings {
  contentBucket: string;
  /** URL of the parsed-mail queue. */
  destinationQueue: string;
  /** URL of the queue of mails to enrich. */
  enrichQueue: string;
  /** URL of the queue that completions of asynchronous services come through. */
  resultsQueue: string;
  /** `maxReceiveCount` of both. */
  maxReceives: number;
  /** Seconds to the second attempt; each later one waits four times as long. */
  retryBaseSeconds: number;
  /** Longest message put on the parsed-mail queue, in bytes. */
  queueMessageLimitBytes: number;
  /** What a mail longer than that becomes. */
  oversize: Oversize;
  routing: RoutingSettings;
  /** Name of the EventBridge bus that is told of every mail; null for none. */
  eventBus: string | null;
  enrichment: EnrichmentSettings;
  /** Where Textract says that a job has ended, and the role that lets it; null without Textract. */
  textract: { topicArn: string; roleArn: string } | null;
  /** Folder whose packages Tesseract comes from; null without Tesseract. */
  tesseractFrom: string | null;
  /** Asks services at addresses of this machine: local mode only. */
  allowLoopback: boolean;
  /** CloudWatch namespace of the metrics. */
  metricsNamespace: string;
}

/** What the enricher knows beside that: Lambda tells it. */
export interface EnricherRuntimeSettings extends EnricherSettings {
  /** Where node finds its libraries; null where they are in their usual place. */
  libraryPath: string | null;
}

export function encodeEnricherEnvironment(settings: EnricherSettings): Record<string, string> {
  const { textract, tesseractFrom } = settings;
  return {
    CONTENT_BUCKET: settings.contentBucket,
    DESTINATION_QUEUE: settings.destinationQueue,
    ENRICH_QUEUE: settings.enrichQueue,
    RESULTS_QUEUE: settings.resultsQueue,
    MAX_RECEIVES: String(settings.maxReceives),
    RETRY_BASE_SECONDS: String(settings.retryBaseSeconds),
    QUEUE_MESSAGE_LIMIT_BYTES: String(settings.queueMessageLimitBytes),
    QUEUE_MESSAGE_OVERSIZE: settings.oversize,
    ...encodeRouting(settings.routing),
    EVENT_BUS: settings.eventBus ?? '',
    ...encodeEnrichment(settings.enrichment),
    ...(textract === null ? {} : { TEXTRACT_TOPIC_ARN: textract.topicArn, TEXTRACT_ROLE_ARN: textract.roleArn }),
    ...(tesseractFrom === null ? {} : { TESSERACT_FROM: tesseractFrom }),
    ALLOW_LOOPBACK: String(settings.allowLoopback),
    METRICS_NAMESPACE: settings.metricsNamespace,
  };
}

/** @throws PermanentError naming the variable */
export function decodeEnricherEnvironment(env: Environment): EnricherRuntimeSettings {
  const read = new EnvReader(env);
  const topicArn = read.optionalString('TEXTRACT_TOPIC_ARN');
  return {
    contentBucket: read.string('CONTENT_BUCKET'),
    destinationQueue: read.string('DESTINATION_QUEUE'),
    enrichQueue: read.string('ENRICH_QUEUE'),
    resultsQueue: read.string('RESULTS_QUEUE'),
    maxReceives: read.integer('MAX_RECEIVES', { min: 1, max: 1_000, default: 5 }),
    retryBaseSeconds: read.integer('RETRY_BASE_SECONDS', { min: 0, max: 900, default: 5 }),
    queueMessageLimitBytes: read.integer('QUEUE_MESSAGE_LIMIT_BYTES', {
      min: QUEUE_MESSAGE_MIN_BYTES,
      max: SQS_MESSAGE_MAX_BYTES,
      default: QUEUE_MESSAGE_DEFAULT_BYTES,
    }),
    oversize: read.choice('QUEUE_MESSAGE_OVERSIZE', ['omit', 'claim-check'], 'omit'),
    routing: decodeRouting(env),
    eventBus: read.optionalString('EVENT_BUS') ?? null,
    enrichment: decodeEnrichment(env),
    textract: topicArn === undefined ? null : { topicArn, roleArn: read.string('TEXTRACT_ROLE_ARN') },
    tesseractFrom: read.optionalString('TESSERACT_FROM') ?? null,
    allowLoopback: read.boolean('ALLOW_LOOPBACK', false),
    metricsNamespace: read.string('METRICS_NAMESPACE'),
    libraryPath: read.optionalString(LIBRARY_PATH) ?? null,
  };
}
