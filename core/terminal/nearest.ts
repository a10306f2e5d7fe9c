import { closest, distance } from 'fastest-levenshtein';

/** The word that was probably meant; null when none is similar. */
export function nearest(word: string, known: readonly string[]): string | null {
  // Nobody mistypes a word of this length, and the time to compare grows with its square.
  if (known.length === 0 || word.length > 40) return null;
  const lower = word.toLowerCase();
  const begun = lower.length >= 3 ? known.filter((candidate) => candidate.startsWith(lower)) : [];
  if (begun.length === 1) return begun[0] ?? null;
  const found = closest(lower, [...known]);
  return distance(lower, found) <= Math.max(1, Math.floor(Math.min(word.length, found.length) / 2)) ? found : null;
}
