/*
 * Language detection by the n-grams of eld 2.1.0 ("Efficient Language Detector", https://github.com/nitotm/efficient-language-detector-js),
 * Copyright 2023-2025 Nito T.M., Apache License 2.0. Reimplemented for a table that needs no parsing: the library's own data are
 * 50,000 object literals, which cost a cold start seven times a bare start of Node.
 */
import { type NgramTable, ngramTable } from './ngram-table.ts';

export interface Guess {
  /** ISO 639-1. */
  language: string;
  /** Whether the score is near the average for texts in that language. */
  reliable: boolean;
  /** Scores of the first and the second language, 0 to 1; 0 where there is none. */
  first: number;
  second: number;
}

/** Bytes after which the next blank ends the analysed text, and after which any character does. */
const CUT_AT_BLANK = 350;
const CUT = 380;

/** Maximum bytes of a word whose n-grams are used. */
const WORD_BYTES = 70;

/** Added to each score that the table has, and what scales a mean score to 0 to 1. */
const BASE_SCORE = 53;
const SCALE = 25;

/** Minimum n-grams of a reliable guess, and the share of a language's average score that it must reach. */
const FEWEST_NGRAMS = 3;
const RELIABLE_SHARE = 0.75;

/** The language of the first 350 bytes of a text, by its n-grams alone: null when the table has none of them. */
export function guessLanguage(text: string): Guess | null {
  const table = ngramTable();
  const ngrams = ngramsOf(wordsOf(text.replace(table.separators, ' ').trim().toLowerCase(), table));
  const totals = new Uint32Array(table.languages.length);
  for (const ngram of ngrams) table.addScores(ngram, BASE_SCORE, totals);
  const best = greatest(totals, -1);
  const language = table.languages[best];
  if (language === undefined) return null;
  const score = (at: number) => scaled((totals[at] ?? 0) / ngrams.size);
  const first = score(best);
  return {
    language: language.code,
    reliable: ngrams.size >= FEWEST_NGRAMS && first >= RELIABLE_SHARE * language.averageScore,
    first,
    second: score(greatest(totals, best)),
  };
}

const scaled = (mean: number): number => mean / (mean + SCALE);

/** Index of the greatest total other than the one at `but`; -1 when all are 0. */
function greatest(totals: Uint32Array, but: number): number {
  let best = -1;
  totals.forEach((total, at) => {
    if (at !== but && total > (totals[best] ?? 0)) best = at;
  });
  return best;
}

/** Words in the alphabet of the table, which has a character for each byte of UTF-8, or a blank. */
function wordsOf(text: string, { alphabet }: NgramTable): string[] {
  const bytes = Buffer.from(text);
  const words: string[] = [];
  let start = 0;
  let end = 0;
  for (; end < bytes.length; end += 1) {
    const byte = bytes[end] ?? 0;
    const continues = (byte & 0xc0) === 0x80;
    if (!continues && end > CUT) break;
    if (byte === 0x20) {
      if (end > start) words.push(bytes.toString('latin1', start, end));
      start = end + 1;
      if (end > CUT_AT_BLANK) break;
    } else if (byte >= 0x80) {
      bytes[end] = alphabet[byte] ?? 0x20;
    }
  }
  if (end > start) words.push(bytes.toString('latin1', start, end));
  return words;
}

/** Four bytes each, one starting at every third; a blank marks where a word begins or ends. */
function ngramsOf(words: readonly string[]): Set<string> {
  const ngrams = new Set<string>();
  for (const word of words) {
    const length = Math.min(word.length, WORD_BYTES);
    let at = 0;
    for (; at + 4 < length; at += 3) ngrams.add((at === 0 ? ' ' : '') + word.slice(at, at + 4));
    ngrams.add(`${at === 0 ? ' ' : ''}${word.slice(Math.max(0, length - 4))} `);
  }
  return ngrams;
}
