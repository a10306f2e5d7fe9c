import { noSuchKey, notImplemented, preconditionFailed } from '../errors.ts';
import { readObjectProperties, writeChecksumHeaders } from '../object-headers.ts';
import type { Operation, Services, Target } from '../operation.ts';
import { receivePayload } from '../payload.ts';
import type { StoredObject } from '../record.ts';

/** PutObject: stores the whole body or nothing. */
export const putObject: Operation = async (services, request) => {
  const { store } = services;
  const { bucket, key } = request;
  const condition = readWriteCondition(services, request);
  const properties = readObjectProperties(request.headers);
  const body = await store.createBody();
  try {
    const { size, md5, checksum } = await receivePayload(request, (bytes) => body.write(bytes));
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
    const stored = await store.put(object, body, { condition, event: 'ObjectCreated:Put' });
    return { status: 200, headers: { ETag: `"${stored.etag}"`, ...writeChecksumHeaders(stored) } };
  } catch (error) {
    await body.discard();
    throw error;
  }
};

/** Throws unless the existing object (undefined if none) satisfies the writer's condition. */
export type WriteCondition = (previous: StoredObject | undefined) => void;

/**
 * `If-None-Match: *` or `If-Match` with an entity tag. Checked before the body is received, and again just before the
 * object becomes visible.
 *
 * @throws S3Error 412, 404 when `If-Match` finds no object, and 501 for other write conditions of S3
 */
export function readWriteCondition(
  { store }: Pick<Services, 'store'>,
  { bucket, key, headers }: Target,
): WriteCondition {
  const ifMatch = headers.get('if-match');
  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw notImplemented('If-None-Match must be * for writes');
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw notImplemented('If-Match and If-None-Match cannot be used together');
  }
  const condition: WriteCondition = (previous) => {
    if (ifNoneMatch !== undefined && previous !== undefined) throw preconditionFailed('If-None-Match');
    if (ifMatch === undefined) return;
    if (previous === undefined) throw noSuchKey(key);
    if (ifMatch.replaceAll('"', '') !== previous.etag) throw preconditionFailed('If-Match');
  };
  condition(store.table(bucket).get(key));
  return condition;
}
