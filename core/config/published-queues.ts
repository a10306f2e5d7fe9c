import { QUARANTINE_ROUTE } from '../mail/routes.ts';
import type { PipelineConfig } from './schema.ts';

export type QueueConfig = PipelineConfig['queue'];
type Routing = Pick<PipelineConfig, 'queue' | 'routes' | 'enrichment'>;

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

export const hasQuarantine = ({ enrichment }: Pick<PipelineConfig, 'enrichment'>): boolean =>
  enrichment.malware.quarantine !== false;

/** Every queue that parsed mails are put on, with what holds for it. The route is null for mails of no route. */
export function publishedQueues(config: Routing): { route: string | null; queue: QueueConfig }[] {
  return [
    { route: null, queue: config.queue },
    ...config.routes.map((route) => ({ route: route.name, queue: queueOfRoute(config, route) })),
    ...(hasQuarantine(config) ? [{ route: QUARANTINE_ROUTE, queue: config.queue }] : []),
  ];
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
