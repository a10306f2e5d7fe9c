import { createInterface } from 'node:readline/promises';
import { UsageError } from '../core/terminal/arguments.ts';

/** Asks a question on a terminal; resolves with the line the user types. */
export type Ask = (question: string) => Promise<string>;

/**
 * Leaves line editing to the terminal, so that Ctrl-C stays a signal; the promise rejects with the signal's reason.
 *
 * @throws UsageError when the input ends (Ctrl-D)
 */
export const askOn =
  (input: NodeJS.ReadableStream, output: NodeJS.WritableStream, signal: AbortSignal): Ask =>
  async (question) => {
    const lines = createInterface({ input, output, terminal: false });
    try {
      const ended = new Promise<never>((_resolve, reject) => {
        lines.once('close', () => reject(new UsageError('the input ended before every question was answered')));
      });
      return await Promise.race([lines.question(question, { signal }), ended]);
    } finally {
      lines.close();
    }
  };
