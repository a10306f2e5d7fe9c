import * as z from 'zod/mini';
import { PermanentError } from '../../../../core/mail/errors.ts';

/** Report id of the service. It becomes part of a path, so it must not lead out of it. */
const REPORT_ID = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;

const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('done'),
    verdict: z.enum(['clean', 'suspicious', 'malicious', 'unknown']),
    score: z._default(z.nullable(z.number().check(z.gte(0), z.lte(100))), null),
    reference: z._default(z.nullable(z.string().check(z.maxLength(200))), null),
  }),
  z.object({
    status: z.literal('pending'),
    id: z.string().check(z.regex(REPORT_ID)),
    pollSeconds: z._default(z.int().check(z.gte(1), z.lte(900)), 30),
  }),
]);

/** Answer of a detonation service (docs/sandbox-and-model.md). */
export type DetonationAnswer = z.infer<typeof answerSchema>;

/** @throws PermanentError `detonation.answer_invalid` naming the field */
export function decodeAnswer(value: unknown): DetonationAnswer {
  const parsed = answerSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PermanentError('detonation.answer_invalid', `${issue?.path.join('.') || 'the answer'}: ${issue?.message}`);
}

export const isReportId = (text: string): boolean => REPORT_ID.test(text);
