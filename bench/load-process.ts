import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { deliver, type Load, textMail } from './smtp-load.ts';

/** A load of text mails, described by command-line arguments. */
export type TextLoad = Omit<Load, 'message' | 'onMail'> & { mailBytes: number };

const outcomeSchema = z.object({ seconds: z.number(), p50: z.number(), p99: z.number(), cpuSeconds: z.number() });

/** Seconds of the whole load and of its own processor time; milliseconds of one mail, from MAIL to its 250. */
export type LoadOutcome = z.infer<typeof outcomeSchema>;

/** Delivers from a separate process, so that client and store do not share a thread. */
export async function runLoad(load: TextLoad): Promise<LoadOutcome> {
  const self = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, ['--import', 'tsx', self, JSON.stringify(load)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, failure, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  // Ctrl-C also closes the measured connections; those messages are printed only with the error.
  if (code !== 0) throw new Error(`the load generator failed: ${failure}`);
  return outcomeSchema.parse(JSON.parse(output));
}

export async function mailsPerSecond(load: TextLoad): Promise<number> {
  return load.mails / (await runLoad(load)).seconds;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { mailBytes, ...load }: TextLoad = JSON.parse(process.argv[2] ?? '');
  const latencies: number[] = [];
  const onMail = (milliseconds: number) => void latencies.push(milliseconds);
  const before = process.cpuUsage();
  const seconds = await deliver({ ...load, message: textMail(mailBytes), onMail });
  const { user, system } = process.cpuUsage(before);
  latencies.sort((a, b) => a - b);
  const quantile = (share: number) => latencies[Math.floor(share * (latencies.length - 1))];
  process.stdout.write(
    JSON.stringify({ seconds, p50: quantile(0.5), p99: quantile(0.99), cpuSeconds: (user + system) / 1e6 }),
  );
}
