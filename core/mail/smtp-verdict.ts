import * as z from 'zod/mini';
import { field } from './field.ts';

/** Bounds of what a service may say: the rest is left out. */
export const VERDICT_LIMITS = {
  /** Symbols that are kept, those with the largest effect on the score first. */
  symbols: 30,
  tags: 20,
  /** Characters of a symbol, a tag, an action or a reason. */
  textLength: 100,
} as const;

/** `enrichment.smtpVerdict` of the document. */
export const smtpVerdictSchema = z.object({
  provider: field(z.enum(['http', 'rspamd']), 'Who was asked at the end of DATA'),
  action: field(z.string(), 'What it recommends: accept of an HTTP service; of rspamd the name of its action'),
  score: field(z.nullable(z.number()), 'Score of rspamd; null of an HTTP service'),
  requiredScore: field(z.nullable(z.number()), 'Score from which on rspamd calls a mail spam; null as above'),
  symbols: field(
    z.array(
      z.object({
        name: field(z.string(), 'Symbol of rspamd'),
        score: field(z.number(), 'What it adds to the score'),
      }),
    ),
    'Why: the 30 symbols at most that changed the score most',
  ),
  tags: field(z.array(z.string()), 'Tags of an HTTP service, 20 at most'),
});

/** In the stored envelope: whether the service answered, and what it said of a mail that was accepted. */
export const askedVerdictSchema = z.object({
  provider: z.enum(['http', 'rspamd']),
  status: z.enum(['ok', 'failed', 'skipped', 'timed-out']),
  ms: z.number(),
  /** Why not, when it is not ok. */
  reason: z.nullable(z.string()),
  /** Null unless ok. */
  said: z.nullable(smtpVerdictSchema),
});

export type SmtpVerdict = z.infer<typeof smtpVerdictSchema>;
export type AskedVerdict = z.infer<typeof askedVerdictSchema>;
