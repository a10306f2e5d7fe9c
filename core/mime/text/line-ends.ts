/**
 * Longer texts are processed in pieces, with `split` and `join`: `replaceAll` is faster, but for a text of line ends
 * only it takes forty times the memory of the text.
 */
const LONG_LENGTH = 128 * 1024;
/** Characters of a piece. V8 allocates the line list of a larger one as a separate large object. */
const PIECE_LENGTH = 64 * 1024;

/** Text with LF only: CR LF, bare CR and CR CR LF (from a faulty gateway) all end a line. Linear. */
export function linesWithLf(text: string): string {
  if (!text.includes('\r')) return text;
  if (text.length <= LONG_LENGTH) return withLf(text, (from, what) => from.replaceAll(what, '\n'));
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + PIECE_LENGTH);
    // Never splits CR CR LF.
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
