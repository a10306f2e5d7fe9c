import { addAbortSignal, Readable } from 'node:stream';

/** Bytes of one part, and the largest body sent with a single PutObject. S3 takes parts from 5 MB (AWS quota). */
export const PART_BYTES = 8 * 1024 * 1024;

export interface Part {
  bytes: Buffer;
  /** No part follows. */
  last: boolean;
}

/**
 * Cuts a body into parts of PART_BYTES; only the last is shorter, and an empty body is one empty part. Aborting the
 * signal destroys the body and rejects the pending read, even of a body that has stalled.
 */
export async function* inParts(body: AsyncIterable<Buffer>, signal?: AbortSignal): AsyncGenerator<Part, void> {
  const source: Readable =
    body instanceof Readable ? body : Readable.from(body, { objectMode: true, highWaterMark: 1 });
  if (signal) addAbortSignal(signal, source);
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    length += chunk.length;
    while (length > PART_BYTES) {
      const bytes = Buffer.concat(chunks, length);
      const rest = bytes.subarray(PART_BYTES);
      chunks = [rest];
      length = rest.length;
      yield { bytes: bytes.subarray(0, PART_BYTES), last: false };
    }
  }
  yield { bytes: Buffer.concat(chunks, length), last: true };
}
