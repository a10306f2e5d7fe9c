import type { EnricherSettings } from '../settings/enricher.ts';
import { type EnrichmentPlace, enrichmentSettings } from './enrichment-settings.ts';
import { ENRICH_MAX_RECEIVES, RETRY_BASE_SECONDS } from './functions.ts';
import type { PipelineConfig } from './schema.ts';
import { publishingSettings } from './to-settings.ts';

/** What the configuration does not say about an enricher: where it runs. */
export type EnricherPlacement = Pick<
  EnricherSettings,
  | 'contentBucket'
  | 'destinationQueue'
  | 'enrichQueue'
  | 'resultsQueue'
  | 'textract'
  | 'tesseractFrom'
  | 'metricsNamespace'
>;

/** The enricher's settings for a configuration at a place. Local mode and the CDK app both come through here. */
export function enricherSettings(
  config: Pick<PipelineConfig, 'queue' | 'routes' | 'events' | 'smtp' | 'enrichment'>,
  place: EnrichmentPlace,
  placement: EnricherPlacement,
): EnricherSettings {
  return {
    ...publishingSettings(config, placement),
    ...placement,
    maxReceives: ENRICH_MAX_RECEIVES,
    retryBaseSeconds: RETRY_BASE_SECONDS.enricher,
    enrichment: enrichmentSettings(config, place),
    allowLoopback: place === 'local',
  };
}
