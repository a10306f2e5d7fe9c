/** Longest wait for another attempt, seconds. */
const MAX_DELAY_SECONDS = 900;

/**
 * How long an event stays hidden after its `receiveCount`-th attempt failed: with a base of 15 seconds and 5 attempts,
 * a store or a queue may be away for 20 minutes before a mail is given up, and a hiccup costs seconds.
 */
export function retryDelaySeconds(receiveCount: number, baseSeconds: number): number {
  return Math.min(MAX_DELAY_SECONDS, baseSeconds * 4 ** (receiveCount - 1));
}
