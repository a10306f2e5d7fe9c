import { errorText } from '../core/mail/errors.ts';
import { type Interruption, runProgram } from '../core/process/run-program.ts';
import { UsageError } from '../core/terminal/arguments.ts';
import { ERASE_LINE } from '../core/terminal/output.ts';

/**
 * Runs a program started by npm. Exit codes: 0 done, 1 failed, 2 invalid command line, 130 interrupted; an error is one
 * line.
 */
export function runLocalProgram(name: string, main: (interruption: Interruption) => Promise<number>): Promise<void> {
  return runProgram(main, {
    name,
    // The terminal echoes ^C at the start of the line.
    write: (line) => process.stderr.write(`${process.stderr.isTTY ? ERASE_LINE : ''}${line}`),
    fail: (error) => {
      const wrongCall = error instanceof UsageError;
      process.stderr.write(`${errorText(error)}${wrongCall ? ` (${name} -- --help)` : ''}\n`);
      return wrongCall ? 2 : 1;
    },
  });
}
