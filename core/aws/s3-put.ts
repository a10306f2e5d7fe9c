import { setTimeout as delay } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectRef, PutBody, PutOptions, PutResult } from '../ports/object-store.ts';
import { awsErrorName, classifyAwsError } from './aws-error.ts';
import { base64Crc32, isWhole, joined } from './body.ts';
import { abortable, unlessPutAborted } from './request.ts';
import { isConditionFailure, settleConditionFailure, writeCondition } from './s3-conditions.ts';
import { putMultipart } from './s3-multipart.ts';
import { type Part, wholeOrParts } from './s3-parts.ts';

/**
 * Attempts at a PutObject that meets another writer of its key (409), and milliseconds before the second; they double.
 */
const CONFLICT_TRIES = 4;
const CONFLICT_DELAY_MS = 50;

/**
 * Stores a body of any length: with one PutObject when it fits into one part, otherwise with a multipart upload. Holds
 * one part in memory. A failing body rejects with its own error, everything else with TransientError or PermanentError.
 *
 * @param earlierTries of the same write by the caller, any of which may have stored it
 */
export async function putObject(
  client: S3Client,
  ref: ObjectRef,
  body: PutBody,
  options: PutOptions,
  earlierTries = 0,
): Promise<PutResult> {
  return unlessPutAborted(ref, options.signal, async () => {
    const start = isWhole(body) ? joined(body) : await wholeOrParts(body, options.signal);
    if (!Buffer.isBuffer(start)) return putMultipart(client, ref, start, options);
    return putWhole(client, ref, start, options, earlierTries);
  });
}

/** The same for a body longer than one part. */
export function putParts(
  client: S3Client,
  ref: ObjectRef,
  parts: AsyncIterable<Part>,
  options: PutOptions,
): Promise<PutResult> {
  return unlessPutAborted(ref, options.signal, () => putMultipart(client, ref, parts, options));
}

async function putWhole(
  client: S3Client,
  ref: ObjectRef,
  body: Buffer,
  options: PutOptions,
  earlierTries: number,
): Promise<PutResult> {
  for (let attempt = earlierTries + 1; ; attempt++) {
    try {
      const output = await client.send(
        new PutObjectCommand({
          Bucket: ref.bucket,
          Key: ref.key,
          Body: body,
          ...(options.crc32 === undefined ? {} : { ChecksumCRC32: base64Crc32(options.crc32) }),
          ContentType: options.contentType,
          Metadata: options.metadata,
          ...writeCondition(options),
        }),
        abortable(options.signal),
      );
      return { outcome: 'created', versionId: output.VersionId ?? null };
    } catch (error) {
      const sent = () => ({ size: body.length, crc32: crc32(body) });
      if (isConditionFailure(error, options)) {
        return settleConditionFailure(client, ref, sent, options, error, attempt);
      }
      if (awsErrorName(error) !== 'ConditionalRequestConflict' || attempt === CONFLICT_TRIES) {
        throw classifyAwsError('s3', `PutObject ${ref.bucket}/${ref.key}`, error);
      }
      await delay(CONFLICT_DELAY_MS * 2 ** (attempt - 1), undefined, { signal: options.signal });
    }
  }
}
