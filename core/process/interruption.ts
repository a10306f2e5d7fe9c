/**
 * Milliseconds in which a second signal is the first one again: a terminal sends Ctrl-C to every program of its group,
 * and npm passes on what it got.
 */
const SAME_SIGNAL_MS = 1_000;

/** Calls `stop` on the first SIGINT or SIGTERM. A later one ends the process at once. */
export function onInterruption(stop: () => void): void {
  let stoppedAt: number | null = null;
  const onSignal = () => {
    if (stoppedAt === null) {
      stoppedAt = performance.now();
      stop();
    } else if (performance.now() - stoppedAt > SAME_SIGNAL_MS) {
      process.exit(1);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
