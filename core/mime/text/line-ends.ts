/** Text with LF only: CR LF, bare CR and CR CR LF (a careless gateway's) all end a line. Linear. */
export function linesWithLf(text: string): string {
  if (!text.includes('\r')) return text;
  let result = text;
  if (result.includes('\r\r\n')) result = result.replaceAll('\r\r\n', '\n');
  result = result.replaceAll('\r\n', '\n');
  return result.includes('\r') ? result.replaceAll('\r', '\n') : result;
}
