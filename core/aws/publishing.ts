import type { SQSClient } from '@aws-sdk/client-sqs';
import { routeQueue } from '../mail/routes.ts';
import type { PublishDeps } from '../outcome/publish.ts';
import type { PublishingSettings } from '../settings/publishing.ts';
import { eventBus } from './event-bridge.ts';
import { SqsQueue } from './sqs-queue.ts';

/** What `publish` works with, on AWS clients. */
export function publishing(
  settings: PublishingSettings,
  sqs: SQSClient,
  rest: Pick<PublishDeps, 'store' | 'log' | 'metrics'>,
): PublishDeps {
  return {
    ...rest,
    queue: new SqsQueue(sqs, settings.destinationQueue),
    routeQueues: new Map(
      settings.routing.routes.map(({ name, messageLimitBytes }) => [
        name,
        { queue: new SqsQueue(sqs, routeQueue(settings.destinationQueue, name)), messageLimitBytes },
      ]),
    ),
    bus: eventBus(settings.eventBus),
    contentBucket: settings.contentBucket,
    queueMessageLimitBytes: settings.queueMessageLimitBytes,
    oversize: settings.oversize,
  };
}
