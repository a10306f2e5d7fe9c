import { routeQueue } from '../mail/routes.ts';
import type { PublishDeps } from '../outcome/publish.ts';
import type { Queue } from '../ports/queue.ts';
import type { PublishingSettings } from '../settings/publishing.ts';
import { eventBus } from './event-bridge.ts';

/** The dependencies of `publish`. @param queueAt returns the queue of a URL */
export function publishing(
  settings: PublishingSettings,
  queueAt: (queueUrl: string) => Queue,
  rest: Pick<PublishDeps, 'store' | 'log' | 'metrics'>,
): PublishDeps {
  return {
    ...rest,
    queue: queueAt(settings.destinationQueue),
    routeQueues: new Map(
      settings.routing.routes.map(({ name, messageLimitBytes }) => [
        name,
        { queue: queueAt(routeQueue(settings.destinationQueue, name)), messageLimitBytes },
      ]),
    ),
    bus: eventBus(settings.eventBus),
    contentBucket: settings.contentBucket,
    queueMessageLimitBytes: settings.queueMessageLimitBytes,
    oversize: settings.oversize,
  };
}
