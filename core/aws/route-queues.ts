import type { SQSClient } from '@aws-sdk/client-sqs';
import { routeQueue } from '../mail/routes.ts';
import type { RouteQueue } from '../outcome/publish.ts';
import type { RoutingSettings } from '../settings/publishing.ts';
import { SqsQueue } from './sqs-queue.ts';

/** @param parsedMailQueue URL of the queue for mails of no route */
export function routeQueues(
  client: SQSClient,
  parsedMailQueue: string,
  { routes }: RoutingSettings,
): ReadonlyMap<string, RouteQueue> {
  return new Map(
    routes.map(({ name, messageLimitBytes }) => [
      name,
      { queue: new SqsQueue(client, routeQueue(parsedMailQueue, name)), messageLimitBytes },
    ]),
  );
}
