import { decodeRecord, isUnfinished, type JournalRecord } from './record-frame.ts';

/** A byte range of a segment. `damaged`: bytes between or after intact records that are not a record. */
export type SegmentPart =
  | { kind: 'record'; offset: number; length: number; record: JournalRecord }
  | { kind: 'damaged' | 'torn'; offset: number; length: number };

/**
 * Reads a segment from start to end.
 *
 * An interrupted write leaves the start of a record with nothing after it, and only in the last segment: `torn`.
 * Anything else that is not a record once was one: damage.
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
 * The start of the next intact record, or the end. A record starts with a NUL, which neither its JSON nor a message
 * body contains: bytes of a mail are never mistaken for a record, and most offsets cost nothing.
 */
function nextRecord(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0, from); at !== -1; at = bytes.indexOf(0, at + 1)) {
    if (decodeRecord(bytes, at) !== null) return at;
  }
  return bytes.length;
}
