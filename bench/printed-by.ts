import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ProcessOptions {
  env?: NodeJS.ProcessEnv;
  /** Milliseconds after which it is ended. */
  timeout?: number;
}

/**
 * What a process of its own prints on standard output. Meanwhile this process still hears of Ctrl-C.
 *
 * @throws when it does not end with 0, with what it printed on standard error
 */
export async function printedBy(command: string, args: readonly string[], options?: ProcessOptions): Promise<string> {
  return (await run(command, args, { ...options, encoding: 'utf8' })).stdout;
}
