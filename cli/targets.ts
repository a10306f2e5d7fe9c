import { PermanentError } from '../core/mail/errors.ts';
import type { Buckets } from '../core/outcome/mail-outcomes.ts';
import { type CliSettings, cliVariable } from '../core/settings/cli.ts';

/** Flags that select the pipeline; each overrides its environment variable. */
export const queueOption = {
  queue: { type: 'string', value: 'NAME|URL', about: `the parsed-mail queue (${cliVariable('queue')})` },
} as const;
export const rawQueueOption = {
  'raw-queue': { type: 'string', value: 'NAME|URL', about: `the queue of raw mails (${cliVariable('rawQueue')})` },
} as const;
export const contentBucketOption = {
  'content-bucket': {
    type: 'string',
    value: 'NAME',
    about: `bucket of the documents (${cliVariable('contentBucket')})`,
  },
} as const;
export const bucketOptions = {
  'raw-bucket': { type: 'string', value: 'NAME', about: `bucket of the raw mails (${cliVariable('rawBucket')})` },
  ...contentBucketOption,
} as const;

type Target = 'queue' | 'rawQueue' | 'rawBucket' | 'contentBucket';
const FLAGS: Record<Target, string> = {
  queue: 'queue',
  rawQueue: 'raw-queue',
  rawBucket: 'raw-bucket',
  contentBucket: 'content-bucket',
};

/** @throws PermanentError `target.missing`, which says how to name the target on this machine and on AWS */
export function target(kind: Target, flag: string | undefined, settings: CliSettings): string {
  const name = flag ?? settings[kind];
  if (name) return name;
  throw new PermanentError(
    'target.missing',
    `which pipeline? For one on this machine set ${cliVariable('endpoint')}, such as http://127.0.0.1:4566 (mail-pipeline start prints it); ` +
      `for one on AWS give --${FLAGS[kind]} or set ${cliVariable(kind)} (the deployment prints it)`,
  );
}

/** @throws PermanentError `target.missing` */
export function bucketsOf(
  values: { 'raw-bucket'?: string; 'content-bucket'?: string },
  settings: CliSettings,
): Buckets {
  return {
    raw: target('rawBucket', values['raw-bucket'], settings),
    content: target('contentBucket', values['content-bucket'], settings),
  };
}
