/** A mail split in two: the header block with the blank line after it, and the body as a stream. */
export interface SignedMessage {
  /** Null when the header does not end within the limit; `body` then has everything. */
  header: Buffer | null;
  body: AsyncIterable<Buffer>;
}

/**
 * Splits a mail where the header ends for a verifier: at the first empty line, whatever precedes it (RFC 5322 section
 * 2.1). A mail without an empty line is all header.
 */
export async function splitMessage(message: AsyncIterable<Buffer>, limit: number): Promise<SignedMessage> {
  const chunks = message[Symbol.asyncIterator]();
  let start: Buffer = Buffer.alloc(0);
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    start = Buffer.concat([start, next.value]);
    const end = headerEnd(start);
    if (end !== -1 && end <= limit) return { header: start.subarray(0, end), body: rest(start.subarray(end), chunks) };
    if (start.length > limit) return { header: null, body: rest(start, chunks) };
  }
  return { header: start, body: rest(Buffer.alloc(0), chunks) };
}

/** Offset after the first empty line, of CR LF or LF; -1 when there is none yet. */
function headerEnd(bytes: Buffer): number {
  const [crlf, lf] = [bytes.indexOf('\n\r\n'), bytes.indexOf('\n\n')];
  if (crlf !== -1 && (lf === -1 || crlf < lf)) return crlf + 3;
  return lf === -1 ? -1 : lf + 2;
}

async function* rest(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

/** A header field as a verifier needs it: folded, lines ending in CR LF. */
export interface HeaderRow {
  key: string;
  casedKey: string;
  line: Buffer;
}

/**
 * The fields of a header block, in order (RFC 5322 section 2.2). mailauth's parser takes quadratic time for folded
 * lines.
 */
export function headerRows(block: Buffer): HeaderRow[] {
  const fields = block.toString('latin1').split(/\r?\n(?![ \t])/);
  return fields
    .filter((field) => field !== '')
    .map((field) => {
      const casedKey = field.split(':', 1).join('').trim();
      return { key: casedKey.toLowerCase(), casedKey, line: Buffer.from(field.replace(/\r?\n/g, '\r\n'), 'latin1') };
    });
}
