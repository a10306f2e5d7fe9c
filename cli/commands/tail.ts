import { text } from 'node:stream/consumers';
import { printable, printableJson } from '../../core/log/printable.ts';
import { claimCheckOf } from '../../core/mail/claim-check.ts';
import { jsonOf } from '../../core/mail/json.ts';
import type { Queue, ReceivedMessage } from '../../core/ports/queue.ts';
import { parse, UsageError, wholeNumber } from '../../core/terminal/arguments.ts';
import type { Command, CommandContext } from '../command.ts';
import { mailLine, mailSummary } from '../mail-line.ts';
import { queueOption, target } from '../targets.ts';

const LONG_POLL_SECONDS = 20;
const BATCH = 10;

const options = {
  json: { type: 'boolean', about: 'print whole messages as JSON, one per line' },
  limit: { type: 'string', value: 'N', about: 'exit after N mails; the exit code is 1 when fewer arrived' },
  idle: {
    type: 'string',
    value: 'SECONDS',
    about: 'exit after SECONDS without a mail; 0 exits as soon as the queue is empty',
  },
  ...queueOption,
} as const;

export const tail: Command = {
  summary: 'take parsed mails off the queue and print them',
  usage: {
    synopsis: ['tail [--json] [--limit N] [--idle SECONDS]'],
    about: [
      'Waits for parsed mails and prints them as they arrive, until Ctrl-C. It deletes each message it has printed, so no other consumer sees it. The documents stay in the content bucket.',
    ],
    options,
    examples: ['mail-pipeline tail', 'mail-pipeline tail --json --idle 0 | jq .subject'],
  },
  async run(args, context) {
    const { values, positionals } = parse(args, options);
    if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}": tail takes no argument`);
    const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber('--limit', values.limit, 1);
    const idleSeconds = values.idle === undefined ? Number.POSITIVE_INFINITY : wholeNumber('--idle', values.idle, 0);
    context.ifInterrupted(() => 'interrupted: the printed mails were deleted from the queue');
    const queue = await context.queue(target('queue', values.queue, context.settings));
    const printed = await follow(queue, context, { limit, idleSeconds, json: values.json === true });
    return values.limit !== undefined && printed < limit ? 1 : 0;
  },
};

interface Follow {
  limit: number;
  idleSeconds: number;
  json: boolean;
}

/** Resolves with the number of mails printed. Finishes printing a received batch even after Ctrl-C. */
async function follow(queue: Queue, context: CommandContext, { limit, idleSeconds, json }: Follow): Promise<number> {
  let printed = 0;
  let idleSince = performance.now();
  while (printed < limit && !context.signal.aborted) {
    const idleLeft = idleSeconds - (performance.now() - idleSince) / 1000;
    const waitSeconds = Math.max(0, Math.min(LONG_POLL_SECONDS, Math.ceil(idleLeft)));
    const max = Math.min(BATCH, limit - printed);
    const messages = await queue.receive({ max, waitSeconds, signal: context.signal });
    for (const message of messages) {
      if (!(await print(message, context, json))) continue;
      await queue.delete(message.receiptHandle);
      printed += 1;
    }
    if (messages.length > 0) idleSince = performance.now();
    else if (idleLeft <= waitSeconds) break;
  }
  return printed;
}

/** False for a message that is not a parsed mail; it stays on the queue for another consumer. */
async function print(message: ReceivedMessage, context: CommandContext, json: boolean): Promise<boolean> {
  const body = await payload(message.body, context);
  const summary = mailSummary(body);
  if (summary === null) {
    await context.err.write(`left on the queue, not a parsed mail: message ${printable(message.messageId)}\n`);
    return false;
  }
  const line = json ? printableJson(JSON.stringify(JSON.parse(body))) : mailLine(summary, context.out.columns);
  await context.out.write(`${line}\n`);
  return true;
}

/** The mail as JSON, fetched from S3 when the message only points to it (setting `queue.oversize`). */
async function payload(body: string, context: CommandContext): Promise<string> {
  const place = claimCheckOf(jsonOf(body));
  const stored = place && (await context.objects().get(place));
  return stored === null ? body : text(stored.body);
}
