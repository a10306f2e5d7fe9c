import type { PublishingSettings } from '../env/publishing-environment.ts';
import { routingSettings } from './routes.ts';
import type { PipelineConfig } from './schema.ts';

/** What the configuration does not say about a function that sends mails: where it runs. */
export type PublishingPlacement = Pick<PublishingSettings, 'contentBucket' | 'destinationQueue' | 'metricsNamespace'>;

type Config = Pick<PipelineConfig, 'queue' | 'routes' | 'events' | 'smtp' | 'enrichment'>;

export const publishingSettings = (config: Config, placement: PublishingPlacement): PublishingSettings => ({
  ...placement,
  queueMessageLimitBytes: config.queue.messageLimitBytes,
  oversize: config.queue.oversize,
  routing: routingSettings(config),
  eventBus: config.events.busName,
});
