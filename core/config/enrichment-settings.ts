import { stepSettingsAt } from '../enrich/step-settings.ts';
import type { Place } from '../http/signed-service.ts';
import type { EnrichmentSettings } from '../settings/enrichment.ts';
import type { PipelineConfig } from './schema.ts';

/** The settings of parser and enricher. @throws PermanentError `config.invalid` when a service cannot work at that place */
export function enrichmentSettings(
  { enrichment }: Pick<PipelineConfig, 'enrichment'>,
  place: Place,
): EnrichmentSettings {
  const { deadlineSeconds, dailyBudgetUsd } = enrichment;
  return { deadlineSeconds, dailyBudgetUsd, ...stepSettingsAt(enrichment, place) };
}
