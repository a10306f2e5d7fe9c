import { errorText } from '../core/mail/errors.ts';
import { type Interruption, runProgram } from '../core/process/run-program.ts';
import { UsageError } from '../core/terminal/arguments.ts';
import { ERASE_LINE } from '../core/terminal/output.ts';

/** Runs a program that npm starts: 0 done, 1 failed, 2 a wrong command line, 130 interrupted; each fault is one line. */
export function runLocalProgram(name: string, main: (interruption: Interruption) => Promise<number>): Promise<void> {
  return runProgram(main, {
    name,
    // The terminal shows ^C where the line begins.
    write: (line) => process.stderr.write(`${process.stderr.isTTY ? ERASE_LINE : ''}${line}`),
    fail: (error) => {
      const wrongCall = error instanceof UsageError;
      process.stderr.write(`${errorText(error)}${wrongCall ? ` (${name} -- --help)` : ''}\n`);
      return wrongCall ? 2 : 1;
    },
  });
}
