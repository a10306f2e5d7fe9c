import { printable } from '../../core/log/printable.ts';
import { redriveOf } from '../../core/operations/redrive.ts';
import type { Requeued } from '../../core/operations/requeue.ts';
import { type FailedMail, listFailures, REMEDIES, readFailures } from '../../core/outcome/failures.ts';
import type { TimeWindow } from '../../core/outcome/raw-objects.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { parse, UsageError, usage } from '../arguments.ts';
import type { Command, World } from '../command.ts';
import { requeue, requeueOptions } from '../requeue.ts';
import { contentBucketOption, target } from '../targets.ts';
import { timeWindow, windowOptions } from '../time-window.ts';

const options = {
  reason: { type: 'string', value: 'CODE', about: 'only failures of this reason' },
  since: { ...windowOptions.since, about: 'failures from then on: 2026-11-22, 2026-11-22T10:30Z, or ago: 90m, 2h, 3d' },
  until: { ...windowOptions.until, about: 'failures before then' },
  ...requeueOptions,
  ...contentBucketOption,
} as const;

const remedies = (): string =>
  Object.entries(REMEDIES)
    .map(([reason, remedy]) => `  ${reason}: ${remedy}`)
    .join('\n');

export const redrive: Command = {
  summary: 'try mails again that failed',
  usage: usage(
    'redrive [ID…] [--reason CODE] [--since TIME] [--until TIME] [--dry-run]',
    `Puts mails that failed on the queue again, and takes the record of the failure away once the queue has them: the mails\nthat are named, or all that fit. What fails again gets a new record. A destination that failed gets the mail, the others\ndo not get it again. Trying again alone does not cure these reasons:\n${remedies()}`,
    options,
  ),
  async run(args, world) {
    const { values, positionals } = parse(args, options);
    const bucket = target('contentBucket', values['content-bucket'], world.settings);
    const named = positionals.length > 0;
    if (named && (values.reason ?? values.since ?? values.until) !== undefined) {
      throw new UsageError('give ids, or --reason, --since and --until, not both');
    }
    const objects = world.objects();
    if (!named) {
      const failures = failuresOf(values.reason, timeWindow(values, world.now()), objects, bucket);
      return requeue(redrivable(failures, objects, bucket, world), values, world);
    }
    const failures: FailedMail[] = [];
    const unknown: string[] = [];
    for (const id of positionals.map((text) => text.toUpperCase()).sort()) {
      const found = await readFailures(objects, bucket, id);
      if (found.length === 0) unknown.push(id);
      failures.push(...found);
    }
    for (const id of unknown) await world.err.write(`there is no failure ${printable(id)} in ${bucket}\n`);
    return unknown.length > 0 ? 1 : requeue(redrivable(failures, objects, bucket, world), values, world);
  },
};

async function* failuresOf(
  reason: string | undefined,
  window: TimeWindow,
  objects: ObjectStore,
  bucket: string,
): AsyncGenerator<FailedMail> {
  for await (const failure of listFailures(objects, bucket, window)) {
    if (reason === undefined || failure.reason === reason) yield failure;
  }
}

async function* redrivable(
  failures: AsyncIterable<FailedMail> | Iterable<FailedMail>,
  objects: ObjectStore,
  bucket: string,
  world: World,
): AsyncGenerator<Requeued> {
  for await (const failure of failures) {
    const again = redriveOf(failure, objects, bucket);
    if (again === null) await world.err.write(`${failure.id} stays as it is: its event named no raw mail\n`);
    else yield again;
  }
}
