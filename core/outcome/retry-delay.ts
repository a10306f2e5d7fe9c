/**
 * Seconds that a message stays hidden after its `receiveCount`-th attempt failed: four times as long each time, up to
 * `maxSeconds`. A hiccup costs little, and an outage does not use the attempts up.
 */
export function retryDelaySeconds(receiveCount: number, baseSeconds: number, maxSeconds: number): number {
  return Math.min(maxSeconds, baseSeconds * 4 ** (receiveCount - 1));
}
