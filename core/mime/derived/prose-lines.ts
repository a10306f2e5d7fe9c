import type { BodyLines } from './body-lines.ts';
import { alternatives } from './quote-languages.ts';

/** Maximum lines that an attribution may span. */
export const ATTRIBUTION_LINES = 4;
/** Maximum length of a header block label with its decoration. */
export const LABEL_LENGTH = 36;
export const NOT_ASCII = /[^\0-\x7f]/;

const SIGNATURES = alternatives('signatures');
const START_OF_LINE = /^[\p{L} ]{3}/u;
/** First words of the lines that phones and free mailers append to a text. */
export const MOBILE_STARTS: ReadonlySet<string> = new Set(
  SIGNATURES.flatMap((line) => START_OF_LINE.exec(line)?.[0] ?? []),
);
/**
 * Those with a variable beginning, in Turkish, Chinese and Korean, are not ASCII, and contain or end with these
 * letters.
 */
const ELSEWHERE = SIGNATURES.filter((line) => !START_OF_LINE.test(line));
const LAST_LETTERS = ELSEWHERE.flatMap((line) => /([a-z])\$$/.exec(line)?.[1]?.charCodeAt(0) ?? []);
/** Including the long s, which a case-insensitive expression takes for an s. */
const LETTERS = ['ſ', ...ELSEWHERE.flatMap((line) => /[\u0250-\uffff]{2,}/.exec(line)?.[0] ?? [])];
/** The separator lines of help desks begin with a sign, or like this. */
const ABOVE_STARTS = ['ple', 'rep', 'rép', 'typ', 'wri', 'res', 'ent', 'ant'];
const STARTS: ReadonlySet<string> = new Set([...MOBILE_STARTS, ...ABOVE_STARTS]);

const SMALL_A = 0x61;
/** The letters of ASCII, and one number for everything else. */
const LETTER_COUNT = 27;
const NO_LETTER = 26;
/** Whether one of the starts has these two first letters, indexed by their numbers. */
const TWO_LETTERS = new Uint8Array(LETTER_COUNT * LETTER_COUNT);
for (const start of STARTS) {
  TWO_LETTERS[letterAt(start, 0) * LETTER_COUNT + letterAt(start, 1)] = 1;
}

const BLANK = 0x20;
const COLON = 0x3a;
const DEL = 0x7f;
/** Latin letters with accents. */
const FIRST_LATIN = 0xc0;
const LAST_LATIN = 0x24f;

/** First pass over a body: finds the lines that are plain prose, in which no test of quote-lines.ts can match. */
export class ProseLines {
  readonly #lines: BodyLines;
  /** Whether the lines contain letters of the signature lines with a variable beginning. */
  readonly #foreign: boolean;
  /** The next position of each, from the most recently requested line on. */
  #colon = -1;
  #wideColon = -1;
  #bar = -1;
  #ending = -1;

  constructor(lines: BodyLines) {
    this.#lines = lines;
    this.#foreign = LETTERS.some((letters) => lines.text.includes(letters));
  }

  /** True for most prose and for nothing else. Lines must be requested in order. */
  has(at: number): boolean {
    const { text } = this.#lines;
    const start = this.#lines.start(at);
    const first = letterAt(text, start);
    if (first === NO_LETTER || this.#endsNear(at)) return false;
    const end = this.#lines.start(at + 1) - 1;
    this.#look(start);
    if (Math.min(this.#colon, this.#wideColon, this.#bar) < Math.min(end, start + LABEL_LENGTH)) return false;
    if (text.charCodeAt(start + 1) > DEL || TWO_LETTERS[first * LETTER_COUNT + letterAt(text, start + 1)] === 1) {
      if (STARTS.has(text.slice(start, Math.min(end, start + 3)).toLowerCase())) return false;
    }
    // A link appended to a line is not part of it.
    const anywhere = this.#foreign || this.#colon < end || LAST_LETTERS.includes(text.charCodeAt(end - 1) | 0x20);
    return !anywhere || !NOT_ASCII.test(text.slice(start, end));
  }

  #look(start: number): void {
    const { text } = this.#lines;
    if (this.#colon < start) this.#colon = nextOf(text, ':', start);
    if (this.#wideColon < start) this.#wideColon = nextOf(text, '：', start);
    if (this.#bar < start) this.#bar = nextOf(text, '|', start);
  }

  /** Whether an attribution that begins at that line could end nearby. */
  #endsNear(at: number): boolean {
    const lines = this.#lines;
    if (this.#ending < at) {
      this.#ending = at;
      while (this.#ending < lines.length && !endsAttribution(lines, this.#ending)) this.#ending++;
    }
    return this.#ending < Math.min(at + ATTRIBUTION_LINES, lines.length);
  }
}

/** Whether the line ends in a colon, or in something that only a closer look distinguishes from one. */
function endsAttribution(lines: BodyLines, line: number): boolean {
  const { text } = lines;
  const start = lines.start(line);
  let at = lines.start(line + 1) - 2;
  while (at >= start && text.charCodeAt(at) <= BLANK) at--;
  if (at < start) return false;
  const last = text.charCodeAt(at);
  return last === COLON || (last >= DEL && !(last >= FIRST_LATIN && last <= LAST_LATIN));
}

/** Its next position; after the end when there is none. */
function nextOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at;
}

function letterAt(text: string, at: number): number {
  const letter = (text.charCodeAt(at) | 0x20) - SMALL_A;
  return letter >= 0 && letter < NO_LETTER ? letter : NO_LETTER;
}
