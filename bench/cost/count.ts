import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';
import type { PipelineConfigInput } from '../../core/config/schema.ts';
import { jsonOf } from '../../core/mail/json.ts';
import { SmtpClient } from '../../core/smtp/smtp-client.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import type { CountedRequests } from '../../rehearsal/aws/request-counts.ts';
import { type Deployed, deploy } from '../../rehearsal/run/deploy.ts';
import { topologyOf } from '../../rehearsal/run/topology.ts';
import { Synthesis } from '../../test/support/synth.ts';
import { usageOf } from '../process-tree.ts';
import { textMail } from '../smtp-load.ts';
import type { Counted, Requests } from './counted.ts';
import { standingOf } from './template.ts';

export const MAIL_BYTES = 5 * 1024;
const WARM_UP = 5;
const PATIENCE_MS = 120_000;

/**
 * Synthesises a configuration, deploys it on this machine as `npm run rehearse` does, and sends mails one after another:
 * at a million a month there are 23 a minute, so that hardly two are in one batch.
 *
 * @param directory takes templates and data
 */
export async function count(config: PipelineConfigInput, mails: number, directory: string): Promise<Counted> {
  const assembly = join(directory, 'cdk.out');
  new Synthesis(config, { directory: assembly, checks: false, bundles: true });
  const deployed = await deploy({ assembly, directory });
  try {
    return await countOn(deployed, standingOf(assembly), mails);
  } finally {
    await deployed.stop();
  }
}

async function countOn(deployed: Deployed, standing: Counted['standing'], mails: number): Promise<Counted> {
  const { edge, functions, requests } = deployed;
  if (edge === null) throw new Error('the configuration has no edge');
  const topology = topologyOf({ ...deployed, functions: functions.map((each) => each.deployed) });
  const parser = functions.find((each) => each.deployed === topology.parser);
  const relay = await Relay.start(edge.process.smtpPort);
  try {
    for (let mail = 0; mail < WARM_UP; mail++) await deliver(deployed, relay.port, `warm-up-${mail}`);
    const before = {
      requests: copy(requests.all),
      log: logOf(deployed),
      cpu: cpuOf(parser?.lambda.pids),
      relay: relay.bytes,
    };
    for (let mail = 0; mail < mails; mail++) await deliver(deployed, relay.port, `mail-${mail}`);
    const made = difference(requests.all, before.requests);
    const log = logOf(deployed).slice(before.log.length);
    const relayed = { sent: relay.bytes.sent - before.relay.sent, taken: relay.bytes.taken - before.relay.taken };
    const by = (role: string) => made.filter(({ caller }) => caller === role);
    const edgeRole = roleName(edge.deployed.taskRoleArn);
    const parserRole = roleName(topology.parser.roleArn);
    for (const { deployed: program, lambda } of functions) if (program.scheduleArns.length > 0) await lambda.invoke({});
    // Ended, the edge sends what it counted.
    await edge.process.stop();
    return {
      standing,
      mail: {
        edge: perMail(by(edgeRole), mails),
        parser: perMail(by(parserRole), mails),
        parserCpuMs: ((cpuOf(parser?.lambda.pids) - before.cpu) * 1000) / mails,
        storedBytes: sum(made, ({ operation, bytes }) => (operation === 'PUT' ? bytes : 0)) / mails,
        logBytes: sum(log, (line) => Buffer.byteLength(line)) / mails,
        logLines: log.length / mails,
        sentBytes: relayed.sent / mails,
        balancerBytes: (relayed.sent + relayed.taken) / mails,
      },
      metrics: metricsIn(logOf(deployed)),
    };
  } finally {
    await relay.close();
  }
}

/** Resolves when the mail is on its queue. */
async function deliver({ observations }: Deployed, port: number, name: string): Promise<void> {
  const client = await SmtpClient.connect({ host: '127.0.0.1', port });
  // A mail of its own: an equal one would be a retried delivery.
  const message = Buffer.from(String(textMail(MAIL_BYTES)).replace('bench@', `${name}@`));
  const { queueId } = await client.send({ mailFrom: 'ada@example.org', rcptTo: ['bob@example.com'] }, message);
  client.quit();
  if (queueId === null) throw new Error('the edge named no id');
  const arrived = () => observations.queuesOf(queueId).length > 0;
  if (!(await observations.wait(arrived, PATIENCE_MS, new AbortController().signal))) {
    throw new Error(`${name} did not come out of the pipeline`);
  }
}

