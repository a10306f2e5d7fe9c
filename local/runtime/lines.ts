import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Longer lines are split, so that a program that never ends a line cannot exhaust this one's memory. */
const LINE_LIMIT_CHARACTERS = 64 * 1024;

/** Calls `onLine` for each line of a program's output, including an unterminated last one. */
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
