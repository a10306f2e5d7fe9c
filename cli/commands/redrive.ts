import { enrichingPrefix } from '../../core/mail/keys.ts';
import { documentOf } from '../../core/outcome/documents.ts';
import { type FailedMail, listFailures, readFailure, removeFailure } from '../../core/outcome/failures.ts';
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

export const redrive: Command = {
  summary: 'try mails again that failed',
  usage: usage(
    'redrive [ID…] [--reason CODE] [--since TIME] [--until TIME] [--dry-run]',
    'Takes the record of the failure away and puts the mail on the queue again: of the mails that are named, or of all\nthat fit. What fails again gets a new record.',
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
    const unknown: string[] = [];
    const failures = named
      ? namedFailures(positionals, objects, bucket, unknown)
      : failuresOf(values.reason, timeWindow(values, world.now()), objects, bucket);
    const code = await requeue(redrivable(failures, objects, bucket, world), values, world);
    for (const id of unknown) await world.err.write(`there is no failure ${id} in ${bucket}\n`);
    return unknown.length === 0 ? code : 1;
  },
};

async function* namedFailures(
  ids: readonly string[],
  objects: ObjectStore,
  bucket: string,
  unknown: string[],
): AsyncGenerator<FailedMail> {
  for (const id of ids.map((text) => text.toUpperCase()).sort()) {
    const failure = await readFailure(objects, bucket, id);
    if (failure === null) unknown.push(id);
    else yield failure;
  }
}

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
  failures: AsyncIterable<FailedMail>,
  objects: ObjectStore,
  bucket: string,
  world: World,
): AsyncGenerator<Requeued> {
  for await (const { id, raw } of failures) {
    if (raw === null) {
      await world.err.write(`${id} stays as it is: its event named no raw mail\n`);
    } else {
      yield { id, raw, revision: 1, before: () => forget(objects, bucket, id) };
    }
  }
}

/**
 * Before the event is sent, because the parser sends no mail that has failed. A document that a failed mail has (an
 * attempt ended after it was given up) was never sent and goes first, and with it what its enrichment came to: a crash
 * anywhere leaves a mail that has failed, or one without outcome, which the reconciler puts on the queue.
 */
async function forget(objects: ObjectStore, bucket: string, id: string): Promise<void> {
  await objects.delete(documentOf(bucket, id));
  for await (const { key } of objects.list(bucket, { prefix: enrichingPrefix(id, 1) })) {
    await objects.delete({ bucket, key });
  }
  await removeFailure(objects, bucket, id);
}
