import { z } from 'zod';
import { stepConfigurations } from '../enrich/step-settings.ts';
import { whole } from '../mail/field.ts';

/** `enrichment` of the configuration. */
export const enrichmentSchema = z
  .strictObject({
    deadlineSeconds: z
      .int()
      .min(10)
      .max(600, 'write 600 or less: after 15 minutes the reconciler considers a mail lost')
      .default(300)
      .describe('Seconds after which a mail is published with the results so far. Default 300.'),
    dailyBudgetUsd: z
      .number()
      .min(0)
      .max(100_000)
      .default(1)
      .describe(
        'Maximum spend on Textract, Comprehend and a model in a UTC day, US dollars at list price; beyond it their steps are skipped. Default 1.',
      ),
    maxConcurrency: whole(
      { min: 2, max: 1_000, default: 100 },
      'Maximum concurrent executions of the enricher function for each of its two queues, and so of requests to your clamd, sandbox or model.',
    ),
    ...stepConfigurations(),
  })
  .prefault({})
  .describe('What the pipeline finds out about a mail beyond what it says.');
