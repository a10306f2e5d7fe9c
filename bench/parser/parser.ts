import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bundleProgram } from '../../core/build/bundle.ts';
import { sqsEvent } from '../../test/support/sqs-event.ts';
import { bundleOf } from '../checkout.ts';
import type { Result, Row } from '../report.ts';
import { AwsStandIn, parserVariables, rawMail } from './stand-in.ts';

/** Mails of one turn, and of one event: the largest batch. */
const MAILS = 150;
const BATCH = 10;
/** Turns before the ones that count: V8 goes on compiling for a thousand mails. */
const WARM_UP_TURNS = 7;
const TURNS = 9;

/** CPU of an ordinary signed mail in the parser that is deployed; with `--against`, beside that of another checkout. */
export async function parser(directory: string, checkout?: string): Promise<Result> {
  const aws = await AwsStandIn.start(directory);
  const bundles = [{ name: 'here', file: bundleProgram('parser', join(directory, 'here')) }];
  if (checkout !== undefined)
    bundles.push({ name: 'there', file: bundleOf(checkout, 'parser', join(directory, 'there')) });
  const processes: BundleProcess[] = [];
  try {
    for (const { name, file } of bundles) processes.push(await BundleProcess.start(name, file, aws));
    for (let turn = 0; turn < WARM_UP_TURNS + TURNS; turn++) {
      // One after the other, so that what else the machine does is the same to both.
      for (const each of turn % 2 === 0 ? processes : processes.toReversed()) await each.turn(aws);
    }
  } finally {
    for (const { child } of [...processes, aws]) child.kill('SIGKILL');
  }
  return {
    name: 'parser',
    measured: `CPU time of a signed mail of 3.7 KB in the deployed bundle, all threads, S3, SQS and DNS over TLS in another process, batches of ${BATCH}: the first ${MAILS} mails of a process, and the median of ${TURNS} times ${MAILS} after ${WARM_UP_TURNS * MAILS}.`,
    rows: [row('first mails', processes, 0, 1), row('warm', processes, WARM_UP_TURNS, WARM_UP_TURNS + TURNS)],
  };
}

function row(name: string, [here, there]: BundleProcess[], from: number, to: number): Row {
  const own = here?.cpuMs.slice(from, to) ?? [];
  const others = there?.cpuMs.slice(from, to) ?? [];
  const requests = (bundle: BundleProcess | undefined) => median(bundle?.requests.slice(from, to) ?? []);
  return {
    case: name,
    figures: {
      'ms a mail here': median(own),
      'requests here': requests(here),
      ...(there && {
        'ms a mail there': median(others),
        'requests there': requests(there),
        'here / there': median(own.map((ms, turn) => ms / (others[turn] ?? Number.NaN))),
      }),
    },
  };
}

/** A bundle that handles mails, and the figures of each turn. */
class BundleProcess {
  readonly child: ChildProcess;
  readonly cpuMs: number[] = [];
  readonly requests: number[] = [];

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  static async start(name: string, file: string, aws: AwsStandIn): Promise<BundleProcess> {
    const program = join(import.meta.dirname, 'bundle-process.mjs');
    const env = parserVariables(name, aws);
    const child = fork(program, [file], { env, execArgv: [], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    child.stdout?.resume();
    await once(child, 'message');
    return new BundleProcess(child);
  }

  async turn(aws: AwsStandIn): Promise<void> {
    const before = await aws.requests();
    const events = Array.from({ length: MAILS / BATCH }, () => sqsEvent(...Array.from({ length: BATCH }, rawMail)));
    this.child.send(events);
    const [cpuMs] = await once(this.child, 'message');
    this.cpuMs.push(cpuMs / MAILS);
    this.requests.push(((await aws.requests()) - before) / MAILS);
  }
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
