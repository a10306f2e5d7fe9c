/** Text with LF only: CR LF, bare CR and CR CR LF (a careless gateway's) all end a line. Linear. */
export function linesWithLf(text: string): string {
  const usual = text.replaceAll('\r\n', '\n');
  return usual.includes('\r') ? usual.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : usual;
}
