import { checksumHeader } from './checksums.ts';
import { S3Error } from './errors.ts';
import type { StoredObject } from './record.ts';
import type { S3Request } from './request.ts';
import { readTagHeader } from './tags.ts';

/** Headers stored with an object and returned with it. */
const KEPT = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];
const METADATA_PREFIX = 'x-amz-meta-';
/** Bytes of all names, without their prefix, and values (AWS quota). */
const METADATA_MAX_BYTES = 2048;

export type ObjectProperties = Pick<StoredObject, 'headers' | 'metadata' | 'tags'>;

/** @throws S3Error 400 MetadataTooLarge, InvalidTag */
export function readObjectProperties(headers: S3Request['headers']): ObjectProperties {
  const kept = KEPT.flatMap((name) => {
    const value = name === 'content-encoding' ? withoutFraming(headers.get(name)) : headers.get(name);
    return value ? [[name, value] as const] : [];
  });
  const metadata = [...headers]
    .filter(([name]) => name.startsWith(METADATA_PREFIX))
    .map(([name, value]) => [name.slice(METADATA_PREFIX.length), value] as const);
  const size = metadata.reduce((total, [name, value]) => total + name.length + value.length, 0);
  if (size > METADATA_MAX_BYTES) {
    throw new S3Error(400, 'MetadataTooLarge', `User metadata has ${size} bytes; the maximum is ${METADATA_MAX_BYTES}`);
  }
  return {
    headers: Object.fromEntries(kept),
    metadata: Object.fromEntries(metadata),
    tags: readTagHeader(headers.get('x-amz-tagging')),
  };
}

/** Headers of GET and HEAD for an object, except for length and range. */
export function writeObjectHeaders(object: StoredObject): Record<string, string> {
  const tagCount = Object.keys(object.tags).length;
  return {
    'Content-Type': 'binary/octet-stream',
    ...object.headers,
    ...Object.fromEntries(Object.entries(object.metadata).map(([name, value]) => [`${METADATA_PREFIX}${name}`, value])),
    'Accept-Ranges': 'bytes',
    'Last-Modified': new Date(object.modified).toUTCString(),
    ETag: `"${object.etag}"`,
    ...(tagCount === 0 ? {} : { 'x-amz-tagging-count': String(tagCount) }),
  };
}

export function writeChecksumHeaders({ checksum }: Pick<StoredObject, 'checksum'>): Record<string, string> {
  if (checksum === null) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** `aws-chunked` is a transfer framing, not part of the content encoding. */
function withoutFraming(encoding: string | undefined): string | undefined {
  const encodings = encoding?.split(',').map((each) => each.trim());
  return encodings?.filter((each) => each !== 'aws-chunked').join(',') || undefined;
}
