import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { Log } from '../core/log/log.ts';
import { TransientError } from '../core/mail/errors.ts';
import { eachLine } from './runtime/lines.ts';
import type { Reaper } from './runtime/reaper.ts';

/** Time for mails in progress to finish at shutdown; a client without a 250 sends again. */
const STOP_DEADLINE_MS = 2_000;
const RESTART_DELAY_MS = 250;

export interface EdgeProcessOptions {
  /** The deployed bundle. */
  file: string;
  /** The complete environment for a port; nothing is inherited. */
  environment(smtpPort: number): Record<string, string>;
  smtpPort: number;
  reaper: Reaper;
  /** Called with each line it prints. */
  print(line: string): void;
  log: Log;
}

/** The line the edge prints once it listens. */
const listeningSchema = z.object({ message: z.literal('listening'), smtpPort: z.int() });

/** The SMTP edge as a child process. Restarts it on the same port when it dies, as ECS would a container. */
export class EdgeProcess {
  readonly smtpPort: number;
  readonly #options: EdgeProcessOptions;
  #child: ChildProcess;
  #stopping = false;

  private constructor(options: EdgeProcessOptions, child: ChildProcess, smtpPort: number) {
    this.#options = options;
    this.#child = child;
    this.smtpPort = smtpPort;
    this.#restartOnExit();
  }

  /** Resolves when it accepts mail. @throws TransientError `edge.start` */
  static async start(options: EdgeProcessOptions): Promise<EdgeProcess> {
    const { child, smtpPort } = await spawnEdge(options, options.smtpPort);
    return new EdgeProcess(options, child, smtpPort);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await exited;
    clearTimeout(deadline);
  }

  #restartOnExit(): void {
    this.#child.once('exit', (code, signal) => {
      if (!this.#stopping) void this.#restart(code, signal);
    });
  }

  async #restart(code: number | null, signal: string | null): Promise<void> {
    this.#options.log.error('the edge exited; restarting it', { code, signal });
    while (!this.#stopping) {
      try {
        const { child } = await spawnEdge(this.#options, this.smtpPort);
        this.#child = child;
        if (this.#stopping) await this.stop();
        else this.#restartOnExit();
        return;
      } catch (error) {
        this.#options.log.error('the edge failed to start', { error });
        await delay(RESTART_DELAY_MS);
      }
    }
  }
}

async function spawnEdge(
  options: EdgeProcessOptions,
  port: number,
): Promise<{ child: ChildProcess; smtpPort: number }> {
  const child = spawn(process.execPath, [options.file], {
    env: options.environment(port),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  options.reaper.watch(child);
  let last = '';
  const smtpPort = await new Promise<number>((resolve, reject) => {
    const onLine = (line: string) => {
      options.print(line);
      last = line;
      const port = listeningPort(line);
      if (port !== null) resolve(port);
    };
    eachLine(child.stdout, onLine);
    eachLine(child.stderr, onLine);
    const fail = (how: string) => reject(new TransientError('edge.start', `the edge did not start (${how}): ${last}`));
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(signal ?? `exit status ${code}`));
  });
  return { child, smtpPort };
}

function listeningPort(line: string): number | null {
  if (!line.startsWith('{')) return null;
  try {
    return listeningSchema.parse(JSON.parse(line)).smtpPort;
  } catch {
    return null;
  }
}
