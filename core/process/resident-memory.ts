import { readFileSync } from 'node:fs';

/** Resident memory of a process, bytes. */
export interface ResidentMemory {
  current: number;
  /** The most it ever was, as the kernel keeps it: a peak between two looks is seen as well. */
  peak: number;
}

/** Null where there is no /proc (macOS), and when the process is gone. */
export function residentMemory(pid: number): ResidentMemory | null {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
  const [current, peak] = [kilobytes('VmRSS'), kilobytes('VmHWM')];
  // A process that has ended and was not waited for yet has no memory lines.
  return Number.isNaN(current) || Number.isNaN(peak) ? null : { current: current * 1024, peak: peak * 1024 };
}
