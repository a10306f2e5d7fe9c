import type { ParserSettings } from '../env/parser-environment.ts';
import { type EnrichmentPlace, enrichmentSettings } from './enrichment-settings.ts';
import { publishingSettings } from './publishing-settings.ts';
import type { PipelineConfig } from './schema.ts';

/** Share of the function's timeout in which the MIME of one mail has to be read; the rest is for its document. */
const PARSE_SHARE = 0.6;

/** `maxReceiveCount` of the queue of events. */
export const EVENT_MAX_RECEIVES = 5;

/** Seconds to the second attempt. Five attempts then span 20 minutes: an outage of the store or the queue. */
const RETRY_BASE_SECONDS = 15;

/** What the configuration does not say about a parser: where it runs. */
export type ParserPlacement = Pick<
  ParserSettings,
  'contentBucket' | 'destinationQueue' | 'eventQueue' | 'deadLetterQueue' | 'enrichQueue' | 'metricsNamespace'
>;

/** The parser's settings for a configuration at a place. Local mode and the CDK app both come through here. */
export function parserSettings(
  config: Pick<PipelineConfig, 'parser' | 'queue' | 'routes' | 'events' | 'smtp' | 'enrichment'>,
  place: EnrichmentPlace,
  placement: ParserPlacement,
): ParserSettings {
  return {
    ...publishingSettings(config, placement),
    ...placement,
    maxReceives: EVENT_MAX_RECEIVES,
    retryBaseSeconds: RETRY_BASE_SECONDS,
    enrichment: enrichmentSettings(config, place),
    dnsServers: config.parser.dnsServers,
    parseDeadlineMs: Math.floor(PARSE_SHARE * 1000 * config.parser.timeoutSeconds),
  };
}
