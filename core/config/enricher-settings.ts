import type { EnricherSettings } from '../env/enricher-environment.ts';
import { type EnrichmentPlace, enrichmentSettings } from './enrichment-settings.ts';
import { publishingSettings } from './publishing-settings.ts';
import type { PipelineConfig } from './schema.ts';

/** `maxReceiveCount` of the queues of the enricher. */
export const ENRICH_MAX_RECEIVES = 5;

/** Seconds to the second attempt. Five attempts then span seven minutes: by then the mail's deadline has come. */
const RETRY_BASE_SECONDS = 5;

/** Of the enricher function: pages of PDFs and archives are opened in it. */
export const ENRICHER_MEMORY_MB = 2048;
export const ENRICHER_TIMEOUT_SECONDS = 120;
/** Textract starts a few jobs a second (AWS quota): more copies would only be throttled. */
export const ENRICHER_MAX_CONCURRENCY = 10;

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
    retryBaseSeconds: RETRY_BASE_SECONDS,
    enrichment: enrichmentSettings(config, place),
    allowLoopback: place === 'local',
  };
}
