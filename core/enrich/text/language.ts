import type { Language } from '../../mail/enrichment-schema.ts';
import type { Guess } from './ngram-languages.ts';
import { piecesOf, wordsOf } from './words.ts';

/** Characters of one piece: the detector reads the first 350 bytes of its input. */
const PIECE_LENGTH = 250;

let detector: Promise<typeof import('./ngram-languages.ts')> | null = null;

/** Loads the table of 680 KB, once, and only where it is used. */
export function loadLanguages(): Promise<typeof import('./ngram-languages.ts')> {
  detector ??= import('./ngram-languages.ts');
  return detector;
}

/**
 * The dominant language of a text: each piece of it votes with its length, so that a disclaimer in another language
 * does not decide. `confidence` is the share of the text in this language, and lower for a single line. Null when no
 * piece is conclusive: "OK", a number, a list of names, a few words that two languages share.
 */
export async function detectLanguage(text: string): Promise<Language | null> {
  const { guessLanguage } = await loadLanguages();
  const votes = new Map<string, number>();
  let total = 0;
  for (const piece of piecesOf(wordsOf(text), PIECE_LENGTH)) {
    total += piece.length;
    const vote = voteOf(piece, guessLanguage(piece));
    if (vote !== null) votes.set(vote.language, (votes.get(vote.language) ?? 0) + vote.sure * piece.length);
  }
  const [winner] = [...votes].sort(([, a], [, b]) => b - a);
  return winner === undefined ? null : { language: winner[0], confidence: round(winner[1] / total) };
}

/**
 * Scripts of a single language, or of one that is by far the most common (ISO 15924); kana before Han, which Japanese
 * also uses.
 */
const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['ja', /[\p{sc=Hiragana}\p{sc=Katakana}]/gu],
  ['ko', /\p{sc=Hangul}/gu],
  ['zh', /\p{sc=Han}/gu],
  ['el', /\p{sc=Greek}/gu],
  ['he', /\p{sc=Hebrew}/gu],
  ['th', /\p{sc=Thai}/gu],
  ['hy', /\p{sc=Armenian}/gu],
  ['ka', /\p{sc=Georgian}/gu],
  ['am', /\p{sc=Ethiopic}/gu],
  ['ta', /\p{sc=Tamil}/gu],
  ['te', /\p{sc=Telugu}/gu],
  ['kn', /\p{sc=Kannada}/gu],
  ['ml', /\p{sc=Malayalam}/gu],
  ['gu', /\p{sc=Gujarati}/gu],
  ['pa', /\p{sc=Gurmukhi}/gu],
];
/** Letters of such a script that suffice. */
const SCRIPT_LETTERS = 4;

/**
 * From this many letters on the detector is reliable; with fewer only if the second language is this far behind.
 * Measured on parts of 16 sentences in 15 languages: of 3,158 answers 153 were wrong, of the remaining 2,055 only 10.
 */
const EVIDENCE: readonly { letters: number; lead: number }[] = [
  { letters: 60, lead: 0 },
  { letters: 30, lead: 0.02 },
  { letters: 20, lead: 0.1 },
  { letters: 12, lead: 0.3 },
];
const LONG = 60;

function voteOf(piece: string, guess: Guess | null): { language: string; sure: number } | null {
  const letters = piece.match(/\p{L}/gu)?.length ?? 0;
  for (const [language, script] of SCRIPTS) {
    const own = piece.match(script)?.length ?? 0;
    if (own >= SCRIPT_LETTERS && own > letters / 3) return { language, sure: 1 };
  }
  if (guess === null || !guess.reliable) return null;
  const lead = 1 - guess.second / guess.first;
  if (!EVIDENCE.some((enough) => letters >= enough.letters && lead >= enough.lead)) return null;
  return { language: guess.language, sure: letters >= LONG ? 1 : Math.min(0.95, 0.5 + lead) };
}

const round = (share: number): number => Math.round(share * 100) / 100;
