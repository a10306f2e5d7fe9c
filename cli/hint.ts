import { type CliSettings, cliVariable } from '../core/settings/cli.ts';

/** What the user can do about an error of the AWS SDK; null when the error explains itself. */
export function hint(error: unknown, settings: CliSettings): string | null {
  const names = errorNames(error);
  const any = (...wanted: string[]) => wanted.some((name) => names.has(name));
  if (any('ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'TimeoutError') && settings.endpoint !== null) {
    return `Nothing answers at ${cliVariable('endpoint')}=${settings.endpoint}: is the pipeline running (mail-pipeline start), and is this the address it prints?`;
  }
  if (any('CredentialsProviderError', 'Region is missing')) {
    return `AWS is not configured here: set AWS_REGION and credentials, or ${cliVariable('endpoint')} for a pipeline on this machine (mail-pipeline start prints it).`;
  }
  if (any('QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue')) {
    return `Name the queue with --queue or ${cliVariable('queue')}, and the queue of raw mails with --raw-queue or ${cliVariable('rawQueue')}.`;
  }
  if (any('NoSuchBucket')) {
    return `Name the buckets with --raw-bucket and --content-bucket, or ${cliVariable('rawBucket')} and ${cliVariable('contentBucket')}.`;
  }
  return null;
}

/** Names, codes and messages of the error and its causes. */
function errorNames(error: unknown): Set<string> {
  const names = new Set<string>();
  for (let at = error; at instanceof Error; at = at.cause) {
    names.add(at.name).add(at.message);
    if ('code' in at && typeof at.code === 'string') names.add(at.code);
  }
  return names;
}
