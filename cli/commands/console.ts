import { createServer } from 'node:http';
import type { Log } from '../../core/log/log.ts';
import { printable } from '../../core/log/printable.ts';
import { VERSION } from '../../core/mail/version.ts';
import type { Queue } from '../../core/ports/queue.ts';
import { deadLetterQueue } from '../../core/settings/stage-names.ts';
import { parse, UsageError, wholeNumber } from '../../core/terminal/arguments.ts';
import { repeatEndpoints } from '../../local/console/actions/repeat.ts';
import { consoleAssets } from '../../local/console/assets.ts';
import { Console } from '../../local/console/console.ts';
import { ownPages } from '../../local/console/content/own-pages.ts';
import type { WatchedQueue } from '../../local/console/live/flow.ts';
import { Poller } from '../../local/console/live/poller.ts';
import { closeServer } from '../../local/http/close-server.ts';
import { listenOnPort } from '../../local/http/listen-on-port.ts';
import type { Command, CommandContext } from '../command.ts';
import { type Deployment, routeQueues, stageDeployment } from '../deployment.ts';
import { bucketOptions, bucketsOf, queueOption, rawQueueOption } from '../targets.ts';
import { timeWindow, windowOptions } from '../time-window.ts';

const MAX_PORT = 65_535;
/** SQS and S3 charge for each request. */
const QUEUES_EVERY_MS = 10_000;
const POLL_EVERY_MS = 5_000;
/** S3 has times in seconds. */
const RESOLUTION_MS = 1_000;
const DEFAULT_SINCE = '24h';

const options = {
  stage: { type: 'string', value: 'STAGE', about: 'the stage to open, in the account and region of your credentials' },
  port: { type: 'string', value: 'PORT', about: 'port of the console on 127.0.0.1; 0 picks a free port (8025)' },
  since: {
    ...windowOptions.since,
    about: `mails received since TIME: a date (2026-11-22), or how long ago (90m, 2h, 3d). Default ${DEFAULT_SINCE}`,
  },
  ...bucketOptions,
  ...queueOption,
  ...rawQueueOption,
} as const;

export const openConsole: Command = {
  summary: 'open the web console for a deployment',
  usage: {
    synopsis: ['console [--stage STAGE] [--since TIME] [--port PORT]'],
    about: [
      'Serves the console on 127.0.0.1 until Ctrl-C. It reads the deployment with your own credentials and changes nothing unless you replay or redrive a mail. New mails appear within about ten seconds; docs/console.md lists the permissions it needs.',
    ],
    options,
    examples: ['mail-pipeline console --stage prod', 'mail-pipeline console --stage prod --since 3d --port 0'],
  },
  async run(args, context) {
    const { values, positionals } = parse(args, options);
    if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}": console takes no argument`);
    const port = wholeNumber('--port', values.port ?? '8025', 0);
    if (port > MAX_PORT)
      throw new UsageError(`--port is "${values.port}": give a port from 0 (a free one) to ${MAX_PORT}`);
    const { since } = timeWindow({ since: values.since ?? DEFAULT_SINCE }, context.now());
    const deployment = await (values.stage === undefined
      ? named(values, context)
      : stageDeployment(values.stage, context));
    await serve(deployment, { port, since, name: values.stage ?? deployment.buckets.content }, context);
    return 0;
  },
};

async function named(
  values: { 'raw-bucket'?: string; 'content-bucket'?: string; queue?: string; 'raw-queue'?: string },
  context: CommandContext,
): Promise<Deployment> {
  const { settings } = context;
  const parsedMail = values.queue ?? settings.queue;
  const queues = [
    { node: 'parser', queue: values['raw-queue'] ?? settings.rawQueue },
    { node: 'parsed-mail', queue: parsedMail },
  ];
  return {
    buckets: bucketsOf(values, settings),
    queues: [
      ...queues.flatMap(({ node, queue }) => (queue === null ? [] : [{ node, queue }])),
      ...(parsedMail === null ? [] : await routeQueues(parsedMail, context)),
    ],
  };
}

/** Resolves once the command is interrupted. */
async function serve(
  { buckets, queues }: Deployment,
  { port, since, name }: { port: number; since: Date | null; name: string },
  context: CommandContext,
): Promise<void> {
  const store = context.objects();
  const log = complaints(context);
  const rawQueue = queues.find(({ node }) => node === 'parser')?.queue;
  const console = new Console({
    store,
    buckets,
    place: { kind: 'deployment', name, rawBucket: buckets.raw, contentBucket: buckets.content },
    version: VERSION,
    assets: await consoleAssets(),
    since,
    queues: queues.map(({ node, queue }) => watched(node, queue, context)),
    queuesEveryMs: QUEUES_EVERY_MS,
    resolutionMs: RESOLUTION_MS,
    latencyUntil: 'document',
    storeFault: () => null,
    became: () => {},
    pages: ownPages(store),
    actions:
      rawQueue === undefined
        ? []
        : repeatEndpoints({ store, buckets, rawQueue: opened(rawQueue, context), read: context.read }),
    log,
  });
  const changed = console.changed.bind(console);
  const poller = new Poller({ store, buckets, changed, everyMs: POLL_EVERY_MS, clock: Date.now, log });
  const server = createServer(console.listener);
  try {
    // Before the address is printed, so that a missing permission fails the command with a clear error.
    await poller.start();
    const actual = await listenOnPort(server, port, '--port');
    await context.out.write(`console http://127.0.0.1:${actual}\n`);
    context.ifInterrupted(() => 'stopped');
    void console.build();
    await interrupted(context.signal);
  } finally {
    await closeServer(server);
    await poller.stop();
    await console.close();
  }
}

/** Opens the queue only when something is sent; most users only look. */
const opened = (queue: string, context: CommandContext): Pick<Queue, 'sendAll'> => ({
  sendAll: async (messages) => (await context.queue(queue)).sendAll(messages),
});

/** Counts are unknown for a queue the caller may not read; only CloudWatch has the age of messages on AWS. */
function watched(node: string, queue: string, context: CommandContext): WatchedQueue {
  const main = context.queue(queue);
  const dead = main.then(() => context.queue(deadLetterQueue(queue)));
  for (const opened of [main, dead]) opened.catch(() => {});
  return {
    node,
    figures: async () => {
      const depth = await (await main).depth();
      const letters = await dead.then((opened) => opened.depth()).catch(() => null);
      const deadLetters = letters && letters.visible + letters.inFlight + letters.delayed;
      return { ...depth, oldestMs: null, deadLetters };
    },
  };
}

/** Prints errors of the running console to the terminal that started it. */
function complaints({ err }: CommandContext): Log {
  const write = (message: string, fields?: object) =>
    void err.write(`${printable(`${message}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`)}\n`);
  return { debug: () => {}, info: () => {}, warn: write, error: write };
}

const interrupted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
