import { S3Error } from './errors.ts';

/** Maximum bytes of a chunk header or trailer line: a size, a signature, a checksum. */
const LINE_MAX_BYTES = 4096;

/**
 * Removes the `aws-chunked` framing from a body: chunks of `<size in hex>[;chunk-signature=…] CRLF <bytes> CRLF`, then
 * a chunk of size 0, trailer lines and an empty line. Signatures are not checked. Source: AWS, "Signature calculations
 * for the Authorization header: transferring payload in multiple chunks".
 *
 * @param trailers receives the trailer fields, names in lower case, before the iteration ends
 * @throws S3Error 400 for anything else
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  for (let size = chunkSize(await reader.line()); size > 0; size = chunkSize(await reader.line())) {
    yield* reader.take(size);
    if ((await reader.line()) !== '') throw malformed('a chunk is longer than its size');
  }
  for (let line = await reader.line(); line; line = await reader.line()) {
    const colon = line.indexOf(':');
    if (colon < 1) throw malformed('a trailer line has no colon');
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

function chunkSize(line: string | null): number {
  const match = /^([0-9a-fA-F]{1,9})(;.*)?$/.exec(line ?? '');
  if (match?.[1] === undefined) throw malformed(line === null ? 'the last chunk is missing' : 'a chunk has no size');
  return Number.parseInt(match[1], 16);
}

const malformed = (why: string): S3Error =>
  new S3Error(400, 'IncompleteBody', `The aws-chunked body is malformed: ${why}`);

/** Reads lines and byte counts from arbitrarily split chunks. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The text up to the next CRLF, exclusive; null at the end of the input. */
  async line(): Promise<string | null> {
    for (let end = this.#rest.indexOf('\r\n'); ; end = this.#rest.indexOf('\r\n')) {
      if (end > LINE_MAX_BYTES || (end === -1 && this.#rest.length > LINE_MAX_BYTES))
        throw malformed('a line is too long');
      if (end !== -1) {
        const line = this.#rest.toString('latin1', 0, end);
        this.#rest = this.#rest.subarray(end + 2);
        return line;
      }
      const chunk = await this.#next();
      if (chunk === null) return null;
      this.#rest = Buffer.concat([this.#rest, chunk]);
    }
  }

  async *take(count: number): AsyncGenerator<Buffer> {
    for (let missing = count; missing > 0; ) {
      if (this.#rest.length === 0) this.#rest = (await this.#next()) ?? this.#rest;
      if (this.#rest.length === 0) throw malformed('it ends inside a chunk');
      const bytes = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(bytes.length);
      missing -= bytes.length;
      yield bytes;
    }
  }

  /** Null at the end of the input; never empty. */
  async #next(): Promise<Buffer | null> {
    for (;;) {
      const { value, done } = await this.#source.next();
      if (done) return null;
      if (value.length > 0) return value;
    }
  }
}
