import { CR, LF } from './bytes.ts';

/**
 * The line ending of this message: LF (with or without CR before it), or a bare CR when the header block ends before
 * the first LF. Null when that is not known yet.
 *
 * @param bytes the beginning of the message, at most the limit of a header block
 * @param whole no more bytes will come, or none that count
 */
export function chooseNewline(bytes: Buffer, whole: boolean): number | null {
  const lf = bytes.indexOf(LF);
  if (lf === -1) {
    if (!whole) return null;
    return bytes.includes(CR) ? CR : LF;
  }
  const end = lf - returnsBefore(bytes, lf, lf);
  for (let at = bytes.indexOf(CR); at !== -1 && at + 1 < end; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === CR) return CR;
  }
  return LF;
}

/** Number of CR before `end`, at most two by default. */
export function returnsBefore(bytes: Buffer, end: number, limit = 2): number {
  let count = 0;
  while (count < limit && count < end && bytes[end - 1 - count] === CR) count++;
  return count;
}
