/**
 * Longer texts are done in pieces, by `split` and `join`: `replaceAll` is quicker, but in a text of line ends alone it
 * takes forty times the memory of the text.
 */
const LONG_LENGTH = 128 * 1024;
/** Characters of a piece. The list of the lines of a larger one is an object that V8 gives memory of its own. */
const PIECE_LENGTH = 64 * 1024;

/** Text with LF only: CR LF, bare CR and CR CR LF (a careless gateway's) all end a line. Linear. */
export function linesWithLf(text: string): string {
  if (!text.includes('\r')) return text;
  if (text.length <= LONG_LENGTH) return withLf(text, (from, what) => from.replaceAll(what, '\n'));
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + PIECE_LENGTH);
    // CR CR LF is not cut in two.
    for (let i = 0; i < 2 && end < text.length && text.charCodeAt(end - 1) === 0x0d; i++) end--;
    pieces.push(withLf(text.slice(at, end), (from, what) => from.split(what).join('\n')));
    at = end;
  }
  return pieces.join('');
}

function withLf(text: string, replaced: (text: string, lineEnd: string) => string): string {
  const usual = replaced(text, '\r\n');
  return usual.includes('\r') ? replaced(replaced(usual, '\r\n'), '\r') : usual;
}
