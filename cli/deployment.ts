import { PermanentError } from '../core/mail/errors.ts';
import type { Buckets } from '../core/outcome/mail-outcomes.ts';
import { placeOfQueueUrl, stageBucket, stageQueue } from '../core/settings/stage-names.ts';
import type { World } from './command.ts';

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
export async function stageDeployment(stage: string, { queueUrl }: World): Promise<Deployment> {
  const url = await queueUrl(stageQueue(stage, 'parsed-mail'));
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
    ],
  };
}
