import { type Environment, EnvReader } from './env.ts';

/** What the reconciler Lambda needs to know. */
export interface ReconcilerSettings {
  rawBucket: string;
  contentBucket: string;
  /** URL of the queue that raw mails without an outcome are put on again. */
  eventQueue: string;
  /** Age from which a raw mail without an outcome counts as lost, minutes. Younger ones are still on their way. */
  minAgeMinutes: number;
  /** Age up to which raw mails are looked at, hours. */
  maxAgeHours: number;
  /** Mails that one pass puts on the queue, at most, those that wait there already taken off. */
  maxRequeued: number;
  /** Mails put on the queue in one second, at most. */
  requeuedPerSecond: number;
  /** CloudWatch namespace of the metrics. */
  metricsNamespace: string;
}

/** For any deployment; 14 days is what the promise covers and what the queues keep. */
export const RECONCILER_DEFAULTS = {
  minAgeMinutes: 15,
  maxAgeHours: 14 * 24,
  maxRequeued: 5_000,
  requeuedPerSecond: 50,
} as const;

export function encodeReconcilerEnvironment(settings: ReconcilerSettings): Record<string, string> {
  return {
    RAW_BUCKET: settings.rawBucket,
    CONTENT_BUCKET: settings.contentBucket,
    EVENT_QUEUE: settings.eventQueue,
    MIN_AGE_MINUTES: String(settings.minAgeMinutes),
    MAX_AGE_HOURS: String(settings.maxAgeHours),
    MAX_REQUEUED: String(settings.maxRequeued),
    REQUEUED_PER_SECOND: String(settings.requeuedPerSecond),
    METRICS_NAMESPACE: settings.metricsNamespace,
  };
}

/** @throws PermanentError naming the variable */
export function decodeReconcilerEnvironment(env: Environment): ReconcilerSettings {
  const read = new EnvReader(env);
  const defaults = RECONCILER_DEFAULTS;
  return {
    rawBucket: read.string('RAW_BUCKET'),
    contentBucket: read.string('CONTENT_BUCKET'),
    eventQueue: read.string('EVENT_QUEUE'),
    minAgeMinutes: read.integer('MIN_AGE_MINUTES', { min: 0, max: 1_440, default: defaults.minAgeMinutes }),
    maxAgeHours: read.integer('MAX_AGE_HOURS', { min: 1, max: 24 * 365, default: defaults.maxAgeHours }),
    maxRequeued: read.integer('MAX_REQUEUED', { min: 1, max: 1_000_000, default: defaults.maxRequeued }),
    requeuedPerSecond: read.integer('REQUEUED_PER_SECOND', {
      min: 1,
      max: 10_000,
      default: defaults.requeuedPerSecond,
    }),
    metricsNamespace: read.string('METRICS_NAMESPACE'),
  };
}
