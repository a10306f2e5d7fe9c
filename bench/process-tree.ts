import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc; Linux has used 100 everywhere for decades. */
const TICKS = 100;

export interface Usage {
  /** CPU seconds of the process and its descendants, including ended ones. */
  cpuSeconds: number;
  /** Resident memory of those that are there, MB. */
  memoryMb: number;
}

/** Resources used so far by a process and its descendants. Linux only. */
export function usageOf(pid: number): Usage {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)) ?? []);
  const tree = new Set([pid]);
  // A child has a higher number than its parent, but for a wrap-around: pass over them until nothing is added.
  for (let before = 0; before < tree.size; ) {
    before = tree.size;
    for (const { pid: child, parent } of processes) if (tree.has(parent)) tree.add(child);
  }
  const mine = processes.filter((each) => tree.has(each.pid));
  return {
    cpuSeconds: mine.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS,
    memoryMb: mine.reduce((sum, { kilobytes }) => sum + kilobytes, 0) / 1024,
  };
}

/** Null for a process that has ended in the meantime. */
function read(pid: number) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may contain anything; state, parent and so on follow it (proc(5)).
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    return { pid, parent, ticks, kilobytes };
  } catch {
    return null;
  }
}
