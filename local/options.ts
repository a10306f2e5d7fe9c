import { type Options, parse, UsageError } from '../core/terminal/arguments.ts';
import type { Usage } from '../core/terminal/usage.ts';

/** What can be said on the command line of `npm start`. */
export interface CommandLine {
  smtpPort: number;
  webPort: number;
  awsPort: number;
  dataDirectory: string;
  /** Null: the one in the root of the project. */
  configFile: string | null;
}

const options = {
  'smtp-port': { type: 'string', value: 'PORT', about: 'where mail is taken. Default 2525', default: '2525' },
  'web-port': { type: 'string', value: 'PORT', about: 'the console. Default 8025', default: '8025' },
  'aws-port': {
    type: 'string',
    value: 'PORT',
    about: 'S3 and SQS, for AWS_ENDPOINT_URL. Default 4566',
    default: '4566',
  },
  data: {
    type: 'string',
    value: 'DIR',
    about: 'where mails, objects and queues are kept. Default .mail-pipeline',
    default: '.mail-pipeline',
  },
  config: { type: 'string', value: 'FILE', about: 'the configuration. Default pipeline.config.ts' },
} as const satisfies Options;

export const USAGE: Usage = {
  synopsis: ['[-- OPTIONS]'],
  about: [
    'Starts the whole pipeline on this machine and keeps it running until Ctrl-C. Port 0 picks a free port. Everything listens on 127.0.0.1 only.',
  ],
  options,
  examples: ['npm start', 'npm start -- --smtp-port 0 --web-port 0 --aws-port 0 --data /tmp/mails'],
};

/** Null when help is asked for. @throws UsageError */
export function parseCommandLine(args: readonly string[]): CommandLine | null {
  if (args.includes('--help') || args.includes('-h')) return null;
  const { values, positionals } = parse(args, options);
  if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}": there are options only`);
  const smtpPort = port('--smtp-port', values['smtp-port']);
  const webPort = port('--web-port', values['web-port']);
  const awsPort = port('--aws-port', values['aws-port']);
  const chosen = [smtpPort, webPort, awsPort].filter((each) => each !== 0);
  if (new Set(chosen).size < chosen.length) {
    throw new UsageError('--smtp-port, --web-port and --aws-port have to be different ports');
  }
  return {
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

function path(flag: string, text: string): string {
  if (text !== '') return text;
  throw new UsageError(`${flag} is empty: give a path`);
}
