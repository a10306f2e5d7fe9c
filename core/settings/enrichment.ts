import * as z from 'zod/mini';
import { NO_STEPS, STEP_SETTINGS } from '../enrich/step-settings.ts';

export const enrichmentSchema = z.object({
  /** Seconds from the end of parsing to the message, whatever is still missing then; 900 at most (SQS delay quota). */
  deadlineSeconds: z.int(),
  /** US dollars of a UTC day; nothing that costs is started beyond it. */
  dailyBudgetUsd: z.number(),
  ...STEP_SETTINGS,
});

/** What is to be found out about mails. Encoded for parser and enricher alike: the one plans, the other does. */
export type EnrichmentSettings = z.infer<typeof enrichmentSchema>;

/** Nothing beyond parsing. */
export const NO_ENRICHMENT: EnrichmentSettings = { deadlineSeconds: 300, dailyBudgetUsd: 0, ...NO_STEPS };
