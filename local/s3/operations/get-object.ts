import { preconditionFailed, S3Error } from '../errors.ts';
import { writeChecksumHeaders, writeObjectHeaders } from '../object-headers.ts';
import type { Operation, Target } from '../operation.ts';
import { readRange } from '../range.ts';
import type { StoredObject } from '../record.ts';
import type { Reply } from '../reply.ts';

export const headObject: Operation = ({ store }, request) => {
  const object = store.get(request.bucket, request.key);
  return notModified(object, request) ?? describe(object, request);
};

export const getObject: Operation = async ({ store }, request) => {
  const { object, body } = await store.open(request.bucket, request.key);
  try {
    const unmodified = notModified(object, request);
    if (unmodified) {
      await body.close();
      return unmodified;
    }
    const range = readRange(request.headers.get('range'), object.size);
    const { start, length } = range ?? { start: 0, length: object.size };
    return { ...describe(object, request), body: { file: body, start, length } };
  } catch (error) {
    await body.close();
    throw error;
  }
};

function describe(object: StoredObject, { headers }: Target): Reply {
  const range = readRange(headers.get('range'), object.size);
  if (range === null) {
    const checksum = headers.get('x-amz-checksum-mode') === 'ENABLED' ? writeChecksumHeaders(object) : {};
    const length = { 'Content-Length': String(object.size) };
    return { status: 200, headers: { ...writeObjectHeaders(object), ...length, ...checksum } };
  }
  const { start, length } = range;
  return {
    status: 206,
    headers: {
      ...writeObjectHeaders(object),
      'Content-Length': String(length),
      'Content-Range': `bytes ${start}-${start + length - 1}/${object.size}`,
    },
  };
}

/**
 * Conditions in the order of RFC 9110 section 13.2.2.
 *
 * @returns a 304, or null when the object must be sent
 * @throws S3Error 412
 */
function notModified(object: StoredObject, { headers }: Target): Reply | null {
  // HTTP dates have a resolution of one second.
  const modified = Math.floor(object.modified / 1000) * 1000;
  const match = headers.get('if-match');
  const unmodifiedSince = date(headers.get('if-unmodified-since'));
  if (match !== undefined && !names(match, object.etag)) throw preconditionFailed('If-Match');
  if (match === undefined && unmodifiedSince !== null && modified > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const noneMatch = headers.get('if-none-match');
  const modifiedSince = date(headers.get('if-modified-since'));
  const same =
    noneMatch === undefined ? modifiedSince !== null && modified <= modifiedSince : names(noneMatch, object.etag);
  return same ? { status: 304, headers: writeObjectHeaders(object) } : null;
}

/** Whether a list of entity tags, quoted or not, contains this one. */
export const names = (list: string, etag: string): boolean =>
  list.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '').replaceAll('"', '') === etag);

function date(text: string | undefined): number | null {
  if (text === undefined) return null;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new S3Error(400, 'InvalidArgument', `"${text}" is not a date`);
  return time;
}
