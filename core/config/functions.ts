import { SQS_MAX_RECEIVES } from '../mail/limits.ts';

/** Properties of the functions that have no setting. */

/** Maximum attempts at an event, which the parser counts, and at an enricher message, which the enricher counts. */
export const MAX_ATTEMPTS = 5;

/**
 * `maxReceiveCount` of the queues whose functions count attempts themselves: the maximum of SQS. SQS also counts
 * deliveries that Lambda throttled, and throttling says nothing about the mail.
 */
export const WORK_MAX_RECEIVES = SQS_MAX_RECEIVES;

/** Memory of the enricher function, MB: it renders pages of PDFs and opens archives. */
export const ENRICHER_MEMORY_MB = 2048;
export const ENRICHER_TIMEOUT_SECONDS = 120;

/** Timeout of the webhook function, seconds: the longest deadline, plus time to fetch what a message omits. */
export const WEBHOOK_TIMEOUT_SECONDS = 90;

/** Delay before the second attempt, seconds. */
export const RETRY_BASE_SECONDS = {
  /** Five attempts span 20 minutes, which bridges an outage of the store or the queue. */
  parser: 15,
  /** Five attempts span seven minutes; by then the deadline of the mail has passed. */
  enricher: 5,
} as const;

/** The same in every deployment. The delivery guarantee covers 14 days, which is also the retention of the queues. */
export const RECONCILER = {
  minAgeMinutes: 15,
  maxAgeHours: 14 * 24,
  /**
   * Covers an edge whose clock is a day slow, plus two hours. Listing 14 days every 15 minutes would cost $15 a month at
   * a million mails.
   */
  recentHours: 26,
  maxRequeued: 5_000,
  requeuedPerSecond: 50,
} as const;
