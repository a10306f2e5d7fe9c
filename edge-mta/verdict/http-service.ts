import * as z from 'zod/mini';
import { publicEnvelope } from '../../core/mail/envelope.ts';
import { VERDICT_LIMITS } from '../../core/mail/smtp-verdict.ts';
import { post } from './post.ts';
import { bounded, deferred, type Provider, type Question, rejected } from './provider.ts';

const answerSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('accept'), tags: z.optional(z.array(z.string())) }),
  z.object({ action: z.literal('reject'), text: z.optional(z.string()) }),
  z.object({ action: z.literal('defer'), text: z.optional(z.string()) }),
]);

/** A service that receives JSON about the mail, including where it is stored, and answers in JSON. */
export function httpService(url: URL): Provider {
  return async (question, signal) => {
    const body = Buffer.from(JSON.stringify(about(question)));
    const parsed = answerSchema.safeParse(await post(url, { 'content-type': 'application/json' }, [body], signal));
    if (!parsed.success) {
      throw new Error('the answer is not {"action": "accept" | "reject" | "defer", "tags"?: […], "text"?: "…"}');
    }
    const answer = parsed.data;
    if (answer.action === 'reject') return { refusal: rejected(answer.text ?? null), action: 'reject' };
    if (answer.action === 'defer') return { refusal: deferred(answer.text ?? null), action: 'defer' };
    const tags = (answer.tags ?? []).slice(0, VERDICT_LIMITS.tags).map(bounded);
    return {
      refusal: null,
      said: { provider: 'http', action: 'accept', score: null, requiredScore: null, symbols: [], tags },
    };
  };
}

/** Field names are those of the document. */
function about({ envelope, size, held }: Question) {
  const { id, receivedAt } = envelope;
  return { id, receivedAt, envelope: publicEnvelope(envelope), size, held };
}
