import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ProcessOptions {
  env?: NodeJS.ProcessEnv;
  /** Timeout in milliseconds. */
  timeout?: number;
}

/**
 * The standard output of a child process. This process still reacts to Ctrl-C in the meantime.
 *
 * @throws when it exits with another code than 0, with its standard error
 */
export async function printedBy(command: string, args: readonly string[], options?: ProcessOptions): Promise<string> {
  return (await run(command, args, { ...options, encoding: 'utf8' })).stdout;
}
