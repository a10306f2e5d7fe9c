import { encodeEventKey } from '../../../core/aws/s3-event.ts';
import { S3Error } from '../errors.ts';
import { decodePosition, encodePosition, listPage } from '../listing.ts';
import type { Operation } from '../operation.ts';
import { xmlReply } from '../reply.ts';
import { readWholeNumber } from '../request.ts';
import { writeXml } from '../xml.ts';

/** AWS quota for one page. */
const MAX_KEYS = 1000;

/** ListObjectsV2. */
export const listObjects: Operation = ({ store }, { bucket, query }) => {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const startAfter = query.get('start-after') ?? '';
  const token = query.get('continuation-token');
  const limit = Math.min(readWholeNumber(query, 'max-keys') ?? MAX_KEYS, MAX_KEYS);
  const encode = readEncoding(query.get('encoding-type'));
  const table = store.table(bucket);
  const position = token === undefined ? { after: startAfter, isPrefix: false } : decodePosition(token);
  // For max-keys=0, S3 answers an empty page that claims to be the last.
  const page =
    limit === 0
      ? { objects: [], commonPrefixes: [], next: null }
      : listPage(table, { prefix, delimiter, position, limit });
  const Owner = query.get('fetch-owner') === 'true' ? { ID: 'local', DisplayName: 'local' } : undefined;
  return xmlReply(
    writeXml('ListBucketResult', {
      Name: bucket,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      StartAfter: startAfter === '' ? undefined : encode(startAfter),
      MaxKeys: limit,
      EncodingType: query.get('encoding-type'),
      KeyCount: page.objects.length + page.commonPrefixes.length,
      IsTruncated: page.next !== null,
      ContinuationToken: token,
      NextContinuationToken: page.next === null ? undefined : encodePosition(page.next),
      Contents: page.objects.map((object) => ({
        Key: encode(object.key),
        LastModified: wholeSeconds(object.modified),
        ETag: `"${object.etag}"`,
        Size: object.size,
        StorageClass: 'STANDARD',
        Owner,
      })),
      CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
    }),
  );
};

function readEncoding(type: string | undefined): (text: string) => string {
  if (type === undefined) return (text) => text;
  if (type === 'url') return encodeEventKey;
  throw new S3Error(400, 'InvalidArgument', 'encoding-type must be url');
}

/** Whole seconds, as on AWS, so that listings and Last-Modified headers agree. */
export const wholeSeconds = (milliseconds: number): string =>
  new Date(Math.floor(milliseconds / 1000) * 1000).toISOString();
