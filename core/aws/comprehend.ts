import {
  ComprehendClient,
  type ComprehendClientConfig,
  DetectEntitiesCommand,
  DetectPiiEntitiesCommand,
  DetectSentimentCommand,
  type LanguageCode,
} from '@aws-sdk/client-comprehend';
import * as z from 'zod/mini';
import { TransientError } from '../mail/errors.ts';
import { classified } from './aws-error.ts';
import { type ClientOptions, clientConfig } from './client-config.ts';
import { abortable } from './request.ts';

/** Milliseconds to wait for an answer: Comprehend takes a fraction of a second. */
const REQUEST_TIMEOUT_MS = 10_000;

export function createComprehendClient(options: ClientOptions<ComprehendClientConfig> = {}): ComprehendClient {
  return new ComprehendClient(clientConfig(options, REQUEST_TIMEOUT_MS));
}

const share = z.number().check(z.minimum(0), z.maximum(1));

const sentimentSchema = z.object({
  Sentiment: z.enum(['POSITIVE', 'NEGATIVE', 'NEUTRAL', 'MIXED']),
  SentimentScore: z.object({ Positive: share, Negative: share, Neutral: share, Mixed: share }),
});

const offset = z.int().check(z.minimum(0));
const span = { Type: z.string(), Score: share, BeginOffset: offset, EndOffset: offset };
const entitiesSchema = z.object({ Entities: z.array(z.object({ ...span, Text: z.string() })) });
const piiSchema = z.object({ Entities: z.array(z.object(span)) });

interface Question {
  text: string;
  language: LanguageCode;
  signal: AbortSignal;
}

export type Comprehend = ReturnType<typeof comprehend>;

/**
 * Amazon Comprehend as this project uses it. Offsets count Unicode code points. Rejects with TransientError or
 * PermanentError, `comprehend.…`.
 */
export const comprehend = (client: ComprehendClient) => ({
  sentiment: (question: Question) =>
    ask('DetectSentiment', sentimentSchema, () =>
      client.send(new DetectSentimentCommand(inputOf(question)), abortable(question.signal)),
    ),
  async entities(question: Question) {
    const answer = await ask('DetectEntities', entitiesSchema, () =>
      client.send(new DetectEntitiesCommand(inputOf(question)), abortable(question.signal)),
    );
    return answer.Entities;
  },
  async pii(question: Question) {
    const answer = await ask('DetectPiiEntities', piiSchema, () =>
      client.send(new DetectPiiEntitiesCommand(inputOf(question)), abortable(question.signal)),
    );
    return answer.Entities;
  },
});

const inputOf = ({ text, language }: Question) => ({ Text: text, LanguageCode: language });

async function ask<T extends z.ZodMiniType>(
  operation: string,
  schema: T,
  send: () => Promise<unknown>,
): Promise<z.infer<T>> {
  const decoded = schema.safeParse(await classified('comprehend', operation, send));
  if (decoded.success) return decoded.data;
  const cause = new Error(z.prettifyError(decoded.error));
  throw new TransientError('comprehend.answer_invalid', `the answer to ${operation} has an unexpected form`, { cause });
}
