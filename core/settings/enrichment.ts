import * as z from 'zod/mini';
import { NO_STEPS, STEP_SETTINGS } from '../enrich/step-settings.ts';

export const enrichmentSchema = z.object({
  /** Seconds from the end of parsing to the message, whatever is still missing; at most 900 (SQS delay quota). */
  deadlineSeconds: z.int(),
  /** US dollars per UTC day; beyond it nothing that costs is started. */
  dailyBudgetUsd: z.number(),
  ...STEP_SETTINGS,
});

/** The enrichment steps. Encoded for parser and enricher alike: the one plans, the other runs them. */
export type EnrichmentSettings = z.infer<typeof enrichmentSchema>;

/** Nothing beyond parsing. */
export const NO_ENRICHMENT: EnrichmentSettings = { deadlineSeconds: 300, dailyBudgetUsd: 0, ...NO_STEPS };
