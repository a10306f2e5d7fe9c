import { NGRAM_DATA } from './ngram-data.ts';

/** Scores of n-grams by language. */
export interface NgramTable {
  /** In the order of their ids. */
  languages: readonly { code: string; averageScore: number }[];
  /** The character, in Latin-1, for each byte of UTF-8. */
  alphabet: Uint8Array;
  /** Everything except letters; an apostrophe before a letter belongs to its word. */
  separators: RegExp;
  /** Adds the scores of an n-gram to the total of each language, and `base` for each of them. */
  addScores(ngram: string, base: number, totals: Uint32Array): void;
}

/** Characters of the longest n-gram. */
const LONGEST = 6;

/**
 * Decodes the layout that `bin/ngram-data.ts` writes, in little-endian order. Of each n-gram, sorted: its last four
 * characters (uint32) and its first two (uint16), zeros behind a shorter one; where the scores of each block begin
 * (uint32); in how many languages each n-gram is (uint8); the scores, two bytes each, of which the first is the
 * language.
 */
function decode(): NgramTable {
  const { ngrams, block, languages, averageScores, separators, alphabet, table } = NGRAM_DATA;
  const { buffer } = Uint8Array.from(Buffer.from(table, 'base64'));
  const blocks = Math.ceil(ngrams / block);
  const tails = new Uint32Array(buffer, 0, ngrams);
  const starts = new Uint32Array(buffer, 4 * ngrams, blocks);
  const heads = new Uint16Array(buffer, 4 * (ngrams + blocks), ngrams);
  const counts = new Uint8Array(buffer, 6 * ngrams + 4 * blocks, ngrams);
  const scores = new Uint8Array(buffer, 7 * ngrams + 4 * blocks);

  /** Binary search; -1 for a missing n-gram. */
  function find(ngram: string): number {
    if (ngram.length > LONGEST) return -1;
    const code = (at: number) => (at < ngram.length ? ngram.charCodeAt(at) : 0);
    const head = code(0) * 0x100 + code(1);
    const tail = ((code(2) * 0x100 + code(3)) * 0x100 + code(4)) * 0x100 + code(5);
    let low = 0;
    let high = ngrams - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const difference = (heads[middle] ?? 0) - head || (tails[middle] ?? 0) - tail;
      if (difference === 0) return middle;
      if (difference < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  return {
    languages: languages.map((code, at) => ({ code, averageScore: averageScores[at] ?? 0 })),
    separators: new RegExp(separators, 'gu'),
    alphabet: Buffer.from(alphabet, 'base64'),
    addScores(ngram, base, totals) {
      const found = find(ngram);
      if (found === -1) return;
      let start = starts[Math.floor(found / block)] ?? 0;
      for (let at = found - (found % block); at < found; at += 1) start += counts[at] ?? 0;
      for (let at = start; at < start + (counts[found] ?? 0); at += 1) {
        const language = scores[2 * at] ?? 0;
        totals[language] = (totals[language] ?? 0) + (scores[2 * at + 1] ?? 0) + base;
      }
    },
  };
}

let table: NgramTable | null = null;

/** Decoded on first use. */
export function ngramTable(): NgramTable {
  table ??= decode();
  return table;
}
