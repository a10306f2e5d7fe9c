import { S3Error } from './errors.ts';

export interface ByteRange {
  start: number;
  length: number;
}

/**
 * One byte range (RFC 9110 section 14.1.2). Null for the whole object: without a header, or with one that is not a
 * single byte range, which is ignored.
 *
 * @throws S3Error 416 when the range contains no byte of the object
 */
export function readRange(header: string | undefined, size: number): ByteRange | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  if (first !== '' && last !== '' && Number(first) > Number(last)) return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable');
  return { start, length: end - start + 1 };
}
