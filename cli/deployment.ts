import { AccessError, PermanentError } from '../core/mail/errors.ts';
import { queueDestination } from '../core/outcome/deliveries.ts';
import type { Buckets } from '../core/outcome/mail-outcomes.ts';
import { deadLetterQueue, placeOfQueueUrl, stageBucket, stageQueue } from '../core/settings/stage-names.ts';
import type { CommandContext } from './command.ts';

/** What a deployment is made of, as far as its console shows it. */
export interface Deployment {
  buckets: Buckets;
  /** By the node of the flow; queues by name or URL. */
  queues: { node: string; queue: string }[];
}

/**
 * The names that a stage has in the caller's account and region. They follow from the stage; which account that is tells
 * the URL of a queue, so that no other permission is needed.
 *
 * @throws PermanentError `stage.unknown`
 */
export async function stageDeployment(stage: string, context: CommandContext): Promise<Deployment> {
  const url = await context.queueUrl(stageQueue(stage, 'parsed-mail'));
  const place = placeOfQueueUrl(url);
  if (place === null) {
    throw new PermanentError(
      'stage.unknown',
      `${url} is no queue on AWS: leave --stage out for a pipeline on this machine`,
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
 * The queues of routes: those whose names begin with that of the parsed-mail queue. Without the right to list queues
 * they are left out, and the terminal says so.
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
