import { crc32 } from 'node:zlib';

/**
 * One journal record: lengths of head and body and a CRC-32 of both (three 32-bit numbers, big endian), the head as
 * JSON, the body as bytes. The checksum distinguishes a torn record from an intact one.
 */
const PREFIX_BYTES = 12;
/** A body is a message of at most 1 MiB (SQS quota). */
const MAX_BODY_BYTES = 1024 * 1024;

export interface JournalRecord {
  head: unknown;
  body: Buffer;
}

export function encodeRecord(head: unknown, body: Buffer = Buffer.alloc(0)): Buffer {
  const headBytes = Buffer.from(JSON.stringify(head));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(headBytes.length, 0);
  prefix.writeUInt32BE(body.length, 4);
  prefix.writeUInt32BE(crc32(body, crc32(headBytes)), 8);
  return Buffer.concat([prefix, headBytes, body]);
}

/** The record that starts at `offset`; null when there is none, or only part of one. */
export function decodeRecord(bytes: Buffer, offset: number): (JournalRecord & { length: number }) | null {
  const lengths = readLengths(bytes, offset);
  if (lengths === null) return null;
  const { headLength, length } = lengths;
  const head = bytes.subarray(offset + PREFIX_BYTES, offset + PREFIX_BYTES + headLength);
  const body = bytes.subarray(offset + PREFIX_BYTES + headLength, offset + length);
  if (crc32(body, crc32(head)) !== bytes.readUInt32BE(offset + 8)) return null;
  return { head: JSON.parse(head.toString()), body, length };
}

/** Whether the rest of `bytes` from `offset` is the start of a record whose write was interrupted. */
export function isUnfinished(bytes: Buffer, offset: number): boolean {
  const hasAllBytes = readLengths(bytes, offset) !== null;
  if (hasAllBytes || bytes.length - offset < PREFIX_BYTES) return !hasAllBytes;
  // The checksum matches the whole rest, so its lengths are damaged rather than its end missing.
  return crc32(bytes.subarray(offset + PREFIX_BYTES)) !== bytes.readUInt32BE(offset + 8);
}

function readLengths(bytes: Buffer, offset: number): { headLength: number; length: number } | null {
  if (bytes.length - offset < PREFIX_BYTES) return null;
  const headLength = bytes.readUInt32BE(offset);
  const bodyLength = bytes.readUInt32BE(offset + 4);
  const length = PREFIX_BYTES + headLength + bodyLength;
  return headLength === 0 || bodyLength > MAX_BODY_BYTES || bytes.length - offset < length
    ? null
    : { headLength, length };
}
