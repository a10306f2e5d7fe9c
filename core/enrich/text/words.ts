/** Web and mail addresses are of no language, and words of no mood. */
const ADDRESS = /:\/\/|@|^www\./;

/**
 * Characters of a word that count; more is no word that somebody wrote. Without this limit a library that looks at
 * each word with an expression of its own (vader-sentiment) takes cubic time for 5,000 capitals.
 */
const WORD_LENGTH = 60;

/** The words of a text, separated by blanks and by the stops of languages that write none. */
export const wordsOf = (text: string): string[] =>
  text
    .split(/[\s\u3000-\u3002\uff0c\uff01\uff1f]+/)
    .filter((word) => word !== '' && !ADDRESS.test(word))
    .map((word) => word.slice(0, WORD_LENGTH));

/** Words put together again, into pieces of at least so many characters; the last one may be shorter. */
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
