import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { bundleAllPrograms } from '../core/build/bundle.ts';
import { prebuiltBundles } from '../core/build/prebuilt.ts';
import { publishedQueues } from '../core/config/published-queues.ts';
import type { PipelineConfig } from '../core/config/schema.ts';
import { jsonLog } from '../core/log/log.ts';
import { queueDestination } from '../core/outcome/deliveries.ts';
import { type AwsListener, type AwsServer, startAwsServer } from './aws-server.ts';
import { Closers } from './closers.ts';
import type { Console } from './console/console.ts';
import { sentMessage } from './console/live/sent-message.ts';
import { lockDataDirectory } from './data-lock.ts';
import { startEdge } from './edge.ts';
import { startFunctions } from './functions.ts';
import { closeServer } from './http/close-server.ts';
import { type ListenAddress, LOOPBACK } from './http/listen.ts';
import { checkPort, listenOnPort } from './http/listen-on-port.ts';
import { type Programs, startLocalConsole } from './local-console.ts';
import { LogFile } from './log-file.ts';
import { Reaper } from './runtime/reaper.ts';
import { namingData } from './unwritable.ts';

export interface StartOptions {
  /** Default 127.0.0.1. */
  listenAddress?: ListenAddress;
  /** 0 picks a free one. */
  smtpPort: number;
  webPort: number;
  awsPort: number;
  /** Where everything is kept; created when missing. */
  dataDirectory: string;
  /** What the user chooses that directory with, for errors. Default `--data`. */
  chosenWith?: string;
  config: PipelineConfig;
}

/** The whole pipeline, running on this machine. */
export interface LocalPipeline {
  smtpPort: number;
  /** `http://127.0.0.1:8025` */
  consoleUrl: string;
  /** What AWS_ENDPOINT_URL is to be: `http://127.0.0.1:4566`. */
  awsUrl: string;
  logFile: string;
  /** Where events go that a deployment puts on its bus; null when it puts none. */
  eventFile: string | null;
  /** Files of damaged parts of what S3 and SQS keep on disk: somebody has to know. */
  setAside: AwsServer['setAside'];
  /** Ends everything, child processes included; what is in progress then comes back with the next start. */
  stop(): Promise<void>;
}

/**
 * Starts everything; resolves when mail can be delivered. When something cannot be started the rest is stopped again.
 *
 * @throws PermanentError `port.taken`, `data.in_use` or `data.unwritable`, whose message says what to do
 */
export async function start(options: StartOptions): Promise<LocalPipeline> {
  const closers = new Closers();
  try {
    return await startAll(options, closers);
  } catch (error) {
    await closers.close();
    throw namingData(error, resolve(options.dataDirectory), options.chosenWith);
  }
}

async function startAll(options: StartOptions, closers: Closers): Promise<LocalPipeline> {
  const { listenAddress = LOOPBACK } = options;
  const dataDirectory = resolve(options.dataDirectory);
  const lock = await lockDataDirectory(dataDirectory);
  closers.add(() => lock.release());
  await checkPort(options.smtpPort, '--smtp-port', listenAddress);
  const web = createServer(notYet);
  const webPort = await listenOnPort(web, options.webPort, '--web-port', listenAddress);
  closers.add(() => closeServer(web));
  const logFile = new LogFile(join(dataDirectory, 'log', 'local.log'));
  closers.add(() => logFile.close());
  const log = jsonLog('local', (line) => logFile.write(line.trimEnd()));
  const reaper = new Reaper();
  closers.add(() => reaper.close());
  const context = { config: options.config, listenAddress, dataDirectory, log, logFile, reaper, closers };

  const prebuilt = prebuiltBundles();
  const code = prebuilt ?? join(dataDirectory, 'code');
  const published = new Set(publishedQueues(options.config).map(({ route }) => queueDestination(route)));
  let console: Console | null = null;
  const listener: AwsListener = {
    changed: (change) => console?.changed(change),
    sent: ({ queue, body, at }) => {
      const message = published.has(queue) ? sentMessage(queue, body, at) : null;
      if (message !== null) console?.sent(message);
    },
  };
  const starting = startAwsServer(context, options.awsPort, listener);
  const bundling = prebuilt === null ? bundleAllPrograms(code) : Promise.resolve();
  // Both to their end, so that what one has started is stopped when the other fails.
  await Promise.allSettled([starting, bundling]);
  await bundling;
  const aws = await starting;
  // Before anything can come in, so that it hears of every mail.
  let programs: Programs | null = null;
  console = await startLocalConsole(context, aws, code, () => programs);
  const functions = await startFunctions(context, aws, code);
  const refused = (reply: string) => console?.refused(reply, new Date());
  const edge = await startEdge(context, aws, join(code, 'edge-mta'), options.smtpPort, refused).catch(async (error) => {
    // Its port may have been taken since it was checked.
    await checkPort(options.smtpPort, '--smtp-port', listenAddress);
    throw error;
  });
  programs = { edge, functions };
  web.off('request', notYet);
  web.on('request', console.listener);
  log.info('ready', { smtpPort: edge.smtpPort, webPort, aws: aws.url });
  return {
    smtpPort: edge.smtpPort,
    consoleUrl: `http://127.0.0.1:${webPort}`,
    awsUrl: aws.url,
    logFile: logFile.path,
    eventFile: aws.eventFile,
    setAside: aws.setAside,
    stop: () => closers.close(),
  };
}

function notYet(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'retry-after': '1' }).end('The pipeline is starting.\n');
}
