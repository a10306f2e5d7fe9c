import type { Language } from '../../mail/enrichment-schema.ts';
import { piecesOf, wordsOf } from './words.ts';

/** Characters of one piece: eld reads the first 350 bytes of what it is given. */
const PIECE_LENGTH = 250;

let library: Promise<typeof import('eld/extrasmall')> | null = null;

/** Its 50,000 n-grams take a tenth of a second: once, and only where they are used. */
export function loadLanguages(): Promise<typeof import('eld/extrasmall')> {
  library ??= import('eld/extrasmall');
  return library;
}

/**
 * The dominant language of a text: each piece of it has one vote by its length, so that a disclaimer in another language
 * does not decide. `confidence` is the share of the text that is in this language. Null when no piece says enough:
 * "OK", a number, a list of names.
 */
export async function detectLanguage(text: string): Promise<Language | null> {
  const { eld } = await loadLanguages();
  const votes = new Map<string, number>();
  let total = 0;
  for (const piece of piecesOf(wordsOf(text), PIECE_LENGTH)) {
    total += piece.length;
    const detected = eld.detect(piece);
    if (detected.isReliable()) votes.set(detected.language, (votes.get(detected.language) ?? 0) + piece.length);
  }
  const [winner] = [...votes].sort(([, a], [, b]) => b - a);
  return winner === undefined ? null : { language: winner[0], confidence: round(winner[1] / total) };
}

const round = (share: number): number => Math.round(share * 100) / 100;
