import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { RAW_PREFIX } from '../mail/keys.ts';
import type { ObjectRef, PutOptions, PutResult } from '../ports/object-store.ts';
import { attemptsOf, awsErrorName, classifyAwsError, httpStatus } from './aws-error.ts';
import { base64Crc32 } from './body.ts';

export interface SentBody {
  size: number;
  crc32: number;
}

/** For PutObject and CompleteMultipartUpload, the requests that make an object visible. */
export const writeCondition = ({ ifAbsent, ifMatch }: PutOptions) => ({
  ...(ifAbsent ? { IfNoneMatch: '*' } : {}),
  ...(ifMatch === undefined ? {} : { IfMatch: ifMatch }),
});

/**
 * Whether an answer means that the condition of a write did not hold. With `ifMatch`, 404 means that there is no
 * object, and 409 that somebody else is writing it: a retry would meet another entity tag.
 */
export function isConditionFailure(error: unknown, { ifMatch }: PutOptions): boolean {
  const name = awsErrorName(error);
  if (name === 'PreconditionFailed') return true;
  return ifMatch !== undefined && (name === 'NoSuchKey' || name === 'ConditionalRequestConflict');
}

/**
 * The meaning of such an answer. On the first try, somebody else's object exists, or a changed one. On a retry it may
 * be our own, stored by a try whose answer was lost.
 *
 * @param tries of the same write so far, if the caller repeated it
 */
export async function settleConditionFailure(
  client: S3Client,
  ref: ObjectRef,
  sent: () => SentBody,
  { ifMatch }: PutOptions,
  error: unknown,
  tries = 1,
): Promise<PutResult> {
  const retried = tries > 1 || attemptsOf(error) > 1;
  const own = retried ? await findOwn(client, ref, sent()) : null;
  return own ?? { outcome: ifMatch === undefined ? 'exists' : 'changed', versionId: null };
}

/**
 * The object as this writer stored it, identified by size and CRC32; null when there is none or another one.
 *
 * The edge may not read (s3:PutObject only) and assumes that a raw mail is its own, because it alone mints those keys.
 * For any other key a writer without read access does not know, and retries: another attempt may have written it.
 */
export async function findOwn(client: S3Client, ref: ObjectRef, sent: SentBody): Promise<PutResult | null> {
  try {
    const head = await client.send(
      new HeadObjectCommand({ Bucket: ref.bucket, Key: ref.key, ChecksumMode: 'ENABLED' }),
    );
    const ours = head.ContentLength === sent.size && head.ChecksumCRC32 === base64Crc32(sent.crc32);
    return ours ? { outcome: 'created', versionId: head.VersionId ?? null } : null;
  } catch (error) {
    if (awsErrorName(error) === 'NotFound') return null;
    if (httpStatus(error) === 403 && ref.key.startsWith(RAW_PREFIX)) return { outcome: 'created', versionId: null };
    throw classifyAwsError('s3', `HeadObject ${ref.bucket}/${ref.key} after a retried put`, error);
  }
}
