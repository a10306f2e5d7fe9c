import type { LanguageCode } from '@aws-sdk/client-comprehend';
import type { Comprehend } from '../../../core/aws/comprehend.ts';
import { ownText } from '../../../core/enrich/text/own-text.ts';
import { TransientError } from '../../../core/mail/errors.ts';
import type { ParsedMail } from '../../../core/mail/parsed-mail.ts';
import type { Operation } from './comprehend-step.ts';
import type { Excerpt } from './excerpt.ts';

/** For sentiment and entities (Comprehend Developer Guide, "Supported languages"). */
const LANGUAGES: readonly LanguageCode[] = ['ar', 'de', 'en', 'es', 'fr', 'hi', 'it', 'ja', 'ko', 'pt', 'zh'];
const PII_LANGUAGES: readonly LanguageCode[] = ['en', 'es'];

/** Quota of DetectSentiment. */
const SENTIMENT_BYTES = 5_000;
/** The service accepts 100 KB, for ten cents. A stranger's mail may cost two cents here at most. */
const SPANS_BYTES = 20_000;

/** Sentiment of what the sender wrote: a quote was written by somebody else. */
export const sentimentBy = (service: Comprehend): Operation<'sentiment'> => ({
  languages: LANGUAGES,
  maxBytes: SENTIMENT_BYTES,
  textOf: (mail) => ownText(mail, SENTIMENT_BYTES),
  async ask({ text }, language, signal) {
    const { Sentiment, SentimentScore } = await service.sentiment({ text, language, signal });
    const { Positive, Negative, Neutral, Mixed } = SentimentScore;
    return {
      label: LABELS[Sentiment],
      positive: Positive,
      negative: Negative,
      neutral: Neutral,
      mixed: Mixed,
    };
  },
});

const LABELS = { POSITIVE: 'positive', NEGATIVE: 'negative', NEUTRAL: 'neutral', MIXED: 'mixed' } as const;

export const entitiesBy = (service: Comprehend): Operation<'entities'> => ({
  languages: LANGUAGES,
  maxBytes: SPANS_BYTES,
  textOf: plainText,
  async ask(excerpt, language, signal) {
    const entities = await service.entities({ text: excerpt.text, language, signal });
    return { entities: entities.map((entity) => ({ ...spanOf(excerpt, entity), text: entity.Text })) };
  },
});

/** Personal data is not recorded a second time. */
export const piiBy = (service: Comprehend): Operation<'pii'> => ({
  languages: PII_LANGUAGES,
  maxBytes: SPANS_BYTES,
  textOf: plainText,
  async ask(excerpt, language, signal) {
    const entities = await service.pii({ text: excerpt.text, language, signal });
    return { entities: entities.map((entity) => spanOf(excerpt, entity)) };
  },
});

/** Offsets make sense in `text` only, so it is analysed from its first character. */
const plainText = ({ text }: ParsedMail): string | null => (text !== null && /\S/.test(text) ? text : null);

interface Span {
  Type: string;
  Score: number;
  BeginOffset: number;
  EndOffset: number;
}

/** Comprehend counts code points, a JavaScript string UTF-16. */
function spanOf({ utf16Offset }: Excerpt, { Type, Score, BeginOffset, EndOffset }: Span) {
  const [begin, end] = [utf16Offset(BeginOffset), utf16Offset(EndOffset)];
  if (begin === null || end === null || begin > end) {
    const where = `${BeginOffset} to ${EndOffset}`;
    throw new TransientError('comprehend.answer_invalid', `an entity is outside the text, at ${where}`);
  }
  return { type: Type, score: Score, begin, end };
}
