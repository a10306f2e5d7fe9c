import { decodeEnrichment, type EnrichmentSettings, encodeEnrichment } from './enrichment-environment.ts';
import { type Environment, EnvReader } from './env.ts';
import { decodePublishing, encodePublishing, type PublishingSettings } from './publishing-environment.ts';

/** Set by Lambda itself. */
const LIBRARY_PATH = 'LD_LIBRARY_PATH';

/** What the enricher Lambda needs to know. */
export interface EnricherSettings extends PublishingSettings {
  /** URL of the queue of mails to enrich. */
  enrichQueue: string;
  /** URL of the queue that completions of asynchronous services come through. */
  resultsQueue: string;
  /** `maxReceiveCount` of both. */
  maxReceives: number;
  /** Seconds to the second attempt; each later one waits four times as long. */
  retryBaseSeconds: number;
  enrichment: EnrichmentSettings;
  /** Where Textract says that a job has ended, and the role that lets it; null without Textract. */
  textract: { topicArn: string; roleArn: string } | null;
  /** Folder whose packages Tesseract comes from; null without Tesseract. */
  tesseractFrom: string | null;
  /** Asks services at addresses of this machine: local mode only. */
  allowLoopback: boolean;
}

/** What the enricher knows beside that: Lambda tells it. */
export interface EnricherRuntimeSettings extends EnricherSettings {
  /** Where node finds its libraries; null where they are in their usual place. */
  libraryPath: string | null;
}

export function encodeEnricherEnvironment(settings: EnricherSettings): Record<string, string> {
  const { textract, tesseractFrom } = settings;
  return {
    ...encodePublishing(settings),
    ENRICH_QUEUE: settings.enrichQueue,
    RESULTS_QUEUE: settings.resultsQueue,
    MAX_RECEIVES: String(settings.maxReceives),
    RETRY_BASE_SECONDS: String(settings.retryBaseSeconds),
    ...encodeEnrichment(settings.enrichment),
    ...(textract === null ? {} : { TEXTRACT_TOPIC_ARN: textract.topicArn, TEXTRACT_ROLE_ARN: textract.roleArn }),
    ...(tesseractFrom === null ? {} : { TESSERACT_FROM: tesseractFrom }),
    ALLOW_LOOPBACK: String(settings.allowLoopback),
  };
}

/** @throws PermanentError naming the variable */
export function decodeEnricherEnvironment(env: Environment): EnricherRuntimeSettings {
  const read = new EnvReader(env);
  const topicArn = read.optionalString('TEXTRACT_TOPIC_ARN');
  return {
    ...decodePublishing(env),
    enrichQueue: read.string('ENRICH_QUEUE'),
    resultsQueue: read.string('RESULTS_QUEUE'),
    maxReceives: read.integer('MAX_RECEIVES', { min: 1, max: 1_000, default: 5 }),
    retryBaseSeconds: read.integer('RETRY_BASE_SECONDS', { min: 0, max: 900, default: 5 }),
    enrichment: decodeEnrichment(env),
    textract: topicArn === undefined ? null : { topicArn, roleArn: read.string('TEXTRACT_ROLE_ARN') },
    tesseractFrom: read.optionalString('TESSERACT_FROM') ?? null,
    allowLoopback: read.boolean('ALLOW_LOOPBACK', false),
    libraryPath: read.optionalString(LIBRARY_PATH) ?? null,
  };
}
