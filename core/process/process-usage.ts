import { readFileSync } from 'node:fs';

/** Resident memory of a process, bytes. */
export interface ResidentMemory {
  current: number;
  /** Its maximum so far, from the kernel, which also covers a peak between two checks. */
  peak: number;
}

/** Null where there is no /proc (macOS), and when the process is gone. */
export function residentMemory(pid: number): ResidentMemory | null {
  const status = aboutProcess(pid, 'status');
  if (status === null) return null;
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
  const [current, peak] = [kilobytes('VmRSS'), kilobytes('VmHWM')];
  // A process that has exited but was not reaped yet has no memory lines.
  return Number.isNaN(current) || Number.isNaN(peak) ? null : { current: current * 1024, peak: peak * 1024 };
}

/** Ticks per second in /proc/<pid>/stat, the same on every architecture of Linux (proc(5), USER_HZ). */
const TICKS = 100;

/** CPU time of a process including its threads, milliseconds. Null where residentMemory is null. */
export function cpuMs(pid: number): number | null {
  const stat = aboutProcess(pid, 'stat');
  if (stat === null) return null;
  // The name of the program, in parentheses, may contain blanks: count fields after it. utime and stime are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isNaN(ticks) ? null : (ticks * 1000) / TICKS;
}

function aboutProcess(pid: number, file: 'status' | 'stat'): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
}
