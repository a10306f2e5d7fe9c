import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { toolPath } from '../test/support/tools.ts';
import { treeOf } from './process-tree.ts';

const taskset = cpus().length < 2 ? null : toolPath('taskset');

/** Whether server and load can have a processor each. */
export const canSeparate = taskset !== null;

const SERVER = '0';
const LOAD = '1';

/** Keeps a server, its threads and whatever it starts to one processor, and its store to the one of the load. */
export function separate({ pid, store }: { pid: number; store?: number }): void {
  for (const each of treeOf(pid)) keep(each.pid, SERVER);
  if (store !== undefined) keep(store, LOAD);
}

/** Of a command that makes the load. */
export const loadPrefix: readonly string[] = taskset === null ? [] : [taskset, '-c', LOAD];

function keep(pid: number, processor: string): void {
  if (taskset !== null) execFileSync(taskset, ['-a', '-p', '-c', processor, String(pid)], { stdio: 'ignore' });
}
