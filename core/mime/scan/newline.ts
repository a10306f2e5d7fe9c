import { CR, LF } from './bytes.ts';

/**
 * What ends lines in this message: LF (with or without CR in front), or a bare CR when the header block is over
 * before the first LF comes. Null when that cannot be told yet.
 *
 * @param bytes the beginning of the message, no more of it than the limit of a header block
 * @param whole there is no more to come, or no more that counts
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

/** How many CR stand in front of `end`, two at most unless told otherwise. */
export function returnsBefore(bytes: Buffer, end: number, limit = 2): number {
  let count = 0;
  while (count < limit && count < end && bytes[end - 1 - count] === CR) count++;
  return count;
}
