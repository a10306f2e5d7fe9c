import { printable, printableJson } from '../../core/log/printable.ts';
import { PermanentError } from '../../core/mail/errors.ts';
import { type FailedMail, listFailures, readFailure } from '../../core/outcome/failures.ts';
import { parse, UsageError, usage, wholeNumber } from '../arguments.ts';
import type { Command, World } from '../command.ts';
import { contentBucketOption, target } from '../targets.ts';
import { timeWindow, windowOptions } from '../time-window.ts';

const options = {
  reason: { type: 'string', value: 'CODE', about: 'only failures of this reason, such as raw.missing' },
  since: { ...windowOptions.since, about: 'failures from then on: 2026-11-22, 2026-11-22T10:30Z, or ago: 90m, 2h, 3d' },
  until: { ...windowOptions.until, about: 'failures before then' },
  limit: { type: 'string', value: 'N', about: 'stop after N' },
  json: { type: 'boolean', about: 'whole records, one line each' },
  ...contentBucketOption,
} as const;

export const failed: Command = {
  summary: 'list mails that could not be parsed, or show why one could not',
  usage: usage(
    'failed list [--reason CODE] [--since TIME] [--until TIME] | failed show ID',
    'A mail that no retry can help, or whose retries are used up, has a record with the reason. Its bytes are kept.',
    options,
  ),
  async run(args, world) {
    const { values, positionals } = parse(args, options);
    const [verb, id, extra] = positionals;
    const bucket = target('contentBucket', values['content-bucket'], world.settings);
    if (verb === 'show' && id !== undefined && extra === undefined) return showOne(id.toUpperCase(), bucket, world);
    if (verb !== 'list' || id !== undefined) throw new UsageError('say "failed list" or "failed show ID"');
    const window = timeWindow(values, world.now());
    const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber('--limit', values.limit, 1);
    let listed = 0;
    for await (const failure of listFailures(world.objects(), bucket, window)) {
      if (values.reason !== undefined && failure.reason !== values.reason) continue;
      await world.out.write(values.json ? `${printableJson(JSON.stringify(failure))}\n` : failureLine(failure));
      listed += 1;
      if (listed >= limit || world.signal.aborted) break;
    }
    return 0;
  },
};

async function showOne(id: string, bucket: string, world: World): Promise<number> {
  const failure = await readFailure(world.objects(), bucket, id);
  if (failure === null) throw new PermanentError('mail.unknown', `there is no failure ${id} in ${bucket}`);
  await world.out.write(`${printableJson(JSON.stringify(failure, null, 2))}\n`);
  return 0;
}

function failureLine({ id, at, reason, receiveCount, lastError }: FailedMail): string {
  const receives = `${receiveCount} receive${receiveCount === 1 ? '' : 's'}`;
  return `${printable([id, at, reason, receives, lastError ?? ''].join('  '))}\n`;
}
