import * as z from 'zod/mini';
import { type Environment, inVariable, type SettingsOf, settingsCodec } from './codec.ts';

const text = () => z.nullable(z.string());

/** What the command line needs to know about a pipeline. */
const cliEnvironment = settingsCodec(
  z.object({
    /** Base address of the local S3 and SQS; null for AWS. */
    endpoint: inVariable('AWS_ENDPOINT_URL', text()),
    /** The parsed-mail queue, by name or URL. */
    queue: inVariable('PARSED_MAIL_QUEUE', text()),
    /** The queue of raw-mail events, by name or URL. */
    rawQueue: inVariable('RAW_MAIL_QUEUE', text()),
    rawBucket: text(),
    contentBucket: text(),
    /** `host:port` of the SMTP edge. */
    smtpServer: z._default(z.string(), '127.0.0.1:2525'),
  }),
);

export type CliSettings = SettingsOf<typeof cliEnvironment>;

export const cliVariable = cliEnvironment.variableOf;

/** Names of the buckets and queues of local mode. */
export const LOCAL_NAMES = {
  queue: 'parsed-mail',
  rawQueue: 'raw-mail',
  rawBucket: 'raw-mail',
  contentBucket: 'mail-content',
} as const;

/** With an endpoint, defaults to the local names; the names of a deployment have no default and are null until set. */
export function decodeCliEnvironment(environment: Environment): CliSettings {
  const given = cliEnvironment.decode(environment);
  if (given.endpoint === null) return given;
  const { queue, rawQueue, rawBucket, contentBucket } = LOCAL_NAMES;
  return {
    ...given,
    queue: given.queue ?? queue,
    rawQueue: given.rawQueue ?? rawQueue,
    rawBucket: given.rawBucket ?? rawBucket,
    contentBucket: given.contentBucket ?? contentBucket,
  };
}
