import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ended {
  /** Exit code, or the name of the signal that ended it. */
  code: number | string | null;
  stdout: Buffer;
  stderr: string;
}

/** Children still running. Each has its own process group, so Ctrl-C does not reach them. */
const running = new Set<Child>();
process.on('exit', () => {
  for (const child of running) child.signal('SIGKILL');
});

/**
 * A program in its own process group, with everything it has printed so far. It ends with this process at the latest.
 */
export class Child {
  readonly process: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #stdout: Buffer[] = [];
  #stderr = '';

  /** @param options `input`: whether the program gets a standard input to write to */
  constructor(
    command: string,
    args: readonly string[],
    { input = false, ...options }: Pick<SpawnOptions, 'cwd' | 'env'> & { input?: boolean } = {},
  ) {
    const stdin = input ? 'pipe' : 'ignore';
    this.process = spawn(command, args, { ...options, detached: true, stdio: [stdin, 'pipe', 'pipe'] });
    this.process.stdout?.on('data', (data: Buffer) => this.#stdout.push(data));
    this.process.stderr?.on('data', (data: Buffer) => {
      this.#stderr += data;
    });
    this.#closed = once(this.process, 'close');
    running.add(this);
    this.process.once('exit', () => running.delete(this));
  }

  get stdout(): string {
    return Buffer.concat(this.#stdout).toString();
  }

  async ended(): Promise<Ended> {
    await this.#closed;
    const code = this.process.exitCode ?? this.process.signalCode;
    return { code, stdout: Buffer.concat(this.#stdout), stderr: this.#stderr };
  }

  /** Resolves when the program has printed `pattern`. @throws when it ends first */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match !== null) return match;
      if (this.process.stdout === null) throw new Error('no standard output');
      const next = once(this.process.stdout, 'data').then(() => 'data');
      if ((await Promise.race([next, this.#closed])) !== 'data') {
        throw new Error(`it ended without printing ${pattern}:\n${this.stdout}${this.#stderr}`);
      }
    }
  }

  /** Signals the whole group, as Ctrl-C on a terminal does. */
  signal(name: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.process;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, name);
  }
}

/** Runs a program to completion, in this environment plus `env`. */
export function runChild(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Child(command, args, { env: { ...process.env, ...env } }).ended();
}

/** Processes of a group that are still running. */
export function processesOf(group: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' });
  const rows = table
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/));
  return rows.filter(([, pgid, stat]) => Number(pgid) === group && !stat?.startsWith('Z')).map(([pid]) => Number(pid));
}
