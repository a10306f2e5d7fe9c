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
  /** 0 picks a free port. */
  smtpPort: number;
  webPort: number;
  awsPort: number;
  /** Folder for all data; created if missing. */
  dataDirectory: string;
  /** The flag or variable that sets the directory, for error messages. Default `--data`. */
  chosenWith?: string;
  config: PipelineConfig;
}

/** The complete pipeline running on this machine. */
export interface LocalPipeline {
  smtpPort: number;
  /** `http://127.0.0.1:8025` */
  consoleUrl: string;
  /** The value for AWS_ENDPOINT_URL, such as `http://127.0.0.1:4566`. */
  awsUrl: string;
  logFile: string;
  /** File for the events a deployment would put on its bus; null when it would put none. */
  eventFile: string | null;
  /** Damaged records of S3 and SQS that were set aside; the user must be told. */
  setAside: AwsServer['setAside'];
  /** Stops everything, child processes included; work in progress resumes at the next start. */
  stop(): Promise<void>;
}

/**
 * Starts everything; resolves when mail can be delivered. If a part fails to start, the others are stopped again.
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
  // Await both, so that everything one has started can be stopped when the other fails.
  await Promise.allSettled([starting, bundling]);
  await bundling;
  const aws = await starting;
  // Start before anything can arrive, so that it sees every mail.
  let programs: Programs | null = null;
  console = await startLocalConsole(context, aws, code, () => programs);
  const functions = await startFunctions(context, aws, code);
  const refused = (reply: string) => console?.refused(reply, new Date());
  const edge = await startEdge(context, aws, join(code, 'edge-mta'), options.smtpPort, refused).catch(async (error) => {
    // The port may have been taken since it was checked.
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
