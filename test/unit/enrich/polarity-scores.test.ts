import { readFileSync } from 'node:fs';
import vader from 'vader-sentiment';
import { describe, expect, it } from 'vitest';
import { polarityScores } from '../../../core/enrich/text/polarity-scores.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const theirs = (text: string) => vader.SentimentIntensityAnalyzer.polarity_scores(text);

const MARKS = ['.', '!', '?', ',', ';', ':', '-', "'", '"', '!!', '!!!', '??', '???', '?!?', '!?!', '?!?!', '!?!?'];
const PIECES = [
  ...MARKS,
  ...[
    '....',
    '!!!!',
    '(',
    ')',
    '*',
    '_',
    '`',
    '[',
    ']',
    '\\',
    '^',
    '/',
    '~',
    '“',
    '…',
    ' ',
    ' ',
    ' ',
    ' ',
    '\n',
    '\u00a0',
  ],
  ...[
    'good',
    "don't",
    'bad',
    'GREAT',
    'a',
    'I',
    'é',
    'große',
    '日本',
    '😀',
    ':)',
    ':-(',
    '__proto__',
    '7',
    'ABC',
    'Abc',
  ],
  ...[
    'kind ',
    'of',
    'KIND',
    'very ',
    'VERY ',
    'but ',
    'never ',
    'so ',
    'least ',
    'at ',
    'the ',
    'the shit',
    'not ',
    'hate',
  ],
];
/** One in seventy words of the library's list. */
const LISTED = readFileSync('node_modules/vader-sentiment/vader_lexicon.txt', 'utf8')
  .split('\n')
  .flatMap((line, at) => (at % 70 === 0 ? [line.split('\t')[0] ?? ''] : []));

describe('the scores of a text', () => {
  it('are those of the library, whatever it is made of', () => {
    const random = seededRandom(20);
    const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
    for (let round = 0; round < 20_000; round++) {
      const pieces = Array.from({ length: Math.floor(random() * 16) }, () => pick(random() < 0.2 ? LISTED : PIECES));
      const text = pieces.join(random() < 0.5 ? '' : ' ');
      expect(polarityScores(vader, text), JSON.stringify(text)).toEqual(theirs(text));
    }
  });

  it('are those of the library for each mark before and after a word', () => {
    for (const mark of MARKS) {
      for (const text of [`${mark}good day`, `good${mark} day`, `${mark}good${mark} day`, `${mark}GOOD day`]) {
        expect(polarityScores(vader, text), text).toEqual(theirs(text));
      }
    }
  });
});
