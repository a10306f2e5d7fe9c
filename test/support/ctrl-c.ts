import { expect } from 'vitest';
import type { OnTerminal } from './on-terminal.ts';

/**
 * Ctrl-C must end a program within a second. The program exits at most 800 ms after it sees the signal (`runProgram`),
 * and it sees the signal once it gets CPU time. A busy machine stretches both by the clock, so the limit is CPU time, twice as much of it: other work on the core makes it longer too.
 */
const CPU_SECONDS = 2;
/** During startup: Node.js 24 loads the whole program, half a second of work, before it handles the signal. */
export const LOADING_CPU_SECONDS = 4;

/** Node.js option that prints "loading" once the program handles Ctrl-C, while it is still loading. */
export const SAY_LOADING = `--import=${new URL('say-loading.mjs', import.meta.url)}`;

/** Presses Ctrl-C and checks that the program exits on its own, with code 130, one last line and no error printed. */
export async function interrupt(terminal: OnTerminal, lastLine: RegExp, cpuSeconds = CPU_SECONDS): Promise<void> {
  const before = (await terminal.rows()).length;
  terminal.type('\x03');
  const { how, rows } = await terminal.ended();
  expect({ how, lastLine: rows.at(-1) }).toEqual({ how: 'exit 130', lastLine: expect.stringMatching(lastLine) });
  expect(await terminal.cpuAfterCtrlC()).toBeLessThan(cpuSeconds);
  // The line replaces progress and ^C, or follows what was printed in the meantime.
  expect(rows.filter((row) => lastLine.test(row))).toHaveLength(1);
  expect(rows.slice(before, -1).filter((row) => /error|exception|\bat .*:\d+/i.test(row))).toEqual([]);
}

/** Runs `work` for each item, a few at a time: while one waits for an answer, the others use the processor. */
export async function severalAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}
