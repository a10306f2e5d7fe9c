import { execFileSync } from 'node:child_process';

export const hasStrace = ((): boolean => {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** The command prefix whose trace `readSystemCalls` reads. */
export const straceInto = (file: string): string[] => [
  'strace',
  '--follow-forks',
  '--decode-fds=path',
  '--string-limit=200',
  '--trace=fsync,fdatasync,rename,renameat,renameat2,link,linkat,write,writev,pwrite64,pwritev,sendto,sendmsg',
  `--output=${file}`,
];

export interface SystemCall {
  name: string;
  /** Arguments and result as strace prints them, with the path of each descriptor. */
  text: string;
  /** First and last line of the call in the trace. */
  began: number;
  ended: number;
}

/** Joins the two halves of interrupted calls. */
export function readSystemCalls(trace: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, SystemCall>();
  for (const [at, line] of trace.split('\n').entries()) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const [, name = '', text = ''] = /^(\w+)\((.*)$/.exec(rest) ?? [];
    if (resumed) {
      const call = unfinished.get(thread);
      if (call) calls.push({ ...call, text: call.text + resumed[1], ended: at });
    } else if (text.endsWith('<unfinished ...>')) {
      unfinished.set(thread, { name, text: text.replace(/<unfinished \.\.\.>$/, ''), began: at, ended: at });
    } else if (name) {
      calls.push({ name, text, began: at, ended: at });
    }
  }
  return calls;
}
