import type { Sentiment } from '../../mail/enrichment-schema.ts';
import { withoutCourtesies } from './courtesies.ts';
import { polarityScores } from './polarity-scores.ts';
import { wordsOf } from './words.ts';

/** Characters to analyse. */
const JUDGED_LENGTH = 1_000;

/** Maximum words of a sentence: a list or a table has no full stops. */
const SENTENCE_WORDS = 40;

/** Mean compound score from which VADER's authors call a text positive, or negative. */
const THRESHOLD = 0.05;

let library: Promise<typeof import('vader-sentiment')> | null = null;

/** Loads the list once, and only where it is used. */
export function loadWordList(): Promise<typeof import('vader-sentiment')> {
  library ??= import('vader-sentiment');
  return library;
}

/**
 * The sentiment of an English text by VADER's word list: the mean over its sentences, because the scores of a long text
 * as a whole would saturate. Greeting and closing do not count: every complaint is sent with kind regards. Null for a
 * text without other words. `mixed` is always 0: the list does not support it.
 */
export async function localSentiment(text: string): Promise<Sentiment | null> {
  const { default: vader } = await loadWordList();
  const sentences = sentencesOf(wordsOf(withoutCourtesies(text).slice(0, JUDGED_LENGTH)));
  if (sentences.length === 0) return null;
  const scores = sentences.map((sentence) => polarityScores(vader, sentence));
  const mean = (of: 'pos' | 'neg' | 'compound') => scores.reduce((sum, score) => sum + score[of], 0) / scores.length;
  const [positive, negative, compound] = [round(mean('pos')), round(mean('neg')), mean('compound')];
  return {
    label: compound >= THRESHOLD ? 'positive' : compound <= -THRESHOLD ? 'negative' : 'neutral',
    positive,
    negative,
    neutral: round(1 - positive - negative),
    mixed: 0,
  };
}

function sentencesOf(words: readonly string[]): string[] {
  const sentences: string[] = [];
  let sentence: string[] = [];
  for (const word of words) {
    sentence.push(word);
    if (!/[.!?]["')]?$/.test(word) && sentence.length < SENTENCE_WORDS) continue;
    sentences.push(sentence.join(' '));
    sentence = [];
  }
  if (sentence.length > 0) sentences.push(sentence.join(' '));
  return sentences;
}

const round = (share: number): number => Math.round(share * 1_000) / 1_000;
