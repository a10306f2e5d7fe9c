import { printable } from '../../core/log/printable.ts';
import { enrichingPrefix } from '../../core/mail/keys.ts';
import { documentOf } from '../../core/outcome/documents.ts';
import {
  beginRedrive,
  endRedrive,
  type FailedMail,
  listFailures,
  REMEDIES,
  readFailures,
} from '../../core/outcome/failures.ts';
import type { TimeWindow } from '../../core/outcome/raw-objects.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { parse, UsageError, usage } from '../arguments.ts';
import type { Command, World } from '../command.ts';
import { type Requeued, requeue, requeueOptions } from '../requeue.ts';
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
    const { id, raw, revision } = failure;
    if (raw === null) {
      await world.err.write(`${id} stays as it is: its event named no raw mail\n`);
    } else {
      yield {
        id,
        raw,
        revision,
        before: () => forget(objects, bucket, failure),
        after: (accepted) => endRedrive(objects, bucket, failure, accepted),
      };
    }
  }
}

/**
 * Before the event is sent, because the parser sends no mail that has failed. A document that a failed mail has (an
 * attempt ended after it was given up) was never sent and goes first, and with it what its enrichment came to. What one
 * destination did not take has a document that the others have; a replay that failed has that of an earlier revision.
 */
async function forget(objects: ObjectStore, bucket: string, failure: FailedMail): Promise<void> {
  const { id, revision, destination } = failure;
  if (destination === null) {
    if (revision === 1) await objects.delete(documentOf(bucket, id));
    for await (const { key } of objects.list(bucket, { prefix: enrichingPrefix(id, revision) })) {
      await objects.delete({ bucket, key });
    }
  }
  await beginRedrive(objects, bucket, failure);
}
