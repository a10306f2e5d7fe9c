/** Minimum letters and digits of a page with a text layer: a page number or the stamp of a scanner has fewer. */
const MIN_LETTERS = 20;
/** Where pictures cover half of it: a scanner with OCR writes the whole text, a stamp does not. */
const MIN_LETTERS_ON_PICTURE = 200;
/** Minimum share of ordinary characters. Fonts without a character table yield symbols and private ones. */
const MIN_ORDINARY = 0.9;

const LETTERS = /[\p{L}\p{N}]/gu;
const ORDINARY = /[\p{L}\p{M}\p{N}\p{P}\p{Sc}\p{Sm}]/gu;
const VISIBLE = /\S/gu;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

export type PageText = 'text' | 'sparse' | 'none';

/** `sparse`: whether it is the whole text depends on the pictures on the page. */
export function judgeText(lines: readonly string[]): PageText {
  const text = lines.join('\n');
  const letters = count(text, LETTERS);
  if (letters < MIN_LETTERS || count(text, ORDINARY) < MIN_ORDINARY * count(text, VISIBLE)) return 'none';
  return letters < MIN_LETTERS_ON_PICTURE ? 'sparse' : 'text';
}
