import { CANARY_ROUTE, QUARANTINE_ROUTE } from '../mail/routes.ts';
import { WORK_MAX_RECEIVES } from './functions.ts';
import type { PipelineConfig } from './schema.ts';

export type QueueConfig = PipelineConfig['queue'];
type Routing = Pick<PipelineConfig, 'queue' | 'webhook' | 'routes' | 'enrichment' | 'canary'>;

/** Effective settings of a route's queue: its own override those of `queue`. */
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
 * `maxReceiveCount` of a queue, as SQS gets it. The webhook function reads a queue with a webhook, and counts attempts
 * itself.
 */
export const maxReceivesOf = (queue: QueueConfig, webhook: object | null): number =>
  webhook === null ? queue.maxReceiveCount : WORK_MAX_RECEIVES;

export const hasQuarantine = ({ enrichment }: Pick<PipelineConfig, 'enrichment'>): boolean =>
  enrichment.malware.quarantine !== false;

/** Effective settings of the canary queue: an unread canary mail is soon of no use. */
export const canaryQueue = ({ queue }: Pick<PipelineConfig, 'queue'>): QueueConfig => ({
  ...queue,
  visibilityTimeoutSeconds: 60,
  retentionSeconds: 3_600,
});

/** Every queue that receives parsed mails, with its effective settings. The route is null for mails that match none. */
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

/** Those of the queues whose mails are posted. */
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
