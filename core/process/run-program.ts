import { setImmediate as turn } from 'node:timers/promises';

/** Milliseconds for an interrupted program to end by itself. After that it is forced to end. */
const GRACE_MS = 800;
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** The state of Ctrl-C for a program. */
export interface Interruption {
  /** Aborts on the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Sets the last line of an interrupted program, replacing "interrupted": what remains, and how to continue. */
  say(text: () => string): void;
}

export interface Ending {
  /** First words of the last line. */
  name: string;
  /** Writes a line to standard error. */
  write(text: string): void;
  /** Reports an error to the user; returns the exit code. Not called after an interruption. */
  fail(error: unknown): number;
}

/**
 * Runs a program to its end and sets the exit code. On Ctrl-C it ends within a second with one line and 130, whatever
 * it waits for: by itself when it observes `signal`, otherwise by force. SIGTERM requests an orderly end: the exit code
 * is that of the program, or 143 by force. Further signals change nothing: a terminal sends Ctrl-C to every program of
 * its group, and npm forwards what it received.
 */
export async function runProgram(
  main: (interruption: Interruption) => Promise<number>,
  { name, write, fail }: Ending,
): Promise<void> {
  const controller = new AbortController();
  let interruptedBy: keyof typeof EXIT_CODES | null = null;
  let text = () => 'interrupted';
  const end = (code: number) => {
    write(`${name}: ${text()}\n`);
    process.exit(code);
  };
  const interrupt = (signal: keyof typeof EXIT_CODES) => {
    const first = interruptedBy === null;
    // If both arrive, it was Ctrl-C: npm may have turned one into the other.
    if (first || signal === 'SIGINT') interruptedBy = signal;
    if (!first) return;
    controller.abort();
    setTimeout(() => end(EXIT_CODES[interruptedBy ?? signal]), GRACE_MS);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);

  const interrupted = () => interruptedBy;
  const outcome = await main({
    signal: controller.signal,
    say: (what) => {
      text = what;
    },
  }).then(
    (code) => ({ code }),
    (error: unknown) => ({ error }),
  );
  await seen();
  const signal = interrupted();
  if (signal === null) process.exitCode = 'code' in outcome ? outcome.code : fail(outcome.error);
  else end(signal === 'SIGTERM' && 'code' in outcome ? outcome.code : EXIT_CODES[signal]);
}

/**
 * Resolves once this process knows of a signal that it has received. Ctrl-C also ends the children of a program, and
 * the end of a child can be noticed before the signal.
 */
export async function seen(): Promise<void> {
  await turn();
  await turn();
}
