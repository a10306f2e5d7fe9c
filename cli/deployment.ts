import { AccessError, PermanentError } from '../core/mail/errors.ts';
import { queueDestination } from '../core/outcome/deliveries.ts';
import type { Buckets } from '../core/outcome/mail-outcomes.ts';
import { deadLetterQueue, ownerOfQueueUrl, stageBucket, stageQueue } from '../core/settings/stage-names.ts';
import type { CommandContext } from './command.ts';

/** The resources of a deployment that the console shows. */
export interface Deployment {
  buckets: Buckets;
  /** Queue names or URLs, keyed by the node of the flow. */
  queues: { node: string; queue: string }[];
}

/**
 * The resource names of a stage in the caller's account and region. They follow from the stage; the account id is read
 * from a queue URL, which saves a permission.
 *
 * @throws PermanentError `stage.unknown`
 */
export async function stageDeployment(stage: string, context: CommandContext): Promise<Deployment> {
  const url = await context.queueUrl(stageQueue(stage, 'parsed-mail'));
  const place = ownerOfQueueUrl(url);
  if (place === null) {
    throw new PermanentError(
      'stage.unknown',
      `${url} is not a queue on AWS: omit --stage for a pipeline on this machine`,
    );
  }
  const bucket = (name: string) => stageBucket(stage, name, place.account, place.region);
  return {
    buckets: { raw: bucket('raw'), content: bucket('content') },
    queues: [
      { node: 'parser', queue: stageQueue(stage, 'raw-mail') },
      { node: 'enricher', queue: stageQueue(stage, 'enrich') },
      { node: 'parsed-mail', queue: url },
      ...(await routeQueues(url, context)),
    ],
  };
}

/**
 * The queues of routes: those whose names start with the name of the parsed-mail queue. Without permission to list
 * queues, warns on the terminal and returns none.
 */
export async function routeQueues(
  parsedMail: string,
  { queueUrls, err }: CommandContext,
): Promise<Deployment['queues']> {
  const prefix = `${nameOf(parsedMail)}-`;
  try {
    const urls = await queueUrls(prefix);
    const names = new Set(urls.map(nameOf));
    const deadLetters = new Set([nameOf(parsedMail), ...names].map(deadLetterQueue));
    return urls
      .filter((url) => !deadLetters.has(nameOf(url)))
      .map((url) => ({ node: queueDestination(nameOf(url).slice(prefix.length)), queue: url }));
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    await err.write(`the queues of routes are not shown: allow sqs:ListQueues to see them (${error.message})\n`);
    return [];
  }
}

const nameOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);
