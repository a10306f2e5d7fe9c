import { printable, printableJson } from '../../core/log/printable.ts';
import { PermanentError } from '../../core/mail/errors.ts';
import { type FailedMail, listFailures, REMEDIES, readFailures } from '../../core/outcome/failures.ts';
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
  summary: 'list mails that failed, as a whole or at one destination, or show why one did',
  usage: usage(
    'failed list [--reason CODE] [--since TIME] [--until TIME] | failed show ID',
    'A mail that no retry can help, or whose retries are used up, has a record with the reason; so has each queue that did\nnot take a mail, with its name, and a replay that failed, with its revision. Its bytes are kept.',
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
    const reasons = new Set<string>();
    for await (const failure of listFailures(world.objects(), bucket, window)) {
      if (values.reason !== undefined && failure.reason !== values.reason) continue;
      await world.out.write(values.json ? `${printableJson(JSON.stringify(failure))}\n` : failureLine(failure));
      listed += 1;
      reasons.add(failure.reason);
      if (listed >= limit || world.signal.aborted) break;
    }
    for (const reason of reasons) {
      const remedy = Object.hasOwn(REMEDIES, reason) ? REMEDIES[reason] : undefined;
      if (remedy !== undefined) await world.err.write(`${reason} is not cured by a redrive alone: ${remedy}\n`);
    }
    return 0;
  },
};

async function showOne(id: string, bucket: string, world: World): Promise<number> {
  const failures = await readFailures(world.objects(), bucket, id);
  if (failures.length === 0) throw new PermanentError('mail.unknown', `there is no failure ${id} in ${bucket}`);
  for (const failure of failures) await world.out.write(`${printableJson(JSON.stringify(failure, null, 2))}\n`);
  return 0;
}

function failureLine(failure: FailedMail): string {
  const { id, at, reason, receiveCount, revision, destination, lastError } = failure;
  const receives = `${receiveCount} receive${receiveCount === 1 ? '' : 's'}`;
  const where = [...(revision === 1 ? [] : [`revision ${revision}`]), ...(destination === null ? [] : [destination])];
  return `${printable([id, at, reason, receives, ...where, lastError ?? ''].join('  '))}\n`;
}
