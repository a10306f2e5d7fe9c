import { sabotaged } from './sabotage.ts';

/** The words in a mail that make the reader of `HANGING_READER` hang. */
export const HANG_HERE = 'hang here';

/**
 * Milliseconds to read a mail with `HANGING_READER`. Applies to concurrent mails too, so a thread must be able to start
 * in that time on a busy machine.
 */
export const HANGING_DEADLINE_MS = 10_000;

/**
 * No known mail hangs the reader, so this build has a reader thread that blocks forever at the words in `HANG_HERE`.
 */
export const HANGING_READER = sabotaged({
  program: 'parser',
  file: 'core/reading/reader-thread.ts',
  line: 'this.#source.push(asBuffer(message.bytes));',
  broken: `
    if (asBuffer(message.bytes).includes('${HANG_HERE}')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    this.#source.push(asBuffer(message.bytes));`,
});
