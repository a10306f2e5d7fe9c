import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import * as z from 'zod';
import { checksumHeader, hasher } from '../checksums.ts';
import { invalid, malformedXml, S3Error } from '../errors.ts';
import { writeChecksumHeaders } from '../object-headers.ts';
import type { Operation, Services, Target } from '../operation.ts';
import { receiveDocument } from '../payload.ts';
import type { Checksum, StoredObject } from '../record.ts';
import { xmlReply } from '../reply.ts';
import type { TempBody } from '../temp-body.ts';
import { discardParts, type Upload, type UploadedPart } from '../uploads.ts';
import { readXml, writeXml } from '../xml.ts';
import { readWriteCondition, type WriteCondition } from './put-object.ts';

/** Minimum size of every part but the last (AWS quota). */
const PART_MIN_BYTES = 5 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;

const partSchema = z.object({
  PartNumber: z.coerce.number(),
  ETag: z.string(),
});
const documentSchema = z.object({
  CompleteMultipartUpload: z.object({ Part: z.union([partSchema, z.array(partSchema)]) }),
});

/** Concatenates the parts into one body. If that fails the upload still exists, as on S3. */
export const completeMultipartUpload: Operation = async (services, request) => {
  const { uploads } = services;
  const condition = readWriteCondition(services, request);
  const { bucket, key, query } = request;
  uploads.get(bucket, key, query.get('uploadId'));
  const document = documentSchema.safeParse(readXml(await receiveDocument(withoutChecksums(request))));
  if (!document.success) throw malformedXml();
  const upload = uploads.take(bucket, key, query.get('uploadId'));
  let stored: StoredObject;
  try {
    const parts = chooseParts(upload, [document.data.CompleteMultipartUpload.Part].flat());
    stored = await assemble(services, request, upload, parts, condition);
  } catch (error) {
    uploads.restore(upload);
    throw error;
  }
  await discardParts(upload);
  const { checksum } = stored;
  const xml = writeXml('CompleteMultipartUploadResult', {
    Location: `/${bucket}/${key}`,
    Bucket: bucket,
    Key: key,
    ETag: `"${stored.etag}"`,
    ...(checksum && { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }),
  });
  return { ...xmlReply(xml), headers: writeChecksumHeaders(stored) };
};

/** The checksum header of this request is for the object, not for the list of parts. */
function withoutChecksums(request: Target): Target {
  const headers = [...request.headers].filter(([name]) => !name.startsWith('x-amz-checksum-'));
  return { ...request, headers: new Map(headers) };
}

/** @throws S3Error 400 when the list does not match the uploaded parts */
function chooseParts(upload: Upload, listed: z.infer<typeof partSchema>[]): UploadedPart[] {
  if (listed.some(({ PartNumber }, at) => PartNumber <= (listed[at - 1]?.PartNumber ?? 0))) {
    throw new S3Error(400, 'InvalidPartOrder', 'The list of parts was not in ascending order');
  }
  return listed.map(({ PartNumber, ETag }, at) => {
    const part = upload.parts.get(PartNumber);
    if (part === undefined || part.md5.toString('hex') !== ETag.replaceAll('"', '')) {
      throw new S3Error(400, 'InvalidPart', `Part ${PartNumber} was not uploaded, or has a different entity tag`);
    }
    if (part.size < PART_MIN_BYTES && at < listed.length - 1) {
      throw new S3Error(400, 'EntityTooSmall', `Part ${PartNumber} is smaller than the minimum allowed size`);
    }
    return part;
  });
}

async function assemble(
  { store }: Services,
  { bucket, key, headers }: Target,
  upload: Upload,
  parts: UploadedPart[],
  condition: WriteCondition,
): Promise<StoredObject> {
  const body = await store.createBody();
  try {
    const whole = await concatenate(parts, body, upload);
    const size = parts.reduce((total, part) => total + part.size, 0);
    if (headers.has('x-amz-mp-object-size') && headers.get('x-amz-mp-object-size') !== String(size)) {
      throw invalid(`x-amz-mp-object-size says ${headers.get('x-amz-mp-object-size')}, the parts have ${size} bytes`);
    }
    const checksum = upload.checksum && (await describeChecksum(upload.checksum, parts, whole));
    verifyChecksum(checksum, headers);
    const md5OfMd5s = createHash('md5')
      .update(Buffer.concat(parts.map(({ md5 }) => md5)))
      .digest('hex');
    const object = { bucket, key, ...upload.properties, size, etag: `${md5OfMd5s}-${parts.length}`, checksum };
    return await store.put(object, body, { condition, event: 'ObjectCreated:CompleteMultipartUpload' });
  } catch (error) {
    await body.discard();
    throw error;
  }
}

/** @returns the digest of the object, if the upload has a full-object checksum */
async function concatenate(parts: UploadedPart[], body: TempBody, { checksum }: Upload): Promise<Buffer | null> {
  const hash = checksum?.type === 'FULL_OBJECT' ? hasher(checksum.algorithm) : null;
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  for (const part of parts) {
    const file = await open(part.body.path);
    try {
      for (let read = await file.read(buffer); read.bytesRead > 0; read = await file.read(buffer)) {
        const chunk = buffer.subarray(0, read.bytesRead);
        hash?.update(chunk);
        await body.write(chunk);
      }
    } finally {
      await file.close();
    }
  }
  return hash && (await hash.digest());
}

/** The full-object checksum, or the checksum of the concatenated part checksums. */
async function describeChecksum(
  { algorithm, type }: NonNullable<Upload['checksum']>,
  parts: UploadedPart[],
  whole: Buffer | null,
): Promise<Checksum> {
  if (whole !== null) return { algorithm, type, value: whole.toString('base64') };
  const hash = hasher(algorithm);
  for (const { digest } of parts) if (digest) hash.update(digest);
  return { algorithm, type, value: `${(await hash.digest()).toString('base64')}-${parts.length}` };
}

/** Compares with the checksum the client expects; a composite one may omit the number of parts. */
function verifyChecksum(checksum: Checksum | null, headers: Target['headers']): void {
  if (checksum === null) return;
  const { algorithm, value, type } = checksum;
  const expectedType = headers.get('x-amz-checksum-type');
  if (expectedType !== undefined && expectedType !== type) throw invalid(`The upload was begun with ${type} checksums`);
  const expected = headers.get(checksumHeader(algorithm));
  if (expected !== undefined && expected !== value && expected !== value.replace(/-\d+$/, '')) {
    throw new S3Error(400, 'BadDigest', `The ${algorithm} you specified does not match the object`);
  }
}
