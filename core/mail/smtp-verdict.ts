import * as z from 'zod/mini';
import { field } from './field.ts';

/** Bounds of an answer from a service: the excess is dropped. */
export const VERDICT_LIMITS = {
  /** Symbols to keep, those with the largest effect on the score first. */
  symbols: 30,
  tags: 20,
  /** Characters of a symbol, a tag, an action or a reason. */
  textLength: 100,
} as const;

/** `enrichment.smtpVerdict` of the document. */
export const smtpVerdictSchema = z.object({
  provider: field(z.enum(['http', 'rspamd']), 'The kind of service that was called at the end of DATA'),
  action: field(z.string(), 'Its recommendation: accept from an HTTP service; from rspamd the name of its action'),
  score: field(z.nullable(z.number()), 'Score from rspamd; null from an HTTP service'),
  requiredScore: field(
    z.nullable(z.number()),
    'Score from which rspamd considers a mail spam; null from an HTTP service',
  ),
  symbols: field(
    z.array(
      z.object({
        name: field(z.string(), 'Symbol of rspamd'),
        score: field(z.number(), 'What it adds to the score'),
      }),
    ),
    'Why: at most 30 symbols, those that changed the score most',
  ),
  tags: field(z.array(z.string()), 'Tags from an HTTP service, at most 20'),
});

/** In the stored envelope: whether the service answered, and its answer for a mail that was accepted. */
export const askedVerdictSchema = z.object({
  provider: z.enum(['http', 'rspamd']),
  status: z.enum(['ok', 'failed', 'skipped', 'timed-out']),
  ms: z.number(),
  /** Why it is not ok. */
  reason: z.nullable(z.string()),
  /** Null unless ok. */
  said: z.nullable(smtpVerdictSchema),
});

export type SmtpVerdict = z.infer<typeof smtpVerdictSchema>;
export type AskedVerdict = z.infer<typeof askedVerdictSchema>;
