import * as z from 'zod/mini';
import { type SettingsOf, settingsCodec } from './codec.ts';
import { enrichmentSchema } from './enrichment.ts';
import { publishing } from './publishing.ts';

/** Settings of the enricher Lambda. */
export const enricherEnvironment = settingsCodec(
  z.extend(publishing, {
    /** URL of the queue of mails to enrich. */
    enrichQueue: z.string(),
    /** URL of the queue for completions of asynchronous services. */
    resultsQueue: z.string(),
    /** URL of the dead-letter queue for work that failed in every attempt; its mail is published without it. */
    deadLetterQueue: z.string(),
    /** Maximum attempts at a message of either queue. */
    maxAttempts: z.int(),
    /** Delay before the second attempt, seconds; each later delay is four times as long. */
    retryBaseSeconds: z.int(),
    enrichment: enrichmentSchema,
    /** Topic to which Textract reports the end of a job, and the role that allows it; null without Textract. */
    textract: z.nullable(z.object({ topicArn: z.string(), roleArn: z.string() })),
    /** Folder that has the packages of Tesseract; null without Tesseract. */
    tesseractFrom: z.nullable(z.string()),
    /** Allows services at addresses of this machine: local mode only. */
    allowLoopback: z.boolean(),
  }),
);

export type EnricherSettings = SettingsOf<typeof enricherEnvironment>;
