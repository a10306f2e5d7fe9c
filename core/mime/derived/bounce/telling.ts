import { replyCodeIn, statusIn } from './codes.ts';
import { tellsWhy } from './reason.ts';

export const ADDRESS = String.raw`(?:"[^"\s@]{1,64}"|[^\s<>"',:;()\[\]@|=]{1,64}(?:=[^\s<>"',:;()\[\]@|]{1,128})?)@(?:\[[\d.:a-zA-Z]{3,45}\]|[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,253}[\p{L}\p{N}])?)`;
export const ANYWHERE = new RegExp(ADDRESS, 'giu');

/** Whether a text contains the code of a refusal. */
export function isCoded(text: string | null): boolean {
  return text !== null && (statusIn(text) !== null || replyCodeIn(text) !== null);
}

/** Whether a text gives a cause, by code or in words. */
export function says(text: string | null): boolean {
  return text !== null && (isCoded(text) || tellsWhy(text));
}

/**
 * What a letter says about a recipient outside of its own paragraph: a line that names it with a code, the code after
 * its RCPT TO, the first code, words. Goes through the lines once, for any number of recipients.
 */
export class Telling {
  readonly #lines: readonly string[];
  /** Positions of codes, in order. */
  #coded: number[] | null = null;
  readonly #named = new Map<string, number>();
  readonly #asked = new Map<string, number>();
  #words: string | null | undefined;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  of(recipient: string): string | null {
    const coded = this.#index();
    const name = recipient.toLowerCase();
    const asked = this.#asked.get(name) ?? -1;
    const at = this.#named.get(name) ?? coded[asked === -1 ? 0 : firstBehind(coded, asked)];
    if (at !== undefined) return withContinuation(this.#lines, at).map(clean).join(' ');
    if (this.#words === undefined) {
      const worded = this.#lines.filter((line) => line.trim() !== '' && tellsWhy(line));
      this.#words = worded.slice(0, 6).map(clean).join(' ') || null;
    }
    return this.#words;
  }

  #index(): number[] {
    if (this.#coded !== null) return this.#coded;
    const coded: number[] = [];
    for (const [at, line] of this.#lines.entries()) {
      const hasCode = isCoded(clean(line));
      if (hasCode) coded.push(at);
      if (!line.includes('@')) continue;
      const into = hasCode ? this.#named : /RCPT TO/i.test(line) ? this.#asked : null;
      if (into === null) continue;
      for (const [address] of line.matchAll(ANYWHERE)) {
        if (!into.has(address.toLowerCase())) into.set(address.toLowerCase(), at);
      }
    }
    this.#coded = coded;
    return coded;
  }
}

/** Without the arrows of a dialogue. */
function clean(line: string): string {
  return line.replace(/^[\s<>]+/, '').trim();
}

function firstBehind(sorted: readonly number[], at: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Multi-line replies, `550-… 550 …` (RFC 5321 §4.2.1), and lines that a server wrapped. */
function withContinuation(lines: readonly string[], at: number): string[] {
  const following = lines.slice(at + 1, at + 8);
  const end = following.findIndex((line) => line.trim() === '' || /^\s*>>>|^[-=*_]{5,}/.test(line));
  return lines.slice(at, at + 1 + (end === -1 ? following.length : end));
}
