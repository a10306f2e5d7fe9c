import { retryDelaySeconds } from './retry-delay.ts';

/** Seconds to the second attempt: five attempts then span an hour and a half. */
export const WEBHOOK_RETRY_BASE_SECONDS = 60;

/** Seconds; the last of ten attempts of Postmark waits as long. */
const MAX_DELAY_SECONDS = 6 * 3_600;

/** Seconds from the `receiveCount`-th attempt to post a mail, which failed, to the next. */
export const webhookDelaySeconds = (receiveCount: number, baseSeconds: number): number =>
  retryDelaySeconds(receiveCount, baseSeconds, MAX_DELAY_SECONDS);
