import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleProgram } from '../../core/build/bundle.ts';
import { defineConfig } from '../../core/config/define-config.ts';
import { parserSettings } from '../../core/config/to-settings.ts';
import { mintMailId } from '../../core/mail/id.ts';
import { rawKey } from '../../core/mail/keys.ts';
import { parserEnvironment } from '../../core/settings/parser.ts';
import { UsageError } from '../../core/terminal/arguments.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { sqsEvent } from '../../test/support/sqs-event.ts';
import type { Result, Row } from '../report.ts';

/** Mails of one turn, and of one event: the largest batch. */
const MAILS = 150;
const BATCH = 10;
/** Turns before the ones that count: V8 goes on compiling for a thousand mails. */
const WARM_UP_TURNS = 7;
const TURNS = 9;

/** CPU of an ordinary signed mail in the parser that is deployed; with `--against`, beside that of another checkout. */
export async function parser(directory: string, checkout?: string): Promise<Result> {
  const pem = join(directory, 'aws.pem');
  const { chain, key } = selfSignedCertificate('127.0.0.1');
  writeFileSync(pem, chain + key);
  const aws = await StandIn.start(pem);
  const bundles = [{ name: 'here', file: bundleProgram('parser', join(directory, 'here')) }];
  if (checkout !== undefined) bundles.push({ name: 'there', file: bundleOf(checkout, join(directory, 'there')) });
  const processes: BundleProcess[] = [];
  try {
    for (const { name, file } of bundles) processes.push(await BundleProcess.start(name, file, aws, pem));
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

/** @throws UsageError when the folder is no checkout, or has no packages */
function bundleOf(checkout: string, outdir: string): string {
  if (!['core/build/main.ts', 'node_modules'].every((name) => existsSync(join(checkout, name)))) {
    throw new UsageError(`--against is "${checkout}": give a checkout of this project with its packages installed`);
  }
  const args = ['--import', 'tsx', 'core/build/main.ts', 'parser', outdir];
  execFileSync(process.execPath, args, { cwd: resolve(checkout) });
  return join(outdir, 'index.mjs');
}

class StandIn {
  readonly child: ChildProcess;
  readonly endpoint: string;
  readonly dns: string;

  private constructor(child: ChildProcess, { endpoint, dns }: { endpoint: string; dns: string }) {
    this.child = child;
    this.endpoint = endpoint;
    this.dns = dns;
  }

  static async start(pem: string): Promise<StandIn> {
    const child = fork(join(import.meta.dirname, 'aws-stand-in.ts'), [pem], { execArgv: ['--import', 'tsx'] });
    const [places] = await once(child, 'message');
    return new StandIn(child, places);
  }

  /** Requests so far, of all methods. */
  async requests(): Promise<number> {
    this.child.send('count');
    const [counts] = await once(this.child, 'message');
    return Object.values<number>(counts).reduce((sum, count) => sum + count, 0);
  }
}

/** A bundle that handles mails, and the figures of each turn. */
class BundleProcess {
  readonly child: ChildProcess;
  readonly cpuMs: number[] = [];
  readonly requests: number[] = [];

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  static async start(name: string, file: string, aws: StandIn, pem: string): Promise<BundleProcess> {
    const queue = (queueName: string) => `${aws.endpoint}/000000000000/${queueName}`;
    const settings = parserSettings(defineConfig({ parser: { dnsServers: [aws.dns] } }), 'aws', {
      contentBucket: 'mail-content',
      destinationQueue: queue('parsed-mail'),
      eventQueue: queue('raw-mail'),
      deadLetterQueue: queue('raw-mail-dlq'),
      enrichQueue: queue('enrich'),
      metricsNamespace: `MailPipeline/${name}`,
    });
    const env = {
      ...parserEnvironment.encode(settings),
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
      AWS_LAMBDA_FUNCTION_NAME: 'parser',
      AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      // As long as those that Lambda gives.
      AWS_SESSION_TOKEN: 'token'.repeat(180),
      AWS_ENDPOINT_URL: aws.endpoint,
      NODE_EXTRA_CA_CERTS: pem,
    };
    const program = join(import.meta.dirname, 'bundle-process.mjs');
    const child = fork(program, [file], { env, execArgv: [], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    child.stdout?.resume();
    await once(child, 'message');
    return new BundleProcess(child);
  }

  async turn(aws: StandIn): Promise<void> {
    const before = await aws.requests();
    const events = Array.from({ length: MAILS / BATCH }, () => sqsEvent(...Array.from({ length: BATCH }, rawMail)));
    this.child.send(events);
    const [cpuMs] = await once(this.child, 'message');
    this.cpuMs.push(cpuMs / MAILS);
    this.requests.push(((await aws.requests()) - before) / MAILS);
  }
}

const rawMail = () => ({ bucket: 'raw-mail', key: rawKey(mintMailId()), versionId: null, revision: 1 });

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
