import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { deliver, type Load, textMail } from './smtp-load.ts';

/** A load of text mails, small enough to be told on a command line. */
export type TextLoad = Omit<Load, 'message'> & { mailBytes: number };

/** Delivers from a process of its own, so that client and store do not share a thread. Returns mails a second. */
export async function mailsPerSecond(load: TextLoad): Promise<number> {
  const self = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, ['--import', 'tsx', self, JSON.stringify(load)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error('the load generator failed');
  return load.mails / Number(output);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { mailBytes, ...load }: TextLoad = JSON.parse(process.argv[2] ?? '');
  process.stdout.write(String(await deliver({ ...load, message: textMail(mailBytes) })));
}
