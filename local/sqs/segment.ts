import { decodeRecord, isUnfinished, type JournalRecord } from './record-frame.ts';

/** A part of a segment, in bytes. `damaged`: bytes between, or behind, whole records that are no record. */
export type SegmentPart =
  | { kind: 'record'; offset: number; length: number; record: JournalRecord }
  | { kind: 'damaged' | 'torn'; offset: number; length: number };

/**
 * Reads a segment from its beginning to its end.
 *
 * An unfinished write leaves the beginning of a record with nothing behind it, and only in the last segment: `torn`.
 * Whatever else is no record was one: damage.
 */
export function* segmentParts(bytes: Buffer, isLast: boolean): Generator<SegmentPart> {
  for (let offset = 0; offset < bytes.length; ) {
    const record = decodeRecord(bytes, offset);
    if (record !== null) {
      yield { kind: 'record', offset, length: record.length, record };
      offset += record.length;
      continue;
    }
    const next = nextRecord(bytes, offset + 1);
    const isTorn = isLast && next === bytes.length && isUnfinished(bytes, offset);
    yield { kind: isTorn ? 'torn' : 'damaged', offset, length: next - offset };
    offset = next;
  }
}

/**
 * Where the next whole record starts, or the end. A record starts with a NUL, and neither its JSON nor the body of a
 * message has one: bytes of a mail that look like a record are never taken for one, and most offsets cost nothing.
 */
function nextRecord(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0, from); at !== -1; at = bytes.indexOf(0, at + 1)) {
    if (decodeRecord(bytes, at) !== null) return at;
  }
  return bytes.length;
}
