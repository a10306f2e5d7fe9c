import { CLI_VARIABLES, type CliSettings } from '../core/env/cli-environment.ts';

/** What the user can do about an error of the AWS SDK; null when the error speaks for itself. */
export function hint(error: unknown, settings: CliSettings): string | null {
  const names = errorNames(error);
  const any = (...wanted: string[]) => wanted.some((name) => names.has(name));
  if (any('ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'TimeoutError') && settings.endpoint !== null) {
    return `Nothing answers at ${CLI_VARIABLES.endpoint}=${settings.endpoint}: is the pipeline running (npm start), and is this the address it prints?`;
  }
  if (any('CredentialsProviderError', 'Region is missing')) {
    return `AWS is not configured here: set AWS_REGION and credentials, or ${CLI_VARIABLES.endpoint} for a pipeline on this machine (npm start prints it).`;
  }
  if (any('QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue')) {
    return `Name the queue with --queue or ${CLI_VARIABLES.queue}.`;
  }
  if (any('NoSuchBucket')) {
    return `Name the buckets with --raw-bucket and --content-bucket, or ${CLI_VARIABLES.rawBucket} and ${CLI_VARIABLES.contentBucket}.`;
  }
  return null;
}

/** Names, codes and messages along the chain of causes. */
function errorNames(error: unknown): Set<string> {
  const names = new Set<string>();
  for (let at = error; at instanceof Error; at = at.cause) {
    names.add(at.name).add(at.message);
    if ('code' in at && typeof at.code === 'string') names.add(at.code);
  }
  return names;
}
