import { PermanentError } from '../../core/mail/errors.ts';
import type { DeployedFunction } from '../deployment/programs.ts';
import type { Bucket, Queue } from '../deployment/stores.ts';

/** Identifies the parts of the pipeline by their connections, not by their names. */
export interface Topology {
  rawBucket: Bucket;
  /** Queue for events of stored mails, and its dead-letter queue. */
  eventQueue: Queue;
  eventDeadLetters: Queue;
  contentBucket: Bucket;
  parser: DeployedFunction;
  enricher: DeployedFunction;
  /** Queues for consumers. */
  published: readonly Queue[];
}

interface Parts {
  buckets: readonly Bucket[];
  queues: readonly Queue[];
  functions: readonly DeployedFunction[];
}

/** @throws PermanentError `rehearsal.topology` when the templates are not connected as expected */
export function topologyOf({ buckets, queues, functions }: Parts): Topology {
  const given = <T>(found: T | undefined, what: string): T => {
    if (found !== undefined) return found;
    throw new PermanentError('rehearsal.topology', `the templates have no ${what}`);
  };
  const named = (name: string | undefined, what: string) =>
    given(
      queues.find(({ url }) => url === name),
      what,
    );
  const wokenBy = (queue: Queue, what: string) =>
    given(
      functions.find(({ mappings }) => mappings.some(({ queueArn }) => queueArn === queue.arn)),
      what,
    );
  const rawBucket = given(
    buckets.find(({ notifications }) => notifications.length > 0),
    'bucket that notifies a queue',
  );
  const eventArn = rawBucket.notifications[0]?.queueArn;
  const eventQueue = given(
    queues.find(({ arn }) => arn === eventArn),
    'queue notified by the bucket',
  );
  const parser = wokenBy(eventQueue, 'function triggered by events of mails');
  const content = parser.environment['CONTENT_BUCKET'];
  const enrichQueue = named(parser.environment['ENRICH_QUEUE'], 'queue of the enricher');
  const enricher = wokenBy(enrichQueue, 'enricher');
  const own = new Set([eventQueue.arn, ...enricher.mappings.map(({ queueArn }) => queueArn)]);
  const deadLetters = new Set(queues.map(({ deadLetterArn }) => deadLetterArn));
  return {
    rawBucket,
    eventQueue,
    eventDeadLetters: given(
      queues.find(({ arn }) => arn === eventQueue.deadLetterArn),
      'dead-letter queue for events',
    ),
    contentBucket: given(
      buckets.find(({ name }) => name === content),
      'bucket for content',
    ),
    parser,
    enricher,
    published: queues.filter(({ arn }) => !own.has(arn) && !deadLetters.has(arn)),
  };
}
