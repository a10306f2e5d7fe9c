import { type Environment, EnvReader } from './env.ts';

/** What the command line needs to know of a pipeline. */
export interface CliSettings {
  /** Base address of the local S3 and SQS; null for AWS. */
  endpoint: string | null;
  /** The parsed-mail queue, by name or URL. */
  queue: string | null;
  /** The queue of raw mails' events, by name or URL. */
  rawQueue: string | null;
  rawBucket: string | null;
  contentBucket: string | null;
  /** `host:port` of the SMTP edge. */
  smtpServer: string;
}

/** Names that local mode gives to its buckets and queues. */
export const LOCAL_NAMES = {
  queue: 'parsed-mail',
  rawQueue: 'raw-mail',
  rawBucket: 'raw-mail',
  contentBucket: 'mail-content',
} as const;

export const CLI_VARIABLES = {
  endpoint: 'AWS_ENDPOINT_URL',
  queue: 'PARSED_MAIL_QUEUE',
  rawQueue: 'RAW_MAIL_QUEUE',
  rawBucket: 'RAW_BUCKET',
  contentBucket: 'CONTENT_BUCKET',
  smtpServer: 'SMTP_SERVER',
} as const;

const LOCAL_SMTP_SERVER = '127.0.0.1:2525';

/** With an endpoint the local names are the defaults; a deployment's names have none and are null until given. */
export function decodeCliEnvironment(env: Environment): CliSettings {
  const read = new EnvReader(env);
  const endpoint = read.optionalString(CLI_VARIABLES.endpoint) ?? null;
  const name = (variable: keyof typeof LOCAL_NAMES) =>
    read.optionalString(CLI_VARIABLES[variable]) ?? (endpoint === null ? null : LOCAL_NAMES[variable]);
  return {
    endpoint,
    queue: name('queue'),
    rawQueue: name('rawQueue'),
    rawBucket: name('rawBucket'),
    contentBucket: name('contentBucket'),
    smtpServer: read.optionalString(CLI_VARIABLES.smtpServer) ?? LOCAL_SMTP_SERVER,
  };
}
