import { rmSync } from 'node:fs';
import { errorText } from '../core/mail/errors.ts';

const ATTEMPTS = 30;
const PAUSE_MS = 10;

/**
 * Removes a directory. Processes that end with this one may still write to it: for 300 ms what they add is removed too.
 * When it cannot be removed, a line on standard error says so.
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
    // Nothing else runs while a process exits, so that it can only wait like this.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  }
}
