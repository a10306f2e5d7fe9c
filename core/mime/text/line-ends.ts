/** Characters that are done at a time: of a text of line ends alone, replacing makes lists that are many times as large. */
const PIECE_LENGTH = 64 * 1024;

/** Text with LF only: CR LF, bare CR and CR CR LF (a careless gateway's) all end a line. Linear. */
export function linesWithLf(text: string): string {
  if (!text.includes('\r')) return text;
  if (text.length <= PIECE_LENGTH) return withLf(text);
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + PIECE_LENGTH);
    // CR CR LF is not cut in two.
    for (let i = 0; i < 2 && end < text.length && text.charCodeAt(end - 1) === 0x0d; i++) end--;
    pieces.push(withLf(text.slice(at, end)));
    at = end;
  }
  return pieces.join('');
}

function withLf(text: string): string {
  const usual = text.replaceAll('\r\n', '\n');
  return usual.includes('\r') ? usual.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : usual;
}
