import { fileURLToPath } from 'node:url';
import { bundled } from '../bundled.ts';
import { Child } from '../child.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

export interface SqsProcess {
  endpoint: string;
  /** URL of the queue `q`. */
  queueUrl: string;
  /** kill -9. */
  kill(): Promise<void>;
  /** Stops gracefully and resolves with the exit code. */
  stop(): Promise<number | string | null>;
}

export interface SqsProcessOptions {
  directory: string;
  durability?: 'fsync' | 'no-fsync';
  /** Prepended to the command, such as `strace` and its options. */
  wrapper?: readonly string[];
}

export async function startSqsProcess(options: SqsProcessOptions): Promise<SqsProcess> {
  const { directory, durability = 'fsync', wrapper = [] } = options;
  const [command = '', ...args] = [...wrapper, process.execPath, await bundled(MAIN), directory, durability];
  // With threads instead of io_uring, strace sees the system calls.
  const child = new Child(command, args, { env: { ...process.env, UV_USE_IO_URING: '0' } });
  const [, port] = await child.printed(/^port (\d+)$/m);
  const endpoint = `http://127.0.0.1:${port}`;
  const end = async (signal: NodeJS.Signals) => {
    child.signal(signal);
    return (await child.ended()).code;
  };
  return {
    endpoint,
    queueUrl: `${endpoint}/000000000000/q`,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}
