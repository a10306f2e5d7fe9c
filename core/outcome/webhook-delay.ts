import { retryDelaySeconds } from './retry-delay.ts';

/** Delay before the second attempt, seconds: five attempts then span an hour and a half. */
export const WEBHOOK_RETRY_BASE_SECONDS = 60;

/** Maximum delay, seconds, the same as before the last of Postmark's ten attempts. */
const MAX_DELAY_SECONDS = 6 * 3_600;

/** Seconds between the failed `receiveCount`-th attempt to post a mail and the next. */
export const webhookDelaySeconds = (receiveCount: number, baseSeconds: number): number =>
  retryDelaySeconds(receiveCount, baseSeconds, MAX_DELAY_SECONDS);
