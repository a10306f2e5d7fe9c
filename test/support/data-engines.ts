import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { DotReader } from '../../edge-mta/data/dot-reader.ts';

/** What an engine made of some bytes: the mail, and the bytes after its end. `rest` is null when the end never came. */
export interface ReadData {
  content: string;
  rest: string | null;
}

/** Our reader, chunk by chunk. Each chunk is a copy, because the reader overwrites it. */
export function readWithDotReader(
  chunks: readonly Buffer[],
  bareNewlines: 'content' | 'lineEnd' = 'content',
): ReadData & { bareCr: number; bareLf: number; dubiousEnd: boolean } {
  const reader = new DotReader(bareNewlines);
  let content = '';
  let rest: string | null = null;
  for (const chunk of chunks) {
    if (rest !== null) rest += chunk.toString('latin1');
    else
      rest =
        reader.read(Buffer.from(chunk), (piece) => (content += piece.toString('latin1')))?.toString('latin1') ?? null;
  }
  return { content, rest, bareCr: reader.bareCr, bareLf: reader.bareLf, dubiousEnd: reader.dubiousEnd };
}

/** The reader of smtp-server. It may hold back the last bytes until the end comes. */
export async function readWithSmtpServer(chunks: readonly Buffer[]): Promise<ReadData> {
  const stream = new SMTPStream();
  const data = stream.startDataMode();
  const read: ReadData = { content: '', rest: null };
  data.on('data', (chunk: Buffer) => {
    read.content += chunk.toString('latin1');
  });
  for (const chunk of chunks) {
    if (read.rest !== null) {
      read.rest += chunk.toString('latin1');
      continue;
    }
    await new Promise<void>((resolve) => {
      stream._endDataMode = (last, remainder) => {
        if (last) data.write(last);
        read.rest = remainder.toString('latin1');
        resolve();
      };
      stream._feedDataStream(Buffer.from(chunk), () => resolve());
    });
  }
  const ended = new Promise((resolve) => data.once('end', resolve));
  data.end();
  await ended;
  return read;
}

/** RFC 5321 §4.5.2 word for word, on a whole string: slow, short and obviously correct. */
export function readByTheRfc(input: string): ReadData {
  let content = '';
  let at = 0;
  for (;;) {
    const found = input.indexOf('\r\n', at);
    const end = found === -1 ? input.length : found + 2;
    const line = input.slice(at, end);
    if (line === '.\r\n') return { content, rest: input.slice(end) };
    content += line.startsWith('.') ? line.slice(1) : line;
    if (found === -1) return { content, rest: null };
    at = end;
  }
}

/**
 * Models DATA for a server that accepts LF as a line end, on a whole string. `mail` has CRLF everywhere; it is null
 * when another server could take one of the dots for the end of the mail.
 */
export function readNormalized(input: string): { mail: string | null; rest: string | null } {
  const sent = `\r\n${input}`;
  const found = sent.indexOf('\r\n.\r\n');
  const consumed = found === -1 ? sent : sent.slice(0, found + 5);
  const rest = found === -1 ? null : sent.slice(found + 5);
  const dubious = [/\r\./, /\.\r(?!\n)/, /\n\.\n/, /(?<!\r)\n\.\r\n/, /\r\r\n\.\r\n/];
  if (dubious.some((form) => form.test(consumed))) return { mail: null, rest };
  const data = consumed.slice(2, found === -1 ? undefined : -3);
  return { mail: data.replace(/(^|\n)\./g, '$1').replace(/(?<!\r)\n/g, '\r\n'), rest };
}

/** Cuts a string into chunks at the given offsets. */
export function cut(input: string, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.filter((place) => place > 0 && place < input.length))].sort((a, b) => a - b);
  return [0, ...sorted].map((start, index) => Buffer.from(input.slice(start, sorted[index] ?? input.length), 'latin1'));
}
