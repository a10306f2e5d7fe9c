import { printable, printableJson } from '../../core/log/printable.ts';
import { PermanentError } from '../../core/mail/errors.ts';
import { type FailedMail, listFailures, REMEDIES, readFailures } from '../../core/outcome/failures.ts';
import { parse, UsageError, wholeNumber } from '../../core/terminal/arguments.ts';
import { row } from '../../core/terminal/rows.ts';
import type { Command, CommandContext } from '../command.ts';
import { OfReason, reasonOption } from '../reasons.ts';
import { shownTime } from '../shown-time.ts';
import { contentBucketOption, target } from '../targets.ts';
import { timeWindow, windowOptions } from '../time-window.ts';

const options = {
  ...reasonOption,
  since: {
    ...windowOptions.since,
    about: 'failures since TIME: 2026-11-22, 2026-11-22T10:30Z, or how long ago (90m, 2h, 3d)',
  },
  until: { ...windowOptions.until, about: 'failures before TIME' },
  limit: { type: 'string', value: 'N', about: 'stop after N' },
  json: { type: 'boolean', about: 'print whole records as JSON, one per line' },
  ...contentBucketOption,
} as const;

export const failed: Command = {
  summary: 'list the mails that failed, or show why one did',
  usage: {
    synopsis: ['failed list [--reason CODE] [--since TIME] [--until TIME]', 'failed show ID'],
    about: [
      'Lists mails that failed permanently or exhausted their retries, with the reason. A mail that failed at one destination has a record that names the destination, and a failed replay has one that names the revision. The original bytes of every mail are kept.',
    ],
    options,
    examples: [
      'mail-pipeline failed list --since 2d',
      'mail-pipeline failed list --reason envelope.invalid --json',
      'mail-pipeline failed show 01M8J521GPH9ENQSEH05C89ZZY',
    ],
    takes: ['list', 'show'],
  },
  async run(args, context) {
    const { values, positionals } = parse(args, options);
    const [verb, id, extra] = positionals;
    const bucket = target('contentBucket', values['content-bucket'], context.settings);
    if (verb === 'show' && id !== undefined && extra === undefined) return showOne(id.toUpperCase(), bucket, context);
    if (verb !== 'list' || id !== undefined) throw new UsageError('use "failed list" or "failed show ID"');
    const window = timeWindow(values, context.now());
    const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber('--limit', values.limit, 1);
    let listed = 0;
    const reasons = new Set<string>();
    const uncounted = { replays: 0, events: 0 };
    for await (const failure of new OfReason(values.reason).of(listFailures(context.objects(), bucket, window))) {
      const text = values.json
        ? `${printableJson(JSON.stringify(failure))}\n`
        : failureLine(failure, context.out.columns);
      await context.out.write(text);
      listed += 1;
      reasons.add(failure.reason);
      if (failure.raw === null) uncounted.events += 1;
      else if (failure.revision > 1 && failure.destination === null) uncounted.replays += 1;
      if (listed >= limit || context.signal.aborted) break;
    }
    if (listed === 0 && !values.json) await context.err.write('no failures\n');
    for (const reason of reasons) {
      const remedy = Object.hasOwn(REMEDIES, reason) ? REMEDIES[reason] : undefined;
      if (remedy !== undefined) await context.err.write(`a redrive alone does not fix ${reason}: ${remedy}\n`);
    }
    if (uncounted.events + uncounted.replays > 0) await context.err.write(`${besideAudit(uncounted)}\n`);
    return 0;
  },
};

/** Why `audit` counts a different number of failures. */
function besideAudit({ replays, events }: { replays: number; events: number }): string {
  const kinds = [
    ...(replays > 0 ? [`${replays} of a replay, where the mail keeps its earlier document`] : []),
    ...(events > 0 ? [`${events} of an event that names no mail`] : []),
  ];
  return `audit does not count as failed: ${kinds.join(', ')}`;
}

async function showOne(id: string, bucket: string, context: CommandContext): Promise<number> {
  const failures = await readFailures(context.objects(), bucket, id);
  if (failures.length === 0) throw new PermanentError('mail.unknown', `no failure of ${id} in ${bucket}`);
  for (const failure of failures) await context.out.write(`${printableJson(JSON.stringify(failure, null, 2))}\n`);
  return 0;
}

function failureLine(failure: FailedMail, columns: number | null): string {
  const { id, at, reason, receiveCount, revision, destination, lastError } = failure;
  const receives = `${receiveCount} receive${receiveCount === 1 ? '' : 's'}`;
  const where = [...(revision === 1 ? [] : [`revision ${revision}`]), ...(destination === null ? [] : [destination])];
  const [message, ...places] = [lastError ?? '', ...where].map((text) => ({ text: printable(text) }));
  const time = shownTime(printable(at), columns);
  const fields = [printable(id), time, { text: printable(reason), least: 16 }, receives, ...places];
  const error = message?.text ? [message] : [];
  // On a terminal the error only fits on the next line.
  return columns === null
    ? `${row([...fields, ...error], columns)}\n`
    : [fields, ...error.map((text) => ['   ', text])].map((line) => `${row(line, columns)}\n`).join('');
}
