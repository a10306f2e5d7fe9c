import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { defineConfig } from '../../core/config/define-config.ts';
import { loadConfig } from '../../core/config/load-config.ts';
import type { PipelineConfig } from '../../core/config/schema.ts';
import { aborted, unlessAborted } from '../../core/process/unless-aborted.ts';
import { type Options, parse, UsageError } from '../../core/terminal/arguments.ts';
import { LISTEN_ADDRESSES, type ListenAddress, LOOPBACK } from '../../local/http/listen.ts';
import { type LocalPipeline, type StartOptions, start as startPipeline } from '../../local/start.ts';
import type { Command, CommandContext } from '../command.ts';

const CONFIG_FILE = 'pipeline.config.ts';

const options = {
  'smtp-port': { type: 'string', value: 'PORT', about: 'port of the SMTP edge. Default 2525', default: '2525' },
  'web-port': { type: 'string', value: 'PORT', about: 'port of the console. Default 8025', default: '8025' },
  'aws-port': {
    type: 'string',
    value: 'PORT',
    about: 'port of S3 and SQS, for AWS_ENDPOINT_URL. Default 4566',
    default: '4566',
  },
  listen: {
    type: 'string',
    value: 'ADDRESS',
    about:
      'address to listen on; 0.0.0.0 only inside a container that publishes its ports on 127.0.0.1 (compose.yaml). Default 127.0.0.1',
    default: LOOPBACK,
  },
  data: {
    type: 'string',
    value: 'DIR',
    about: 'folder for mails, objects and queues. Default .mail-pipeline',
    default: '.mail-pipeline',
  },
  config: { type: 'string', value: 'FILE', about: `the configuration. Default ${CONFIG_FILE}` },
} as const satisfies Options;

export const start: Command = {
  summary: 'run the whole pipeline on this machine',
  usage: {
    synopsis: [
      'start [--smtp-port PORT] [--web-port PORT] [--aws-port PORT] [--listen ADDRESS] [--data DIR] [--config FILE]',
    ],
    about: [
      `Starts the SMTP edge, the functions, S3, SQS and the console, and keeps them running until Ctrl-C. Port 0 picks a free port. Everything listens on 127.0.0.1 unless --listen says otherwise. If this folder has no ${CONFIG_FILE}, the defaults apply and every recipient is accepted.`,
    ],
    options,
    examples: ['mail-pipeline start', 'mail-pipeline start --smtp-port 0 --web-port 0 --aws-port 0 --data /tmp/mails'],
  },
  async run(args, context) {
    const { configFile, ...places } = readCommandLine(args);
    const config = await configuration(configFile, context);
    // Its child processes end with this program, and no stored data depends on a clean shutdown.
    const pipeline = await unlessAborted(startPipeline({ ...places, config }), context.signal);
    context.ifInterrupted(() => `stopped; mails, objects and queues are kept in ${places.dataDirectory}`);
    await context.err.write(openNotice(places.listenAddress) + damageNotice(pipeline));
    await context.out.write(greeting(pipeline));
    await aborted(context.signal);
    await pipeline.stop();
    return 0;
  },
};

/** @throws UsageError */
export function readCommandLine(args: readonly string[]): Omit<
  StartOptions,
  'config' | 'chosenWith' | 'listenAddress'
> & {
  listenAddress: ListenAddress;
  configFile: string | null;
} {
  const { values, positionals } = parse(args, options);
  if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}": start takes options only`);
  const smtpPort = port('--smtp-port', values['smtp-port']);
  const webPort = port('--web-port', values['web-port']);
  const awsPort = port('--aws-port', values['aws-port']);
  const chosen = [smtpPort, webPort, awsPort].filter((each) => each !== 0);
  if (new Set(chosen).size < chosen.length) {
    throw new UsageError('--smtp-port, --web-port and --aws-port must differ');
  }
  return {
    listenAddress: listenAddress(values.listen),
    smtpPort,
    webPort,
    awsPort,
    dataDirectory: path('--data', values.data),
    configFile: values.config === undefined ? null : path('--config', values.config),
  };
}

function port(flag: string, text: string): number {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
  throw new UsageError(`${flag} is "${text}": give a port, a whole number from 0 (a free one) to 65535`);
}

function listenAddress(text: string): ListenAddress {
  const address = LISTEN_ADDRESSES.find((each) => each === text);
  if (address !== undefined) return address;
  throw new UsageError(`--listen is "${text}": give 127.0.0.1, or 0.0.0.0 inside a container`);
}

function path(flag: string, text: string): string {
  if (text !== '') return text;
  throw new UsageError(`${flag} is empty: give a path`);
}

async function configuration(file: string | null, { err }: CommandContext): Promise<PipelineConfig> {
  if (file !== null || existsSync(CONFIG_FILE)) return loadConfig(file ?? CONFIG_FILE);
  await err.write(`No ${CONFIG_FILE} in this folder: the defaults apply ("mail-pipeline init" writes one).\n`);
  return defineConfig({});
}

/** Programs wait for the first line, so its form is fixed; the rest is for people. */
function greeting({ smtpPort, consoleUrl, awsUrl, logFile, eventFile }: LocalPipeline): string {
  return `ready smtp=127.0.0.1:${smtpPort} console=${consoleUrl} aws=${awsUrl}
  send a mail      npx mail-pipeline send FILE.eml --smtp 127.0.0.1:${smtpPort}
  read the queue   AWS_ENDPOINT_URL=${awsUrl} npx mail-pipeline tail
  log              ${relative('.', logFile)}${eventFile === null ? '' : eventLine(eventFile)}
  stop             Ctrl-C
`;
}

/** Tells the user that this setting works differently here than on AWS. */
const eventLine = (file: string): string =>
  `\n  events           ${relative('.', file)} (there is no EventBridge here, so no rule or target runs)`;

const openNotice = (address: ListenAddress): string =>
  address === LOOPBACK
    ? ''
    : 'Listening on every address: publish the ports of this container on 127.0.0.1 only, because anyone who can connect can read mails without a password.\n';

/** Printed at every start until the files are deleted: no command can tell what the damaged records contained. */
function damageNotice({ setAside: { s3, sqs } }: LocalPipeline): string {
  const files = [...s3, ...sqs].map(({ file, bytes }) => `  ${relative('.', file)} (${bytes} bytes)\n`);
  if (files.length === 0) return '';
  const what = [
    ...(s3.length > 0 ? ['Objects may be missing; their bytes are still in s3/objects.'] : []),
    ...(sqs.length > 0
      ? ['Messages may be missing, which audit cannot detect, and others may be delivered twice.']
      : []),
  ];
  return `DAMAGED RECORDS in the data directory were set aside; all others are kept.
${files.join('')}${what.join(' ')}
Send mails again with "npx mail-pipeline replay", then delete these files to stop this message.
`;
}
