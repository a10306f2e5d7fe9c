import { printable, printableJson } from '../../core/log/printable.ts';
import { type MailOutcome, mailOutcomes } from '../../core/outcome/mail-outcomes.ts';
import { parse, UsageError, usage, wholeNumber } from '../arguments.ts';
import type { Command, World } from '../command.ts';
import { bucketOptions, bucketsOf } from '../targets.ts';
import { timeWindow, windowOptions } from '../time-window.ts';

const DEFAULT_GRACE_MINUTES = 15;

const options = {
  ...windowOptions,
  grace: {
    type: 'string',
    value: 'MINUTES',
    about: `a mail without outcome counts as in flight for so long. Default ${DEFAULT_GRACE_MINUTES}`,
  },
  json: { type: 'boolean', about: 'one JSON line for each mail that was not delivered, and one with the sums' },
  ...bucketOptions,
} as const;

export const audit: Command = {
  summary: 'check that every accepted mail has its outcome',
  usage: usage(
    'audit [--since TIME] [--until TIME] [--json]',
    'Compares the raw mails with documents and failures: accepted = delivered + failed + in flight + overdue. Prints the\nid of every mail that was not delivered. The exit code is 1 when a mail is overdue: it was accepted, has neither\ndocument nor failure, and is older than the grace time.',
    options,
  ),
  async run(args, world) {
    const { values, positionals } = parse(args, options);
    if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}": audit takes no argument`);
    const graceMinutes = values.grace === undefined ? DEFAULT_GRACE_MINUTES : wholeNumber('--grace', values.grace, 0);
    const overdueBefore = new Date(world.now().getTime() - graceMinutes * 60_000);
    const window = timeWindow(values, world.now());
    const mails = mailOutcomes(world.objects(), bucketsOf(values, world.settings), window);
    const sums = await count(mails, overdueBefore, world, values.json === true);
    await world.out.write(values.json ? `${JSON.stringify(sums)}\n` : table(sums, graceMinutes));
    if (world.signal.aborted) await world.err.write('stopped before the end: the sums are of the part that was seen\n');
    return sums.overdue === 0 && !world.signal.aborted ? 0 : 1;
  },
};

interface Sums {
  accepted: number;
  delivered: number;
  failed: number;
  inFlight: number;
  overdue: number;
}

type State = Exclude<keyof Sums, 'accepted'>;

/** Prints each mail that is not delivered as it is found. */
async function count(
  mails: AsyncIterable<MailOutcome>,
  overdueBefore: Date,
  world: World,
  json: boolean,
): Promise<Sums> {
  const sums: Sums = { accepted: 0, delivered: 0, failed: 0, inFlight: 0, overdue: 0 };
  const progress = world.progress('audited');
  for await (const mail of mails) {
    if (world.signal.aborted) break;
    const state = stateOf(mail, overdueBefore);
    sums.accepted += 1;
    sums[state] += 1;
    progress.add(1);
    if (state !== 'delivered') await world.out.write(json ? jsonLine(mail, state) : line(mail, state));
  }
  progress.stop();
  return sums;
}

function stateOf({ outcome, storedAt }: MailOutcome, overdueBefore: Date): State {
  if (outcome === 'parsed') return 'delivered';
  if (outcome === 'failed') return 'failed';
  return storedAt < overdueBefore ? 'overdue' : 'inFlight';
}

const LABELS: Readonly<Record<State, string>> = {
  delivered: 'delivered',
  failed: 'failed',
  inFlight: 'in flight',
  overdue: 'overdue',
};

function line({ id, raw, storedAt }: MailOutcome, state: State): string {
  return `${LABELS[state].padEnd(9)}  ${id}  ${storedAt.toISOString()}  ${printable(`${raw.bucket}/${raw.key}`)}\n`;
}

function jsonLine({ id, raw, storedAt }: MailOutcome, state: State): string {
  return `${printableJson(JSON.stringify({ id, state, storedAt, raw }))}\n`;
}

function table(sums: Sums, graceMinutes: number): string {
  const about: Partial<Record<State, string>> = {
    inFlight: `  without outcome, younger than ${graceMinutes} minutes`,
    overdue: '  without outcome, older: see docs/runbook.md',
  };
  const row = (label: string, value: number, text = '') =>
    `${label.padEnd(9)}  ${value.toLocaleString('en').padStart(11)}${text}\n`;
  const states: State[] = ['delivered', 'failed', 'inFlight', 'overdue'];
  return row('accepted', sums.accepted) + states.map((state) => row(LABELS[state], sums[state], about[state])).join('');
}
