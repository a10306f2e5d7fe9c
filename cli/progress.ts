import { SingleBar } from 'cli-progress';

/** Tells a person how far a long command is. */
export interface Progress {
  /** So many more are done. */
  add(count: number): void;
  stop(): void;
}

/** On a terminal only: a line in a log file would be noise. */
export function createProgress(stream: NodeJS.WriteStream, what: string): Progress {
  if (!stream.isTTY) return { add: () => {}, stop: () => {} };
  const started = performance.now();
  const bar = new SingleBar({
    stream,
    hideCursor: true,
    clearOnComplete: true,
    fps: 5,
    // How many there are is known only at the end of a listing, so there is no share to show.
    format: (_options, { value }) => {
      const seconds = Math.max((performance.now() - started) / 1000, 0.001);
      return `${what} ${value.toLocaleString('en')} mails, ${Math.round(value / seconds).toLocaleString('en')}/s`;
    },
  });
  bar.start(Number.MAX_SAFE_INTEGER, 0);
  return { add: (count) => bar.increment(count), stop: () => bar.stop() };
}
