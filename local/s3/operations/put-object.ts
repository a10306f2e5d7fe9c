import { notImplemented, preconditionFailed } from '../errors.ts';
import { readObjectProperties, writeChecksumHeaders } from '../object-headers.ts';
import type { Operation, Services, Target } from '../operation.ts';
import { receivePayload } from '../payload.ts';

/** PutObject: the whole body, or nothing. */
export const putObject: Operation = async (services, request) => {
  const { store } = services;
  const { bucket, key } = request;
  const ifAbsent = readIfAbsent(services, request);
  const properties = readObjectProperties(request.headers);
  const body = await store.createBody();
  try {
    const { size, md5, checksum } = await receivePayload(request, (bytes) => body.write(bytes));
    await body.sync();
    await body.close();
    const object = {
      bucket,
      key,
      ...properties,
      size,
      etag: md5.toString('hex'),
      checksum: checksum && {
        algorithm: checksum.algorithm,
        value: checksum.digest.toString('base64'),
        type: 'FULL_OBJECT' as const,
      },
    };
    const stored = await store.put(object, body, { ifAbsent, event: 'ObjectCreated:Put' });
    return { status: 200, headers: { ETag: `"${stored.etag}"`, ...writeChecksumHeaders(stored) } };
  } catch (error) {
    await body.discard();
    throw error;
  }
};

/**
 * `If-None-Match: *`. Looked at before the body comes, and once more when the object is about to become visible.
 *
 * @throws S3Error 412, and 501 for the other conditions S3 knows for writes
 */
export function readIfAbsent({ store }: Pick<Services, 'store'>, { bucket, key, headers }: Target): boolean {
  if (headers.has('if-match')) throw notImplemented('If-Match is not implemented for writes');
  const condition = headers.get('if-none-match');
  if (condition === undefined) {
    store.table(bucket);
    return false;
  }
  if (condition !== '*') throw notImplemented('If-None-Match takes only * for writes');
  if (store.table(bucket).get(key) !== undefined) throw preconditionFailed('If-None-Match');
  return true;
}
