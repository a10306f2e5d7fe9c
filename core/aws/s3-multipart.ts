import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { ObjectRef, PutOptions, PutResult } from '../ports/object-store.ts';
import { attemptsOf, awsErrorName, classified, classifyAwsError } from './aws-error.ts';
import { base64Crc32 } from './body.ts';
import { abortable } from './request.ts';
import { required } from './required.ts';
import { findOwn, isConditionFailure, type SentBody, settleConditionFailure, writeCondition } from './s3-conditions.ts';
import type { Part } from './s3-parts.ts';

/** One upload in progress. */
interface Upload {
  client: S3Client;
  ref: ObjectRef;
  target: { Bucket: string; Key: string; UploadId: string };
  options: PutOptions;
}

/** Milliseconds that aborting an upload may add to the failure that caused it. */
const ABORT_TIMEOUT_MS = 3_000;

/**
 * Sends parts one after another, so that a slow store slows the body down. On any failure the upload is aborted before
 * this rejects. If the abort fails too, the bucket's lifecycle rule for incomplete uploads removes the parts.
 *
 * Uses the plain commands: lib-storage's Upload lets the request of an aborted upload continue with its 8 MB, and
 * leaves the upload open while its body stalls.
 */
export async function putMultipart(
  client: S3Client,
  ref: ObjectRef,
  parts: AsyncIterable<Part>,
  options: PutOptions,
): Promise<PutResult> {
  const upload = await createUpload(client, ref, options);
  try {
    const { completed, sent } = await sendParts(upload, parts);
    const result = await complete(upload, completed, sent);
    if (result.outcome !== 'created') await abort(upload);
    return result;
  } catch (error) {
    await abort(upload);
    throw error;
  }
}

async function createUpload(client: S3Client, ref: ObjectRef, options: PutOptions): Promise<Upload> {
  const target = { Bucket: ref.bucket, Key: ref.key };
  const output = await classified('s3', `CreateMultipartUpload ${ref.bucket}/${ref.key}`, () =>
    client.send(
      new CreateMultipartUploadCommand({
        ...target,
        ContentType: options.contentType,
        Metadata: options.metadata,
        // One CRC32 over the whole object, not over those of the parts, so that it can be compared with what was sent.
        ChecksumAlgorithm: 'CRC32',
        ChecksumType: 'FULL_OBJECT',
      }),
      abortable(options.signal),
    ),
  );
  const UploadId = required('s3', 'CreateMultipartUpload', 'UploadId', output.UploadId);
  return { client, ref, target: { ...target, UploadId }, options };
}

async function sendParts(
  { client, ref, target, options }: Upload,
  parts: AsyncIterable<Part>,
): Promise<{ completed: CompletedPart[]; sent: SentBody }> {
  const completed: CompletedPart[] = [];
  const sent: SentBody = { size: 0, crc32: 0 };
  for await (const { bytes } of parts) {
    const PartNumber = completed.length + 1;
    const part = new UploadPartCommand({ ...target, PartNumber, Body: bytes, ChecksumAlgorithm: 'CRC32' });
    const { ETag, ChecksumCRC32 } = await classified('s3', `UploadPart ${PartNumber} ${ref.bucket}/${ref.key}`, () =>
      client.send(part, abortable(options.signal)),
    );
    completed.push({ PartNumber, ETag, ChecksumCRC32 });
    sent.size += bytes.length;
    sent.crc32 = crc32(bytes, sent.crc32);
  }
  return { completed, sent };
}

/**
 * A repeated completion whose first answer was lost finds the object (412), or the upload gone (404). A conflict (409)
 * would need all parts again, whose bytes have passed, so it rejects as transient.
 */
async function complete(upload: Upload, completed: CompletedPart[], sent: SentBody): Promise<PutResult> {
  const { client, ref, target, options } = upload;
  try {
    const output = await client.send(
      new CompleteMultipartUploadCommand({
        ...target,
        MultipartUpload: { Parts: completed },
        ChecksumCRC32: base64Crc32(sent.crc32),
        ChecksumType: 'FULL_OBJECT',
        ...writeCondition(options),
      }),
      abortable(options.signal),
    );
    return { outcome: 'created', versionId: output.VersionId ?? null };
  } catch (error) {
    if (isConditionFailure(error, options)) {
      return settleConditionFailure(client, ref, () => sent, options, error);
    }
    const gone = awsErrorName(error) === 'NoSuchUpload' && attemptsOf(error) > 1;
    const own = gone ? await findOwn(client, ref, sent) : null;
    if (own) return own;
    throw classifyAwsError('s3', `CompleteMultipartUpload ${ref.bucket}/${ref.key}`, error);
  }
}

async function abort({ client, target }: Upload): Promise<void> {
  const request = new AbortMultipartUploadCommand(target);
  await client.send(request, { abortSignal: AbortSignal.timeout(ABORT_TIMEOUT_MS) }).catch(() => undefined);
}
