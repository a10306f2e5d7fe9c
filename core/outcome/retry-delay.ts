import type { Log } from '../log/log.ts';
import { errorText } from '../mail/errors.ts';
import type { Queue } from '../ports/queue.ts';

/**
 * Exponential backoff: seconds that a message stays hidden after its `receiveCount`-th attempt failed, four times as
 * long each time, up to `maxSeconds`. A brief fault costs little, and an outage does not use up the attempts.
 */
export function retryDelaySeconds(receiveCount: number, baseSeconds: number, maxSeconds: number): number {
  return Math.min(maxSeconds, baseSeconds * 4 ** (receiveCount - 1));
}

/** Hides a message for `seconds`. If that fails, SQS delivers it again after the queue's own visibility timeout. */
export async function postpone(
  queue: Pick<Queue, 'changeVisibility'>,
  receiptHandle: string,
  seconds: number,
  log: Log,
): Promise<void> {
  await queue.changeVisibility(receiptHandle, seconds).catch((error: unknown) => {
    log.warn('a message could not be postponed', { error: errorText(error) });
  });
}
