import type { PutBody } from '../ports/object-store.ts';

export const isWhole = (body: PutBody | AsyncIterable<unknown>): body is Buffer | readonly Buffer[] =>
  Buffer.isBuffer(body) || Array.isArray(body);

export const piecesOf = (body: Buffer | readonly Buffer[]): readonly Buffer[] =>
  Buffer.isBuffer(body) ? [body] : body;

export const joined = (body: Buffer | readonly Buffer[]): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.concat(body);

/** In the format of `x-amz-checksum-crc32`: four bytes, big-endian. */
export function base64Crc32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString('base64');
}
