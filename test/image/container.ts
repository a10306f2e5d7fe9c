import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Container {
  child: ChildProcess;
  output: string;
  lines: AsyncIterable<string>;
}

/** Builds the image of a Dockerfile and runs a command in it. */
export function run(tool: string, dockerfile: string, command: readonly string[]): Container {
  const child = spawn(tool, ['.', dockerfile, '--', ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Its own process group, so that it can be killed as a whole.
    detached: true,
  });
  const container: Container = { child, output: '', lines: createInterface({ input: child.stdout }) };
  child.stdout.on('data', (chunk: Buffer) => {
    container.output += chunk.toString();
  });
  return container;
}

export function stop({ child }: Container): void {
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
}

/** Returns the result of `read` for the first line where it is not null. */
export async function firstLine<T>(container: Container, read: (line: string) => T | null): Promise<T> {
  for await (const line of container.lines) {
    const found = read(line);
    if (found !== null) return found;
  }
  throw new Error(`the container ended without a word:\n${container.output}`);
}

/** The image's configuration, as the tool prints it. */
export const entryPoint = (user: number, words: readonly string[]): string =>
  `user ${user}:${user} cmd [] entrypoint [${words.join(' ')}]`;

export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what} is ${String(actual)}, not ${String(expected)}`);
}

export function expectMatch(what: string, actual: string, expected: RegExp): void {
  if (!expected.test(actual)) throw new Error(`${what} does not match ${expected}:\n${actual}`);
}
