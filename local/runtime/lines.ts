import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A longer line is handed on in pieces, so that a program that never ends its line cannot fill this one's memory. */
const LINE_LIMIT_CHARACTERS = 64 * 1024;

/** Calls `onLine` for each line of a program's output, the last one too when it has no end. */
export function eachLine(output: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  output.on('data', (chunk: Buffer) => {
    rest += decoder.write(chunk);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length > LINE_LIMIT_CHARACTERS) {
      onLine(rest);
      rest = '';
    }
  });
  output.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
