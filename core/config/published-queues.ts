import { CANARY_ROUTE, QUARANTINE_ROUTE } from '../mail/routes.ts';
import { WORK_MAX_RECEIVES } from './functions.ts';
import type { PipelineConfig } from './schema.ts';

export type QueueConfig = PipelineConfig['queue'];
type Routing = Pick<PipelineConfig, 'queue' | 'webhook' | 'routes' | 'enrichment' | 'canary'>;

/** What holds for the queue of a route: its own settings over those of `queue`. */
export function queueOfRoute(
  { queue }: Pick<PipelineConfig, 'queue'>,
  { queue: own }: PipelineConfig['routes'][number],
): QueueConfig {
  return {
    messageLimitBytes: own.messageLimitBytes ?? queue.messageLimitBytes,
    oversize: queue.oversize,
    visibilityTimeoutSeconds: own.visibilityTimeoutSeconds ?? queue.visibilityTimeoutSeconds,
    retentionSeconds: own.retentionSeconds ?? queue.retentionSeconds,
    maxReceiveCount: own.maxReceiveCount ?? queue.maxReceiveCount,
  };
}

/**
 * `maxReceiveCount` of a queue, for SQS. A queue with a webhook is read by a function of ours, which counts its attempts
 * itself.
 */
export const maxReceivesOf = (queue: QueueConfig, webhook: object | null): number =>
  webhook === null ? queue.maxReceiveCount : WORK_MAX_RECEIVES;

export const hasQuarantine = ({ enrichment }: Pick<PipelineConfig, 'enrichment'>): boolean =>
  enrichment.malware.quarantine !== false;

/** What holds for the queue of canary mails: one that nobody received is of no use later. */
export const canaryQueue = ({ queue }: Pick<PipelineConfig, 'queue'>): QueueConfig => ({
  ...queue,
  visibilityTimeoutSeconds: 60,
  retentionSeconds: 3_600,
});

/** Every queue that parsed mails are put on, with what holds for it. The route is null for mails of no route. */
export function publishedQueues(config: Routing): PublishedQueue[] {
  return [
    { route: null, queue: config.queue, webhook: config.webhook },
    ...config.routes.map((route) => ({
      route: route.name,
      queue: queueOfRoute(config, route),
      webhook: route.webhook,
    })),
    ...(hasQuarantine(config) ? [{ route: QUARANTINE_ROUTE, queue: config.queue, webhook: null }] : []),
    ...(config.canary === null ? [] : [{ route: CANARY_ROUTE, queue: canaryQueue(config), webhook: null }]),
  ];
}

export interface PublishedQueue {
  route: string | null;
  queue: QueueConfig;
  webhook: PipelineConfig['webhook'];
}

export interface ConfiguredWebhook {
  /** As in the configuration: `webhook`, or `routes`, `2`, `webhook`. */
  path: readonly string[];
  /** Null for the parsed-mail queue. */
  route: string | null;
  webhook: NonNullable<PipelineConfig['webhook']>;
  queue: QueueConfig;
}

/** The queues of these whose mails are posted. */
export function configuredWebhooks(config: Pick<PipelineConfig, 'webhook' | 'routes' | 'queue'>): ConfiguredWebhook[] {
  const own = { path: ['webhook'], route: null, webhook: config.webhook, queue: config.queue };
  const ofRoutes = config.routes.map((route, index) => ({
    path: ['routes', String(index), 'webhook'],
    route: route.name,
    webhook: route.webhook,
    queue: queueOfRoute(config, route),
  }));
  return [own, ...ofRoutes].flatMap(({ webhook, ...rest }) => (webhook === null ? [] : [{ ...rest, webhook }]));
}
