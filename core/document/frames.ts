import type { Readable } from 'node:stream';

/** A message between the processes: JSON, optionally followed by bytes. */
export interface Frame {
  json: unknown;
  bytes: Buffer;
}

/** Two lengths of four bytes each: of the JSON, and of the bytes. */
const HEAD_BYTES = 8;

export function encodeFrame(json: unknown, bytes: Uint8Array = Buffer.alloc(0)): Buffer {
  const text = Buffer.from(JSON.stringify(json));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(text.length, 0);
  head.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([head, text, bytes]);
}

/** The frames of a stream, one at a time. @throws when a frame exceeds `maxBytes`, is truncated, or is not JSON */
export async function* readFrames(stream: Readable, maxBytes: number): AsyncGenerator<Frame> {
  let chunks: Buffer[] = [];
  let length = 0;
  const take = (count: number): Buffer => {
    const all = Buffer.concat(chunks);
    chunks = [all.subarray(count)];
    length -= count;
    return all.subarray(0, count);
  };
  let lengths: [number, number] | null = null;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    for (;;) {
      if (lengths === null) {
        if (length < HEAD_BYTES) break;
        const head = take(HEAD_BYTES);
        lengths = [head.readUInt32BE(0), head.readUInt32BE(4)];
        if (lengths[0] + lengths[1] > maxBytes) throw new Error(`a message is longer than ${maxBytes} bytes`);
      }
      if (length < lengths[0] + lengths[1]) break;
      const json: unknown = JSON.parse(take(lengths[0]).toString());
      const bytes = take(lengths[1]);
      lengths = null;
      yield { json, bytes };
    }
  }
  if (length > 0 || lengths !== null) throw new Error('a message is truncated');
}
