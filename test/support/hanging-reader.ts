import { sabotaged } from './sabotage.ts';

/** What a mail says to make the reader of `HANGING_READER` hang. */
export const HANG_HERE = 'hang here';

/** Milliseconds of a mail's reading with it, the neighbours' too: a thread has to start in them on a busy machine. */
export const HANGING_DEADLINE_MS = 10_000;

/** Nothing makes the reader hang: this is a build whose reader thread does, without end, at the words of one mail. */
export const HANGING_READER = sabotaged({
  program: 'parser',
  file: 'core/reading/reader-thread.ts',
  line: 'this.#source.push(asBuffer(message.bytes));',
  broken: `
    if (asBuffer(message.bytes).includes('${HANG_HERE}')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    this.#source.push(asBuffer(message.bytes));`,
});
