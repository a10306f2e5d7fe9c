import * as z from 'zod/mini';
import { keyPlace } from './signing-key.ts';

/** A service of somebody else's that is asked over HTTP. */
const httpServiceSchema = z.object({
  url: z.string(),
  key: keyPlace,
  /** Milliseconds to an answer. */
  deadlineMs: z.int(),
});

export const enrichmentSchema = z.object({
  /** Seconds from the end of parsing to the message, whatever is still missing then; 900 at most (SQS delay quota). */
  deadlineSeconds: z.int(),
  /** US dollars of a UTC day; nothing that costs is started beyond it. */
  dailyBudgetUsd: z.number(),
  /** Quick steps: in the parser. */
  language: z.boolean(),
  sentiment: z.nullable(z.enum(['local', 'comprehend'])),
  /** By Comprehend. */
  entities: z.boolean(),
  pii: z.boolean(),
  ocr: z.nullable(
    z.object({
      provider: z.enum(['textract', 'tesseract']),
      maxPagesPerPdf: z.int(),
      maxDocumentsPerMail: z.int(),
    }),
  ),
  malware: z.nullable(
    z.object({
      provider: z.enum(['guardduty', 'clamd']),
      /** Where clamd listens; null with GuardDuty. */
      clamd: z.nullable(z.object({ host: z.string(), port: z.int() })),
      /** Infected mails go to the queue `quarantine` and to no other. */
      quarantine: z.boolean(),
    }),
  ),
  detonation: z.nullable(
    z.object({ ...httpServiceSchema.shape, contentTypes: z.array(z.string()), maxAttachmentsPerMail: z.int() }),
  ),
  model: z.nullable(z.object({ ...httpServiceSchema.shape, costUsd: z.number() })),
});

/** What is to be found out about mails. Encoded for parser and enricher alike: the one plans, the other does. */
export type EnrichmentSettings = z.infer<typeof enrichmentSchema>;

/** Nothing beyond parsing. */
export const NO_ENRICHMENT: EnrichmentSettings = {
  deadlineSeconds: 300,
  dailyBudgetUsd: 0,
  language: false,
  sentiment: null,
  entities: false,
  pii: false,
  ocr: null,
  malware: null,
  detonation: null,
  model: null,
};
