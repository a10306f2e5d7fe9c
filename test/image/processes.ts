import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTEN = '0A';

/** The process that listens on an IPv4 TCP port of this machine (proc(5)). */
export function pidListeningOn(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const sockets = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const socket = sockets.find(([, local, , state]) => local?.endsWith(`:${hex}`) && state === LISTEN);
  const inode = `socket:[${socket?.[9]}]`;
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && descriptorsOf(name).includes(inode));
  if (pid === undefined) throw new Error(`no process listens on port ${port}`);
  return Number(pid);
}

/** Real, effective, saved and file system user id. */
export function userIdsOf(pid: number): number[] {
  const line = /^Uid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return (line?.[1] ?? '').split(/\s+/).map(Number);
}

function descriptorsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => readlinkSync(`/proc/${pid}/fd/${name}`));
  } catch {
    // The process exited in the meantime.
    return [];
  }
}
