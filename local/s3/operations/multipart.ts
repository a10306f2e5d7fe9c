import { checksumHeader, readAlgorithm } from '../checksums.ts';
import { invalid, S3Error } from '../errors.ts';
import { readObjectProperties } from '../object-headers.ts';
import type { Operation, Services, Target } from '../operation.ts';
import { type Payload, receivePayload } from '../payload.ts';
import { type Reply, xmlReply } from '../reply.ts';
import { readWholeNumber } from '../request.ts';
import { discardParts, type NewUpload, type Upload } from '../uploads.ts';
import { writeXml } from '../xml.ts';
import { wholeSeconds } from './list-objects.ts';

/** AWS quotas: parts of an upload, parts of one page of them. */
const MAX_PARTS = 10_000;
const PAGE_PARTS = 1000;

export const createMultipartUpload: Operation = ({ store, uploads }, { bucket, key, headers }) => {
  store.table(bucket);
  const checksum = readUploadChecksum(headers);
  const upload = uploads.create({ bucket, key, properties: readObjectProperties(headers), checksum });
  const reply = xmlReply(writeXml('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: upload.id }));
  if (checksum === null) return reply;
  const { algorithm, type } = checksum;
  return { ...reply, headers: { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': type } };
};

export const uploadPart: Operation = async (services, request) => {
  const upload = services.uploads.get(request.bucket, request.key, request.query.get('uploadId'));
  const { md5, checksum } = await receivePart(services, request, upload, (write) =>
    receivePayload(request, write, upload.checksum?.algorithm ?? null),
  );
  const checksumHeaders = checksum ? { [checksumHeader(checksum.algorithm)]: checksum.digest.toString('base64') } : {};
  return { status: 200, headers: { ETag: `"${md5.toString('hex')}"`, ...checksumHeaders } };
};

/**
 * Stores one part from any source.
 *
 * @throws S3Error 400 when its checksum algorithm differs from the upload's
 */
export async function receivePart(
  { store, uploads }: Services,
  { query }: Target,
  upload: Upload,
  receive: (write: (bytes: Buffer) => Promise<void>) => Promise<Payload>,
): Promise<Payload> {
  const number = readPartNumber(query);
  const body = await store.createBody();
  try {
    const payload = await receive((bytes) => body.write(bytes));
    await body.close();
    const { size, md5, checksum } = payload;
    if (upload.checksum && checksum?.algorithm !== upload.checksum.algorithm) {
      throw invalid(`The upload was begun with ${upload.checksum.algorithm} checksums`);
    }
    const digest = upload.checksum && checksum ? checksum.digest : null;
    await uploads.setPart(upload, { number, body, size, md5, digest, modified: Date.now() });
    return payload;
  } catch (error) {
    await body.discard();
    throw error;
  }
}

export const abortMultipartUpload: Operation = async ({ uploads }, { bucket, key, query }) => {
  await discardParts(uploads.take(bucket, key, query.get('uploadId')));
  return { status: 204 };
};

export const listParts: Operation = ({ uploads }, { bucket, key, query }) => {
  const upload = uploads.get(bucket, key, query.get('uploadId'));
  const marker = readWholeNumber(query, 'part-number-marker') ?? 0;
  const limit = Math.min(readWholeNumber(query, 'max-parts') ?? PAGE_PARTS, PAGE_PARTS);
  const parts = [...upload.parts.values()].filter(({ number }) => number > marker).sort((a, b) => a.number - b.number);
  const page = parts.slice(0, limit);
  return xmlReply(
    writeXml('ListPartsResult', {
      Bucket: bucket,
      Key: key,
      UploadId: upload.id,
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.number ?? marker,
      MaxParts: limit,
      IsTruncated: page.length < parts.length,
      StorageClass: 'STANDARD',
      Part: page.map(({ number, modified, md5, size }) => ({
        PartNumber: number,
        LastModified: wholeSeconds(modified),
        ETag: `"${md5.toString('hex')}"`,
        Size: size,
      })),
    }),
  );
};

/** Lists all uploads on one page. */
export const listMultipartUploads: Operation = ({ store, uploads }, { bucket, query }): Reply => {
  store.table(bucket);
  const prefix = query.get('prefix') ?? '';
  const found = uploads.list(bucket).filter(({ key }) => key.startsWith(prefix));
  return xmlReply(
    writeXml('ListMultipartUploadsResult', {
      Bucket: bucket,
      Prefix: prefix,
      IsTruncated: false,
      Upload: found.map(({ key, id, initiated }) => ({
        Key: key,
        UploadId: id,
        Initiated: wholeSeconds(initiated),
        StorageClass: 'STANDARD',
      })),
    }),
  );
};

function readPartNumber(query: Target['query']): number {
  const number = readWholeNumber(query, 'partNumber') ?? 0;
  if (number >= 1 && number <= MAX_PARTS) return number;
  throw new S3Error(400, 'InvalidArgument', `Part number must be a whole number from 1 to ${MAX_PARTS}`);
}

/** CRC64NVME exists only for full objects, SHA-1 and SHA-256 only as composite; for the others the client chooses. */
function readUploadChecksum(headers: Target['headers']): NewUpload['checksum'] {
  const algorithm = readAlgorithm(headers.get('x-amz-checksum-algorithm'));
  if (algorithm === null) return null;
  const type = headers.get('x-amz-checksum-type') ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const isCrc = algorithm.startsWith('CRC');
  if (type === 'FULL_OBJECT' && isCrc) return { algorithm, type };
  if (type === 'COMPOSITE' && algorithm !== 'CRC64NVME') return { algorithm, type };
  throw invalid(`The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm`);
}
