import { readFileSync } from 'node:fs';

/** Returns the result of `run` and the CPU time this process spent on it, in ms. Other processes do not affect it. */
export async function cpuTimed<T>(run: () => T | Promise<T>): Promise<{ result: T; ms: number }> {
  const before = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1_000 };
}

/**
 * CPU time in ms, the minimum of three runs: the first includes compilation, and a busy machine can slow down any of
 * them.
 */
export async function leastCpuMs(run: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 3; turn += 1) least = Math.min(least, (await cpuTimed(run)).ms);
  return least;
}

/** CPU time in ms that another process has used so far, all threads together (proc(5), Linux). */
export function processCpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  // utime and stime, in the hundredths of a second that Linux reports to user space on every architecture.
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
