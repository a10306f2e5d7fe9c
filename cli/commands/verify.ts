import { printable } from '../../core/log/printable.ts';
import { PermanentError } from '../../core/mail/errors.ts';
import { findMailId } from '../../core/operations/mail-lookup.ts';
import { documentOf, readDocument } from '../../core/outcome/documents.ts';
import { readFailures } from '../../core/outcome/failures.ts';
import { parse, UsageError } from '../../core/terminal/arguments.ts';
import type { Output } from '../../core/terminal/output.ts';
import type { Command } from '../command.ts';
import { failureText } from '../failure-text.ts';
import { graceEnd, graceOption } from '../grace.ts';
import { type Check, checks } from '../mail-checks.ts';
import { bucketOptions, bucketsOf } from '../targets.ts';
import { timeWindow, windowOptions } from '../time-window.ts';
import { verifyAll } from '../verify-all.ts';

const options = {
  all: { type: 'boolean', about: 'check every mail of the time window; without --since, every mail' },
  ...windowOptions,
  ...graceOption,
  json: {
    type: 'boolean',
    about: 'one JSON line per check; with --all, one per failed check and one with the totals',
  },
  ...bucketOptions,
} as const;

export const verify: Command = {
  summary: 'check that the stored bytes, hashes and envelope agree with the document',
  usage: {
    synopsis: ['verify ID [--json]', 'verify --all [--since TIME] [--until TIME] [--json]'],
    about: [
      'Reads the raw mail and every attachment again, compares them with the document, and checks that every destination has the mail. With --all it checks every accepted mail and prints the differences and the mails without an outcome.',
      'Objects it is not allowed to read, such as an attachment that GuardDuty has not cleared, are printed as "not read"; the other checks still run.',
      'The exit code is 1 when anything differs, cannot be read, has failed, or is still missing after the grace period.',
    ],
    options,
    examples: ['mail-pipeline verify 01M8J52CRDW82A0ZJ4XKYPYEH9', 'mail-pipeline verify --all --since 2d'],
  },
  async run(args, context) {
    const { values, positionals } = parse(args, options);
    const [text, extra] = positionals;
    const buckets = bucketsOf(values, context.settings);
    const objects = context.objects();
    const json = values.json === true;
    if (values.all) {
      if (text !== undefined) throw new UsageError(`"${text}": give the id of one mail, or --all`);
      const overdueBefore = graceEnd(values, context.now());
      return verifyAll({ objects, buckets, window: timeWindow(values, context.now()), overdueBefore, json, context });
    }
    if ((values.since ?? values.until ?? values.grace) !== undefined)
      throw new UsageError('--since, --until and --grace need --all');
    if (text === undefined || extra !== undefined) throw new UsageError('give the id of one mail, or --all');
    const id = await findMailId(text, objects, buckets);
    const mail = await readDocument(objects, documentOf(buckets.content, id));
    if (mail === null) {
      const reasons = (await readFailures(objects, buckets.content, id)).map(failureText);
      const what = reasons.length > 0 ? reasons.join('; ') : `there is no document of ${id} in ${buckets.content}`;
      throw new PermanentError(reasons.length > 0 ? 'mail.failed' : 'mail.unknown', what);
    }
    let differing = 0;
    for await (const check of checks(mail, objects)) {
      if (!check.agrees) differing += 1;
      await context.out.write(json ? `${JSON.stringify(check)}\n` : line(check, context.out));
    }
    return differing === 0 ? 0 : 1;
  },
};

function line({ what, agrees, document, found, error }: Check, out: Output): string {
  if (error !== null) return `${out.style('red', 'not read')}  ${what}: ${printable(error)}\n`;
  const [says, is] = [document, found].map((value) => printable(JSON.stringify(value)));
  const text = agrees ? what : `${what}: the document says ${says}, found ${is}`;
  return `${out.style(agrees ? 'green' : 'red', (agrees ? 'ok' : 'DIFFERS').padEnd(7))}  ${text}\n`;
}
