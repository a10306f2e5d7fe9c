import { parseArgs } from 'node:util';
import { errorText } from '../core/mail/errors.ts';

/** What can be said on the command line of `npm start`. */
export interface CommandLine {
  smtpPort: number;
  webPort: number;
  awsPort: number;
  dataDirectory: string;
  /** Null: the one in the root of the project. */
  configFile: string | null;
}

export const USAGE = `Usage: npm start -- [options]
  --smtp-port PORT   where mail is taken                      (2525)
  --web-port PORT    the console                              (8025)
  --aws-port PORT    S3 and SQS, for AWS_ENDPOINT_URL         (4566)
  --data DIRECTORY   where mails, objects and queues are kept (.mail-pipeline)
  --config FILE      the configuration                        (pipeline.config.ts)
  --help             this text
Port 0 picks a free one. Everything listens on 127.0.0.1 only.
`;

/** The command line cannot be understood; the message names the flag. */
export class UsageError extends Error {}

/** Null when help is asked for. @throws UsageError */
export function parseCommandLine(args: readonly string[]): CommandLine | null {
  const values = parse(args);
  if (values.help) return null;
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

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        'smtp-port': { type: 'string', default: '2525' },
        'web-port': { type: 'string', default: '8025' },
        'aws-port': { type: 'string', default: '4566' },
        data: { type: 'string', default: '.mail-pipeline' },
        config: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    // The library's message names the flag; its second sentence explains a rare way to write one.
    throw new UsageError(errorText(error).split('. ')[0], { cause: error });
  }
}

function port(flag: string, text: string): number {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
  throw new UsageError(`${flag} is "${text}": it should be a port, a whole number from 0 (a free one) to 65535`);
}

function path(flag: string, text: string): string {
  if (text !== '') return text;
  throw new UsageError(`${flag} is empty: it should be a path`);
}
