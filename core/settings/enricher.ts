import * as z from 'zod/mini';
import { type SettingsOf, settingsCodec } from './codec.ts';
import { enrichmentSchema } from './enrichment.ts';
import { publishing } from './publishing.ts';

/** What the enricher Lambda has to know. */
export const enricherEnvironment = settingsCodec(
  z.extend(publishing, {
    /** URL of the queue of mails to enrich. */
    enrichQueue: z.string(),
    /** URL of the queue that completions of asynchronous services come through. */
    resultsQueue: z.string(),
    /** URL of the dead-letter queue: work that failed in every attempt goes there, and its mail goes out without it. */
    deadLetterQueue: z.string(),
    /** Attempts at a message of either queue. */
    maxAttempts: z.int(),
    /** Seconds to the second attempt; each later one waits four times as long. */
    retryBaseSeconds: z.int(),
    enrichment: enrichmentSchema,
    /** Where Textract says that a job has ended, and the role that lets it; null without Textract. */
    textract: z.nullable(z.object({ topicArn: z.string(), roleArn: z.string() })),
    /** Folder whose packages Tesseract comes from; null without Tesseract. */
    tesseractFrom: z.nullable(z.string()),
    /** Asks services at addresses of this machine: local mode only. */
    allowLoopback: z.boolean(),
  }),
);

export type EnricherSettings = SettingsOf<typeof enricherEnvironment>;
