import { DUTCH } from './dutch.ts';
import { ENGLISH } from './english.ts';
import { FRENCH } from './french.ts';
import { GERMAN } from './german.ts';
import { ITALIAN } from './italian.ts';
import { SPANISH } from './spanish.ts';
import { MEANINGS, type Meaning, type Words } from './words.ts';

const LANGUAGES: readonly Words[] = [ENGLISH, GERMAN, FRENCH, DUTCH, SPANISH, ITALIAN];
/** Languages that write compounds as one word. */
const COMPOUNDING: readonly Words[] = [GERMAN, DUTCH];

/** A word of a text, in the form of the tables. */
interface Token {
  word: string;
  start: number;
  end: number;
  /** Whether a colon precedes it: what follows is another label, or a value. */
  first: boolean;
}

/** A phrase of the tables that occurs in a text. */
export interface Phrase {
  meanings: readonly Meaning[];
  start: number;
  end: number;
}

export interface Meant {
  phrases: readonly Phrase[];
  /** Positions of words that are in no table. */
  unknown: readonly number[];
}

interface Node {
  meanings: Meaning[] | null;
  next: Map<string, Node>;
}

const WORD = /[\p{L}\p{M}\p{N}]+|#|№/gu;
/** `W A R E N R E C H N U N G`: letterspaced words. */
const SPACED = /(?<![\p{L}\d])\p{L}(?: \p{L}){4,}(?![\p{L}\d])/gu;
/** `T.V.A.`, `h.t.` */
const ABBREVIATION = /(?<![\p{L}\d])\p{L}(?:\.\p{L})+(?![\p{L}\d])/gu;
/** Shorter parts of compounds match by chance. */
const MIN_PART = 3;

const plain = (text: string): string =>
  text.toLowerCase().replace('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '').replace('№', 'no');

function tokensOf(text: string): Token[] {
  const joins = [...text.matchAll(SPACED), ...text.matchAll(ABBREVIATION)];
  const tokens: Token[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const join = joins.find((each) => each.index <= index && index < each.index + each[0].length);
    const last = tokens.at(-1);
    if (join && last && last.start >= join.index) {
      last.word += plain(word);
      last.end = index + word.length;
    } else {
      const first = last === undefined || text.slice(last.end, index).includes(':');
      tokens.push({ word: plain(word), start: index, end: index + word.length, first });
    }
  }
  return tokens;
}

const root: Node = { meanings: null, next: new Map() };
const singles = new Map<string, Set<Meaning>>();

function learn({ phrases }: Words, compounding: boolean): void {
  for (const [key, list] of Object.entries(phrases)) {
    const meanings = MEANINGS.filter((meaning) => key.split(' ').includes(meaning));
    for (const phrase of list.split(',')) {
      let node = root;
      const tokens = tokensOf(phrase);
      for (const { word } of tokens) {
        const next = node.next.get(word) ?? { meanings: null, next: new Map() };
        node.next.set(word, next);
        node = next;
      }
      node.meanings = [...new Set([...(node.meanings ?? []), ...meanings])];
      const [first, second] = tokens;
      if (!compounding || first === undefined || second !== undefined) continue;
      singles.set(first.word, new Set([...(singles.get(first.word) ?? []), ...meanings]));
    }
  }
}
for (const words of LANGUAGES) learn(words, COMPOUNDING.includes(words));

/** `rechnungsdatum`: the meanings of its parts. Null when one of them is unknown. */
function partsOf(word: string, depth = 0): Meaning[] | null {
  const whole = singles.get(word);
  if (whole !== undefined) return [...whole];
  if (depth === 3) return null;
  for (let end = word.length - MIN_PART; end >= MIN_PART; end--) {
    const first = singles.get(word.slice(0, end));
    if (first === undefined) continue;
    const rest =
      partsOf(word.slice(end).replace(/^s(?=\p{L}{3})/u, ''), depth + 1) ?? partsOf(word.slice(end), depth + 1);
    if (rest !== null) return [...first, ...rest];
  }
  return null;
}

/** `Mietrechnung`, `Zählernummer`: the last part determines the meaning, of something else. */
const LAST_PARTS: readonly (readonly [RegExp, Meaning[]])[] = [
  [/(?<!ab|be|ver|um|an|vor|auf|hoch|durch)(?:rechnung|factuur)$/u, ['invoice']],
  [/(?:nummer|nr|datum|termin)$/u, ['other']],
];
const compound = (word: string): Meaning[] | null =>
  partsOf(word) ?? LAST_PARTS.find(([ending]) => ending.test(word))?.[1] ?? null;

/** The meanings of the words of a text; of overlapping phrases the longest. */
export function meaningsIn(text: string): Meant {
  const tokens = tokensOf(text);
  const phrases: Phrase[] = [];
  const unknown: number[] = [];
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at];
    if (token === undefined) break;
    const known = longest(tokens, at);
    if (known !== null) {
      phrases.push({ meanings: known.meanings, start: token.start, end: tokens[known.next - 1]?.end ?? token.end });
      at = known.next;
      continue;
    }
    const parts = token.word.length >= 2 * MIN_PART && token.word.length < 40 ? compound(token.word) : null;
    if (parts !== null) phrases.push({ meanings: parts, start: token.start, end: token.end });
    else unknown.push(token.start);
    at++;
  }
  return { phrases, unknown };
}

function longest(tokens: readonly Token[], at: number): { meanings: Meaning[]; next: number } | null {
  let found: { meanings: Meaning[]; next: number } | null = null;
  let node: Node | undefined = root;
  for (let next = at; next < tokens.length; ) {
    const token = tokens[next];
    if (token === undefined || (token.first && next > at)) break;
    node = node.next.get(token.word);
    if (node === undefined) break;
    next++;
    if (node.meanings !== null) found = { meanings: node.meanings, next };
  }
  return found;
}

/** A language that Textract reads, without other words here. */
const PORTUGUESE_MONTHS = [
  ...['janeiro, jan', 'fevereiro, fev', 'março, marco, mar', 'abril, abr', 'maio, mai', 'junho, jun'],
  ...['julho, jul', 'agosto, ago', 'setembro, set', 'outubro, out', 'novembro, nov', 'dezembro, dez'],
];

/** Names of months with their numbers, longest first. */
export const MONTHS: ReadonlyMap<string, number> = new Map(
  [...LANGUAGES.map(({ months }) => months), PORTUGUESE_MONTHS]
    .flatMap((months) => months.flatMap((names, at) => names.split(', ').map((name) => [name, at + 1] as const)))
    .sort(([a], [b]) => b.length - a.length),
);
