import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import { type Requeued, replayOf } from '../../core/operations/requeue.ts';
import { documentOf, readDocument } from '../../core/outcome/documents.ts';
import { type MailOutcome, mailOutcomes } from '../../core/outcome/mail-outcomes.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { parse, UsageError } from '../../core/terminal/arguments.ts';
import { chunks } from '../chunks.ts';
import type { Command, CommandContext } from '../command.ts';
import { diff } from '../replay-diff.ts';
import { requeue, requeueOptions } from '../requeue.ts';
import { selected } from '../selection.ts';
import { bucketOptions, bucketsOf } from '../targets.ts';
import { timeWindow, windowOptions } from '../time-window.ts';
import { type Where, where, whereOption } from '../where.ts';

/** Documents read concurrently. */
const READ_AT_ONCE = 16;

const options = {
  ...windowOptions,
  ...whereOption,
  diff: { type: 'boolean', about: 'print what would change, field by field, and send nothing' },
  ...requeueOptions,
  ...bucketOptions,
} as const;

export const replay: Command = {
  summary: 'parse mails again with the current code',
  usage: {
    synopsis: ['replay --since TIME [--until TIME] [--where FIELD=TEXT]… [--dry-run | --diff]'],
    about: [
      'Puts mails that have a document back on the queue. Each gets a document with the next revision and reaches the parsed-mail queue once more; consumers recognise it by dedupKey and revision. For failed mails use redrive.',
    ],
    options,
    examples: [
      'mail-pipeline replay --since 2d --diff',
      "mail-pipeline replay --since 2026-11-22 --where 'from=*@example.com' --dry-run",
    ],
  },
  async run(args, context) {
    const { values, positionals } = parse(args, options);
    if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}": replay takes no argument`);
    if (values.since === undefined) throw new UsageError('give --since; to replay every mail, --since 2000-01-01');
    const buckets = bucketsOf(values, context.settings);
    const objects = context.objects();
    const outcomes = mailOutcomes(objects, buckets, timeWindow(values, context.now()));
    const mails = documents(outcomes, objects, buckets.content, where(values.where ?? []), context);
    return values.diff
      ? diff(selected(mails, values), objects, values.json === true, context)
      : requeue(events(mails), values, context);
  },
};

/** The documents that match. */
async function* documents(
  outcomes: AsyncIterable<MailOutcome>,
  objects: ObjectStore,
  contentBucket: string,
  fits: Where,
  context: CommandContext,
): AsyncGenerator<ParsedMail> {
  for await (const chunk of chunks(outcomes, READ_AT_ONCE)) {
    const ids = chunk.filter(({ outcome }) => outcome === 'parsed').map(({ id }) => id);
    const read = await Promise.all(ids.map((id) => readDocument(objects, documentOf(contentBucket, id))));
    for (const [index, id] of ids.entries()) {
      const mail = read[index] ?? null;
      if (mail === null) await context.err.write(`${id} was skipped: its document cannot be read\n`);
      else if (fits(mail)) yield mail;
    }
  }
}

/** One event per mail, with the next revision. */
async function* events(mails: AsyncIterable<ParsedMail>): AsyncGenerator<Requeued> {
  for await (const mail of mails) yield replayOf(mail);
}
