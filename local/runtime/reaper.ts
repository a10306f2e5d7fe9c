import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Kills the children of this program when it is killed: after `kill -9` it cannot do so itself, and a function in an
 * endless loop would never notice that its parent is gone.
 *
 * A small shell keeps the list of process ids, which it reads from a pipe that the kernel closes with this program.
 */
const SCRIPT = `
trap '' INT TERM HUP
pids=' '
while read -r change pid; do
  case $change in
    start) pids="$pids$pid " ;;
    end) case $pids in *" $pid "*) pids="\${pids%% $pid *} \${pids#* $pid }" ;; esac ;;
  esac
done
kill -9 $pids
`;

export class Reaper {
  readonly #shell: ChildProcess;

  constructor() {
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT], { env: {}, stdio: ['pipe', 'ignore', 'ignore'] });
    // Ignore a failed write to a killed shell: the children are then merely unwatched.
    this.#shell.stdin?.on('error', () => {});
    this.#shell.on('error', () => {});
  }

  watch(child: ChildProcess): void {
    if (child.pid === undefined) return;
    this.#shell.stdin?.write(`start ${child.pid}\n`);
    child.once('exit', () => this.#shell.stdin?.write(`end ${child.pid}\n`));
  }

  /** Kills every child that is still watched. */
  async close(): Promise<void> {
    if (this.#shell.exitCode !== null || this.#shell.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#shell.once('exit', resolve));
    this.#shell.stdin?.end();
    await ended;
  }
}
