/**
 * Characters that must not reach a terminal: controls, which begin escape sequences that recolour, retitle or answer,
 * and marks that reverse the direction of text. With either, a line can appear to say something else.
 */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text from a mail for one line on a terminal: unsafe characters are escaped, as `\u001b`. */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, escaped);
}

/** The same for JSON text, which stays valid: line breaks and indentation are kept. */
export function printableJson(json: string): string {
  return json.replaceAll(UNSAFE, (character) => (character === '\n' ? character : escaped(character)));
}

/** At most `length` characters, with an ellipsis for what is cut. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;
/** Marks that are drawn over the previous character, and joiners. */
const NARROW = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Columns that a text takes on a terminal: East Asian characters and emoji take two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** A text for a terminal cut to `columns`, with an ellipsis for what is cut. */
export function clipped(text: string, columns: number): string {
  let width = 0;
  let end = 0;
  let fits = 0;
  for (const character of text) {
    width += columnsOf(character);
    end += character.length;
    if (width <= columns - 1) fits = end;
    if (width > columns) return `${text.slice(0, fits)}…`;
  }
  return text;
}

function columnsOf(character: string): number {
  if (character < '\u0300') return 1;
  if (NARROW.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
