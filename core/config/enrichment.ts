import { z } from 'zod';
import { stepConfigurations } from '../enrich/step-settings.ts';
import { whole } from '../mail/field.ts';

/** `enrichment` of the configuration. */
export const enrichmentSchema = z
  .strictObject({
    deadlineSeconds: z
      .int()
      .min(10)
      .max(600, 'write 600 or less: after 15 minutes the reconciler takes a mail for lost')
      .default(300)
      .describe('Seconds after which a mail goes out with what there is. Default 300.'),
    dailyBudgetUsd: z
      .number()
      .min(0)
      .max(100_000)
      .default(1)
      .describe(
        'US dollars by list price that Textract, Comprehend and a model may cost on a UTC day; beyond it their steps are skipped. Default 1.',
      ),
    maxConcurrency: whole(
      { min: 2, max: 1_000, default: 100 },
      'Copies of the enricher function at the same time for each of its two queues, at most: as many requests may reach clamd, a sandbox or a model of yours at a time.',
    ),
    ...stepConfigurations(),
  })
  .prefault({})
  .describe('What is found out about a mail beside what it says.');
