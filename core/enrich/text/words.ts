/** Web and mail addresses belong to no language, and express no sentiment. */
const ADDRESS = /:\/\/|@|^www\./;

/**
 * Maximum characters of a word; a longer one was not written by a person. Without this limit a library that tests each
 * word with a regular expression of its own (vader-sentiment) takes cubic time for 5,000 capitals.
 */
const WORD_LENGTH = 60;

/** The words of a text, separated by blanks, or by the punctuation of languages without blanks. */
export const wordsOf = (text: string): string[] =>
  text
    .split(/[\s\u3000-\u3002\uff0c\uff01\uff1f]+/)
    .filter((word) => word !== '' && !ADDRESS.test(word))
    .map((word) => word.slice(0, WORD_LENGTH));

/** Joins words into pieces of at least `length` characters; the last one may be shorter. */
export function piecesOf(words: readonly string[], length: number): string[] {
  const pieces: string[] = [];
  let piece: string[] = [];
  let size = 0;
  for (const word of words) {
    piece.push(word);
    size += word.length + 1;
    if (size < length) continue;
    pieces.push(piece.join(' '));
    piece = [];
    size = 0;
  }
  if (piece.length > 0) pieces.push(piece.join(' '));
  return pieces;
}
