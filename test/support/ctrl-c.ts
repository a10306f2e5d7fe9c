import { expect } from 'vitest';
import type { OnTerminal } from './on-terminal.ts';

/**
 * Ctrl-C has to end a program within a second. It ends at the latest 800 ms after it has heard of the signal
 * (`runProgram`), and it hears of it when it has processor time: a busy machine makes both longer by the clock.
 */
const CPU_SECONDS = 1;
/** While it loads: Node.js 24 loads all of a program, half a second's work, before it hears of the signal. */
export const LOADING_CPU_SECONDS = 2;

/** Option of Node.js: the program prints "loading" once it hears of Ctrl-C, while it loads. */
export const SAY_LOADING = `--import=${new URL('say-loading.mjs', import.meta.url)}`;

/** Presses Ctrl-C, and holds the program to its end: by itself, with 130, one last line, and nothing else told. */
export async function interrupt(terminal: OnTerminal, lastLine: RegExp, cpuSeconds = CPU_SECONDS): Promise<void> {
  const before = (await terminal.rows()).length;
  terminal.type('\x03');
  const { how, rows } = await terminal.ended();
  expect({ how, lastLine: rows.at(-1) }).toEqual({ how: 'exit 130', lastLine: expect.stringMatching(lastLine) });
  expect(await terminal.cpuAfterCtrlC()).toBeLessThan(cpuSeconds);
  // The line takes the place of progress and ^C, or follows what was printed meanwhile.
  expect(rows.filter((row) => lastLine.test(row))).toHaveLength(1);
  expect(rows.slice(before, -1).filter((row) => /error|exception|\bat .*:\d+/i.test(row))).toEqual([]);
}

/** Runs `work` for each, some at the same time: what waits for an answer leaves the processor to others. */
export async function severalAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}
