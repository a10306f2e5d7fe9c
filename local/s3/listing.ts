import { S3Error } from './errors.ts';
import { compareKeys } from './key-order.ts';
import type { ObjectTable } from './object-table.ts';
import type { StoredObject } from './record.ts';

/** Where a listing resumes: after a key, or after all keys with a common prefix. */
export interface Position {
  after: string;
  isPrefix: boolean;
}

export interface ListingPage {
  objects: StoredObject[];
  commonPrefixes: string[];
  /** Null on the last page. */
  next: Position | null;
}

/** One page in key order; keys that share the text up to the next delimiter count once, as a common prefix. */
export function listPage(
  table: ObjectTable,
  { prefix, delimiter, position, limit }: { prefix: string; delimiter: string; position: Position; limit: number },
): ListingPage {
  const page: ListingPage = { objects: [], commonPrefixes: [], next: null };
  let last = position;
  for (const object of table.from(compareKeys(prefix, position.after) > 0 ? prefix : position.after)) {
    if (!object.key.startsWith(prefix)) break;
    if (object.key === last.after || (last.isPrefix && object.key.startsWith(last.after))) continue;
    if (page.objects.length + page.commonPrefixes.length >= limit) {
      page.next = last;
      break;
    }
    const cut = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    if (cut === -1) {
      page.objects.push(object);
      last = { after: object.key, isPrefix: false };
    } else {
      const common = object.key.slice(0, cut + delimiter.length);
      page.commonPrefixes.push(common);
      last = { after: common, isPrefix: true };
    }
  }
  return page;
}

/** A position as an opaque continuation token. */
export const encodePosition = ({ after, isPrefix }: Position): string =>
  Buffer.from(`${isPrefix ? 'p' : 'k'}${after}`).toString('base64url');

/** @throws S3Error 400 */
export function decodePosition(token: string): Position {
  const text = Buffer.from(token, 'base64url').toString();
  if (!/^[pk]/.test(text)) throw new S3Error(400, 'InvalidArgument', 'The continuation token provided is incorrect');
  return { after: text.slice(1), isPrefix: text.startsWith('p') };
}
