import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { bundled } from '../bundled.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const lineSchema = z.object({ port: z.optional(z.number()), delivered: z.optional(z.string()) });

export interface S3Process {
  endpoint: string;
  /** Keys of delivered events, encoded as in the event. */
  delivered: string[];
  /** Peak memory so far, in bytes (Linux). */
  peakMemory(): number;
  /** kill -9. */
  kill(): Promise<void>;
  /** Stops gracefully and resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface S3ProcessOptions {
  directory: string;
  events?: 'deliver' | 'hang';
  durability?: 'fsync' | 'no-fsync';
  /** Prepended to the command, such as `strace` and its options. */
  wrapper?: string[];
}

export async function startS3Process(options: S3ProcessOptions): Promise<S3Process> {
  const { directory, events = 'deliver', durability = 'fsync', wrapper = [] } = options;
  const command = [...wrapper, process.execPath, await bundled(MAIN), directory, events, durability];
  // With threads instead of io_uring, strace sees the system calls.
  const env = { ...process.env, UV_USE_IO_URING: '0' };
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'], env });
  const delivered: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = lineSchema.parse(JSON.parse(text));
      if (line.port !== undefined) resolve(line.port);
      if (line.delivered !== undefined) delivered.push(line.delivered);
    });
  });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    delivered,
    peakMemory: () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    kill: () => end(child, () => child.kill('SIGKILL')),
    async stop() {
      await end(child, () => child.stdin.end());
      return child.exitCode;
    },
  };
}

async function end(child: ChildProcess, begin: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  begin();
  await exited;
}
