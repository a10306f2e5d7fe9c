import { rmSync } from 'node:fs';
import { errorText } from '../core/mail/errors.ts';

const ATTEMPTS = 30;
const PAUSE_MS = 10;

/**
 * Removes a directory. Child processes that are still ending may write to it, so it retries for 300 ms. Prints a line
 * on standard error if the directory cannot be removed.
 */
export function removeAtExit(directory: string): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      rmSync(directory, { recursive: true, force: true });
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) {
        process.stderr.write(`${directory} could not be removed: ${errorText(error)}\n`);
        return;
      }
    }
    // No timers run while a process exits, so it can only block.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  }
}
