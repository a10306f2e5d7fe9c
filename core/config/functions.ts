import { SQS_MAX_RECEIVES } from '../mail/limits.ts';

/** What is fixed about the functions: nobody has asked for a setting yet. */

/** Attempts at an event, counted by the parser, and at a message of the enricher, counted by that. */
export const MAX_ATTEMPTS = 5;

/**
 * `maxReceiveCount` of the queues whose functions count attempts themselves: the most that SQS takes. SQS also counts a
 * delivery that Lambda throttled, and a lack of concurrency is no property of a mail.
 */
export const WORK_MAX_RECEIVES = SQS_MAX_RECEIVES;

/** Of the enricher function: pages of PDFs and archives are opened in it. */
export const ENRICHER_MEMORY_MB = 2048;
export const ENRICHER_TIMEOUT_SECONDS = 120;

/** Timeout of the webhook function, seconds: the longest deadline, and time to fetch what a message leaves out. */
export const WEBHOOK_TIMEOUT_SECONDS = 90;

/** Seconds to the second attempt. */
export const RETRY_BASE_SECONDS = {
  /** Five attempts then span 20 minutes: an outage of the store or the queue. */
  parser: 15,
  /** Five attempts then span seven minutes: by then the mail's deadline has come. */
  enricher: 5,
} as const;

/** Of any deployment; 14 days is what the promise covers and what the queues keep. */
export const RECONCILER = {
  minAgeMinutes: 15,
  maxAgeHours: 14 * 24,
  maxRequeued: 5_000,
  requeuedPerSecond: 50,
} as const;
