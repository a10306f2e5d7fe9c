import { printable, printableJson } from '../../core/log/printable.ts';
import { EVENT_BUS } from '../../core/outcome/deliveries.ts';
import { type MailOutcome, mailOutcomes } from '../../core/outcome/mail-outcomes.ts';
import { parse, UsageError } from '../../core/terminal/arguments.ts';
import type { Output } from '../../core/terminal/output.ts';
import { wrapped } from '../../core/terminal/rows.ts';
import type { Command, CommandContext } from '../command.ts';
import { graceEnd, graceMinutes, graceOption } from '../grace.ts';
import { shownTime } from '../shown-time.ts';
import { labelOf, stateRow } from '../state-row.ts';
import { bucketOptions, bucketsOf } from '../targets.ts';
import { timeWindow, windowOptions } from '../time-window.ts';
import { countedAs, uncounted } from '../uncounted.ts';

const options = {
  ...windowOptions,
  ...graceOption,
  json: { type: 'boolean', about: 'one JSON line for each mail that was not delivered, and one with the totals' },
  ...bucketOptions,
} as const;

export const audit: Command = {
  summary: 'check that every accepted mail was delivered or failed with a reason',
  usage: {
    synopsis: ['audit [--since TIME] [--until TIME] [--json]'],
    about: [
      'Compares the raw mails with documents, deliveries and failures: accepted = delivered + failed + in flight + overdue. A mail that goes to several queues counts once for each. Prints the id of every mail that was not delivered, and the queue that did not get it.',
      'A mail counts as delivered when a delivery mark says that the queue took it. A mail with one destination has no mark when its first attempt succeeded; it counts as delivered when it has a document and no failed attempt is recorded, and the totals say how many such mails there are. If events were lost, for example because someone purged the queue raw-mail, such a mail may have no message on the queue: send it again with replay.',
      'The exit code is 1 when a mail is overdue: it is older than the grace period and has neither a document nor a failure, or a queue did not get it.',
    ],
    options,
    examples: ['mail-pipeline audit --since 2d', 'mail-pipeline audit --json | jq -r .id'],
  },
  async run(args, context) {
    const { values, positionals } = parse(args, options);
    if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}": audit takes no argument`);
    const overdueBefore = graceEnd(values, context.now());
    const window = timeWindow(values, context.now());
    const [objects, buckets] = [context.objects(), bucketsOf(values, context.settings)];
    const counted = await count(mailOutcomes(objects, buckets, window), overdueBefore, context, values.json);
    const { sums, failures } = counted;
    const grace = graceMinutes(values);
    await context.out.write(values.json ? `${JSON.stringify(sums)}\n` : table(counted, grace, context.out.columns));
    const why = context.signal.aborted ? null : await uncounted(objects, buckets.content, window, failures);
    if (why !== null) await context.err.write(`${why}\n`);
    return sums.overdue === 0 && !context.signal.aborted ? 0 : 1;
  },
};

interface Counted {
  sums: Sums;
  failures: ReadonlySet<string>;
  /** Mails that count as delivered without a delivery mark. */
  unmarked: number;
}

interface Sums {
  /** Mails. */
  accepted: number;
  /** Counted per destination: a mail for two queues counts twice. */
  delivered: number;
  failed: number;
  inFlight: number;
  overdue: number;
}

type State = Exclude<keyof Sums, 'accepted'>;

/** Prints each undelivered mail, or destination of a mail, as soon as it is found. */
async function count(
  mails: AsyncIterable<MailOutcome>,
  overdueBefore: Date,
  context: CommandContext,
  json = false,
): Promise<Counted> {
  let unmarked = 0;
  const sums: Sums = { accepted: 0, delivered: 0, failed: 0, inFlight: 0, overdue: 0 };
  const failures = new Set<string>();
  const progress = context.progress('audited');
  context.ifInterrupted(() => 'interrupted: the totals cover the mails checked so far');
  for await (const mail of mails) {
    if (context.signal.aborted) break;
    sums.accepted += 1;
    progress.add(1);
    if (mail.outcome === 'parsed' && mail.deliveries.length === 0) unmarked += 1;
    for (const part of partsOf(mail, overdueBefore)) {
      sums[part.state] += 1;
      if (part.state === 'failed') failures.add(countedAs(mail.id, part.destination));
      if (part.state !== 'delivered')
        await context.out.write(json ? jsonLine(mail, part) : line(mail, part, context.out));
    }
  }
  progress.stop();
  return { sums, failures, unmarked };
}

interface Part {
  state: State;
  /** Null for the mail as a whole, or when it has a single destination. */
  destination: string | null;
}

function partsOf({ outcome, deliveries, storedAt }: MailOutcome, overdueBefore: Date): Part[] {
  const open = storedAt < overdueBefore ? 'overdue' : 'inFlight';
  if (outcome === null) return [{ state: open, destination: null }];
  if (outcome === 'failed') return [{ state: 'failed', destination: null }];
  if (deliveries.length === 0) return [{ state: 'delivered', destination: null }];
  const states = { sent: 'delivered', failed: 'failed', open } as const;
  // An event is not a mail, so it counts only while it is missing.
  return deliveries
    .filter(({ destination, state }) => destination !== EVENT_BUS || state !== 'sent')
    .map(({ destination, state }) => ({ destination, state: states[state] }));
}

function line({ id, raw, storedAt }: MailOutcome, { state, destination }: Part, out: Output): string {
  const place = { text: printable(`${raw.bucket}/${raw.key}`) };
  const where = destination === null ? [] : [{ text: destination }];
  return stateRow(state, [id, shownTime(storedAt.toISOString(), out.columns), place, ...where], out);
}

function jsonLine({ id, raw, storedAt }: MailOutcome, { state, destination }: Part): string {
  const where = destination === null ? {} : { destination };
  return `${printableJson(JSON.stringify({ id, state, storedAt, raw, ...where }))}\n`;
}

function table({ sums, unmarked }: Counted, grace: number, columns: number | null): string {
  const about: Partial<Record<State, string>> = {
    ...(unmarked > 0
      ? { delivered: `${unmarked.toLocaleString('en')} of them judged by their document: see audit --help` }
      : {}),
    inFlight: `no outcome yet, younger than ${grace} minutes`,
    overdue: 'no outcome, older: see docs/runbook.md',
  };
  const row = (label: string, value: number, text = '') => {
    const head = `${label.padEnd(9)}  ${value.toLocaleString('en').padStart(11)}  `;
    const lines = columns === null ? [text] : wrapped(text, columns - head.length);
    return lines.map((line, at) => `${`${at === 0 ? head : ' '.repeat(head.length)}${line}`.trimEnd()}\n`).join('');
  };
  const states: State[] = ['delivered', 'failed', 'inFlight', 'overdue'];
  return (
    row('accepted', sums.accepted) + states.map((state) => row(labelOf(state), sums[state], about[state])).join('')
  );
}
