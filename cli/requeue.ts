import { setTimeout as delay } from 'node:timers/promises';
import { printable } from '../core/log/printable.ts';
import { type Requeued, sendAgain } from '../core/operations/requeue.ts';
import type { Queue } from '../core/ports/queue.ts';
import { wholeNumber } from '../core/terminal/arguments.ts';
import { row } from '../core/terminal/rows.ts';
import { chunks } from './chunks.ts';
import type { CommandContext } from './command.ts';
import { isOrdered, type SelectionValues, selected, selectionOptions } from './selection.ts';
import { rawQueueOption, target } from './targets.ts';
import { counted } from './terminal.ts';

const DEFAULT_RATE = 100;
/** The number of messages in one SQS batch request. */
const CHUNK = 10;

export const requeueOptions = {
  ...selectionOptions,
  rate: { type: 'string', value: 'N', about: `at most N mails per second. Default ${DEFAULT_RATE}` },
  'dry-run': { type: 'boolean', about: 'print what would be done without doing it' },
  json: { type: 'boolean', about: 'print one JSON line per mail' },
  ...rawQueueOption,
} as const;

export interface RequeueValues extends SelectionValues {
  rate?: string | undefined;
  'dry-run'?: boolean | undefined;
  json?: boolean | undefined;
  'raw-queue'?: string | undefined;
}

/**
 * Puts the events of raw mails back on the raw queue, in the order of their ids. Never touches the bytes. A run stopped
 * by Ctrl-C resumes with `--after`. Resolves with the exit code.
 */
export async function requeue(
  mails: AsyncIterable<Requeued>,
  values: RequeueValues,
  context: CommandContext,
): Promise<number> {
  const rate = values.rate === undefined ? DEFAULT_RATE : wholeNumber('--rate', values.rate, 1);
  const started = performance.now();
  const dryRun = values['dry-run'] === true;
  let [done, refused, lastId] = [0, 0, ''];
  context.ifInterrupted(() => `interrupted: ${goOn(lastId)}`);
  const queue = dryRun ? null : await context.queue(target('rawQueue', values['raw-queue'], context.settings));
  // Detects a missing or inaccessible queue before anything changes.
  await queue?.depth();
  const progress = context.progress(dryRun ? 'looked at' : 'sent');
  for await (const chunk of chunks(selected(mails, values), Math.min(CHUNK, rate))) {
    if (queue !== null) await until(started + (done / rate) * 1000, context.signal);
    if (context.signal.aborted) break;
    if (queue !== null) {
      refused += await send(chunk, queue, context);
    }
    if (dryRun || values.json)
      for (const mail of chunk) await context.out.write(line(mail, values.json === true, context.out.columns));
    done += chunk.length;
    lastId = chunk.findLast(isOrdered)?.id ?? lastId;
    progress.add(chunk.length);
  }
  progress.stop();
  const sent = done - refused;
  const verb = dryRun ? 'would be parsed again' : 'queued for parsing';
  if (!values.json) await context.out.write(`${counted(sent)} ${verb}\n`);
  return refused === 0 && !context.signal.aborted ? 0 : 1;
}

/** Resolves early on abort; the loop checks the signal itself. */
async function until(at: number, signal: AbortSignal): Promise<void> {
  const ms = at - performance.now();
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => {});
}

const goOn = (lastId: string): string => (lastId === '' ? 'nothing was done yet' : `resume with --after ${lastId}`);

/** Resolves with the number of messages the queue rejected. */
async function send(chunk: readonly Requeued[], queue: Queue, context: CommandContext): Promise<number> {
  const refused = await sendAgain(chunk, queue);
  for (const reason of refused) await context.err.write(`the queue rejected a mail: ${printable(reason)}\n`);
  return refused.length;
}

function line({ id, raw, revision }: Requeued, json: boolean, columns: number | null): string {
  const { bucket, key } = raw;
  if (json) return `${JSON.stringify({ id, revision, raw: { bucket, key } })}\n`;
  return `${row([id, `revision ${revision}`, { text: printable(`${bucket}/${key}`) }], columns)}\n`;
}
