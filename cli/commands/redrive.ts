import { printable } from '../../core/log/printable.ts';
import { redrivesOf } from '../../core/operations/redrive.ts';
import type { Requeued } from '../../core/operations/requeue.ts';
import { type FailedMail, listFailures, readFailures } from '../../core/outcome/failures.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { parse, UsageError } from '../../core/terminal/arguments.ts';
import type { Command, CommandContext } from '../command.ts';
import { OfReason, REMEDIES_TEXT, reasonOption } from '../reasons.ts';
import { requeue, requeueOptions } from '../requeue.ts';
import { contentBucketOption, target } from '../targets.ts';
import { timeWindow, windowOptions } from '../time-window.ts';

const options = {
  ...reasonOption,
  since: {
    ...windowOptions.since,
    about: 'failures since TIME: 2026-11-22, 2026-11-22T10:30Z, or how long ago (90m, 2h, 3d)',
  },
  until: { ...windowOptions.until, about: 'failures before TIME' },
  ...requeueOptions,
  ...contentBucketOption,
} as const;

export const redrive: Command = {
  summary: 'retry failed mails',
  usage: {
    synopsis: ['redrive ID… [--dry-run]', 'redrive [--reason CODE] [--since TIME] [--until TIME] [--dry-run]'],
    about: [
      'Puts failed mails back on the queue, either the ones you name or all that match, and deletes the record of each failure once the queue has the mail. A mail that fails again gets a new record. If a mail failed at one destination, it is sent again to that one only.',
      ...REMEDIES_TEXT,
    ],
    options,
    examples: [
      'mail-pipeline redrive 01M8J521GPH9ENQSEH05C89ZZY',
      'mail-pipeline redrive --reason retries.exhausted --since 2d --dry-run',
    ],
  },
  async run(args, context) {
    const { values, positionals } = parse(args, options);
    const bucket = target('contentBucket', values['content-bucket'], context.settings);
    const named = positionals.length > 0;
    if (named && (values.reason ?? values.since ?? values.until) !== undefined) {
      throw new UsageError('give either ids or --reason, --since and --until, not both');
    }
    const objects = context.objects();
    if (!named) {
      const listed = listFailures(objects, bucket, timeWindow(values, context.now()));
      const failures = new OfReason(values.reason).of(listed);
      return requeue(redrivable(failures, objects, bucket, context), values, context);
    }
    const failures: FailedMail[] = [];
    const unknown: string[] = [];
    for (const id of new Set(positionals.map((text) => text.toUpperCase()).sort())) {
      const found = await readFailures(objects, bucket, id);
      if (found.length === 0) unknown.push(id);
      failures.push(...found);
    }
    for (const id of unknown) await context.err.write(`no failure of ${printable(id)} in ${bucket}\n`);
    return unknown.length > 0 ? 1 : requeue(redrivable(failures, objects, bucket, context), values, context);
  },
};

/** The events to send. Reports and skips failures that name no raw mail. */
async function* redrivable(
  failures: AsyncIterable<FailedMail> | Iterable<FailedMail>,
  objects: ObjectStore,
  bucket: string,
  context: CommandContext,
): AsyncGenerator<Requeued> {
  for await (const ofMail of byMail(failures)) {
    for (const { id, raw } of ofMail) {
      if (raw === null) await context.err.write(`${printable(id)} was skipped: its event named no raw mail\n`);
    }
    yield* redrivesOf(ofMail, objects, bucket);
  }
}

/** Groups failures by mail; they arrive in the order of mail ids. */
async function* byMail(
  failures: AsyncIterable<FailedMail> | Iterable<FailedMail>,
): AsyncGenerator<readonly FailedMail[]> {
  let ofMail: FailedMail[] = [];
  for await (const failure of failures) {
    if (ofMail.length > 0 && ofMail[0]?.id !== failure.id) {
      yield ofMail;
      ofMail = [];
    }
    ofMail.push(failure);
  }
  if (ofMail.length > 0) yield ofMail;
}
