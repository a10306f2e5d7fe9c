import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eld } from 'eld/extrasmall';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ngramDataModule } from '../../../bin/ngram-data.ts';
import { type Guess, guessLanguage } from '../../../core/enrich/text/ngram-languages.ts';
import { MAILS_IN_LANGUAGES } from '../../support/mails-in-languages.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SHARED = join(ROOT, '../shared/cases');

/** The library's result for a text. */
function asked(text: string): Guess | null {
  const detected = eld.detect(text);
  const [first = 0, second = 0] = Object.values(detected.getScores()).sort((a, b) => b - a);
  return detected.language === ''
    ? null
    : { language: detected.language, reliable: detected.isReliable(), first, second };
}

/** Texts for which our result differs from the library's. */
const different = (texts: readonly string[]): string[] =>
  texts.filter((text) => JSON.stringify(guessLanguage(text)) !== JSON.stringify(asked(text)));

/** Pieces of a text, starting at every seventh character. */
const pieces = (text: string, length: number): string[] =>
  Array.from({ length: Math.ceil(text.length / 7) }, (_, at) => text.slice(7 * at, 7 * at + length));

/** The first 20,000 characters of each file in a folder, unparsed, in pieces of 400. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').slice(0, 20_000))
    .flatMap((text) => text.match(/.{1,400}/gs) ?? []);
}

describe('n-grams give the same languages and scores as eld', () => {
  it('in more than 5,000 pieces of letters in every language of the test mails', () => {
    const texts = Object.values(MAILS_IN_LANGUAGES)
      .flat()
      .flatMap((text) => [5, 20, 60, 250, 1_000].flatMap((length) => pieces(text, length)));
    expect(texts.length).toBeGreaterThan(5_000);
    expect(different(texts)).toEqual([]);
  });

  it('in the sample mails', () => {
    expect(different(filesIn(join(ROOT, 'test/fixtures/mails')))).toEqual([]);
  });

  it.skipIf(!existsSync(SHARED))('in the shared cases (skipped: ../shared/cases is absent)', () => {
    const texts = ['mime', 'bounces', 'loss'].flatMap((cases) => filesIn(join(SHARED, cases)));
    expect(different(texts)).toEqual([]);
  });

  it('in two words around each character of the basic plane', () => {
    const texts = Array.from({ length: 0x10000 }, (_, code) => {
      const char = String.fromCharCode(code);
      return `the${char}ing ${char}a${char}`;
    });
    expect(different(texts)).toEqual([]);
  });

  it('in random texts, and in words longer than 70 bytes', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('und', "don't", 'ʼ’`', 'İΣ', 'é'.repeat(40), 'ab'.repeat(60)),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        expect(different([words.join(' ')])).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

it('the table has the n-grams of the installed version of eld (run npm run docs)', async () => {
  const written = readFileSync(join(ROOT, 'core/enrich/text/ngram-data.ts'), 'utf8');
  // Not toBe on the texts: a failure would print both.
  expect(written === (await ngramDataModule())).toBe(true);
});