const roleName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
const copy = (counts: readonly CountedRequests[]): CountedRequests[] => counts.map((each) => ({ ...each }));
const cpuOf = (pids: readonly number[] = []): number => sum(pids, (pid) => usageOf(pid).cpuSeconds);

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}

function difference(after: readonly CountedRequests[], before: readonly CountedRequests[]): CountedRequests[] {
  const same = (a: CountedRequests, b: CountedRequests) =>
    a.caller === b.caller && a.service === b.service && a.operation === b.operation && a.target === b.target;
  return after.map((each) => {
    const earlier = before.find((other) => same(each, other));
    return { ...each, count: each.count - (earlier?.count ?? 0), bytes: each.bytes - (earlier?.bytes ?? 0) };
  });
}

function perMail(made: readonly CountedRequests[], mails: number): Requests {
  const of = (isOne: (request: CountedRequests) => boolean) =>
    sum(made, (request) => (isOne(request) ? request.count : 0)) / mails;
  const isWrite = ({ operation }: CountedRequests) => ['PUT', 'COPY', 'POST', 'LIST'].includes(operation);
  const isRead = ({ operation }: CountedRequests) => ['GET', 'HEAD'].includes(operation);
  return {
    s3Writes: of((request) => request.service === 's3' && isWrite(request)),
    s3Reads: of((request) => request.service === 's3' && isRead(request)),
    sqs: of(({ service }) => service === 'sqs'),
  };
}

/** Lines of edge and functions, without the name of their program in front. */
function logOf({ logFile, edge, functions }: Deployed): string[] {
  const programs = [...(edge === null ? [] : ['edge-mta']), ...functions.map((each) => each.deployed.name)];
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const program = programs.find((name) => line.startsWith(`${name} `));
      return program === undefined ? [] : [line.slice(program.length + 1)];
    });
}

const emfSchema = z.object({
  _aws: z.object({
    CloudWatchMetrics: z.array(z.object({ Namespace: z.string(), Metrics: z.array(z.object({ Name: z.string() })) })),
  }),
  service: z.string(),
});

/** Each name of each service is a metric of its own. */
function metricsIn(log: readonly string[]): string[] {
  const names = log.flatMap((line) => {
    const { data } = emfSchema.safeParse(jsonOf(line));
    return data === undefined
      ? []
      : data._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => `${data.service} ${Name}`));
  });
  return [...new Set(names)].sort();
}

/** In the place of the balancer: counts what goes through. */
class Relay {
  readonly port: number;
  readonly #counted: { sent: number; taken: number };
  readonly close: () => Promise<void>;

  private constructor(port: number, counted: Relay['bytes'], close: () => Promise<void>) {
    this.port = port;
    this.#counted = counted;
    this.close = close;
  }

  /** To the client, and from it. */
  get bytes(): { sent: number; taken: number } {
    return { ...this.#counted };
  }

  static async start(edgePort: number): Promise<Relay> {
    const counted = { sent: 0, taken: 0 };
    const open = new Set<Socket>();
    const server = createServer((client) => {
      const edge = connect(edgePort, '127.0.0.1');
      client.on('data', (data) => {
        counted.taken += data.length;
      });
      edge.on('data', (data) => {
        counted.sent += data.length;
      });
      client.pipe(edge).pipe(client);
      for (const socket of [client, edge]) {
        open.add(socket);
        socket.on('error', () => {
          client.destroy();
          edge.destroy();
        });
        socket.on('close', () => open.delete(socket));
      }
    });
    const port = await listenOnLoopback(server, 0);
    const close = async () => {
      server.close();
      for (const socket of open) socket.destroy();
    };
    return new Relay(port, counted, close);
  }
}
