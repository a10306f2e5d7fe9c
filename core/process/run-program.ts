import { setImmediate as turn } from 'node:timers/promises';

/** Milliseconds in which an interrupted program may end in order. Then it ends as it is. */
const GRACE_MS = 800;
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** What a program knows of Ctrl-C. */
export interface Interruption {
  /** Aborts on the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** What an interrupted program says last, in place of "interrupted": what is left, and how to go on. One line. */
  say(text: () => string): void;
}

export interface Ending {
  /** What the last line begins with. */
  name: string;
  /** Writes a line to standard error. */
  write(text: string): void;
  /** Tells the user of an error; returns the exit code. Not called after an interruption. */
  fail(error: unknown): number;
}

/**
 * Runs a program to its end and sets the exit code. On Ctrl-C it ends within a second with one line and 130, whatever
 * it waits for: by itself when it hears `signal`, else by force. SIGTERM asks for an orderly end: the exit code is that
 * of the program, 143 by force. More signals change nothing: a terminal sends Ctrl-C to every program of its group, and
 * npm passes on what it got.
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
    // Of both at once, it was Ctrl-C: npm may have made the other of it.
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
 * Resolves once a signal that this process has got is known to it. Ctrl-C also ends the children of a program, and that
 * one of them is gone can be noticed before the signal is.
 */
export async function seen(): Promise<void> {
  await turn();
  await turn();
}
