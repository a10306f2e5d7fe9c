import { readFileSync } from 'node:fs';

/** What `run` gives, and the milliseconds of processor time of this process it took: others on the machine do not count. */
export async function cpuTimed<T>(run: () => T | Promise<T>): Promise<{ result: T; ms: number }> {
  const before = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1_000 };
}

/** Milliseconds of processor time, the least of three runs: the first compiles, and a busy machine makes any one dearer. */
export async function leastCpuMs(run: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 3; turn += 1) least = Math.min(least, (await cpuTimed(run)).ms);
  return least;
}

/** Milliseconds of processor time that another process has used, all its threads together (proc(5), Linux). */
export function processCpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  // utime and stime, in the hundredths of a second that Linux shows to programs everywhere.
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
