import { invalid, notImplemented, preconditionFailed, S3Error } from '../errors.ts';
import { readObjectProperties, writeChecksumHeaders } from '../object-headers.ts';
import type { Operation, Services, Target } from '../operation.ts';
import { hashPayload } from '../payload.ts';
import { readRange } from '../range.ts';
import type { StoredObject } from '../record.ts';
import { xmlReply } from '../reply.ts';
import { decodeUri } from '../request.ts';
import { writeXml } from '../xml.ts';
import { names } from './get-object.ts';
import { wholeSeconds } from './list-objects.ts';
import { receivePart } from './multipart.ts';
import { readWriteCondition } from './put-object.ts';

/** CopyObject, which `aws s3 cp` and `mv` between keys use. The copy shares the bytes of its source on disk. */
export const copyObject: Operation = async (services, request) => {
  const { store } = services;
  const { bucket, key, headers } = request;
  const condition = readWriteCondition(services, request);
  const source = readSource(services, request);
  const replacesMetadata = readDirective(headers.get('x-amz-metadata-directive'));
  const replacesTags = readDirective(headers.get('x-amz-tagging-directive'));
  if (source.bucket === bucket && source.key === key && !replacesMetadata) {
    throw invalid('An object can be copied to itself only with other metadata (x-amz-metadata-directive: REPLACE)');
  }
  const own = readObjectProperties(headers);
  const body = await store.copyBody(source);
  try {
    const object = {
      bucket,
      key,
      headers: replacesMetadata ? own.headers : source.headers,
      metadata: replacesMetadata ? own.metadata : source.metadata,
      tags: replacesTags ? own.tags : source.tags,
      size: source.size,
      etag: source.etag,
      checksum: source.checksum,
    };
    const stored = await store.put(object, body, { condition, event: 'ObjectCreated:Copy' });
    const xml = writeXml('CopyObjectResult', {
      ETag: `"${stored.etag}"`,
      LastModified: wholeSeconds(stored.modified),
    });
    return { ...xmlReply(xml), headers: writeChecksumHeaders(stored) };
  } catch (error) {
    await body.discard();
    throw error;
  }
};

/** UploadPartCopy, with which the CLI copies large objects. */
export const uploadPartCopy: Operation = async (services, request) => {
  const { store, uploads } = services;
  const upload = uploads.get(request.bucket, request.key, request.query.get('uploadId'));
  const source = readSource(services, request);
  const range = readRange(request.headers.get('x-amz-copy-source-range'), source.size);
  const { start, length } = range ?? { start: 0, length: source.size };
  const { body } = await store.open(source.bucket, source.key);
  try {
    const { md5 } = await receivePart(services, request, upload, (write) =>
      hashPayload(
        length === 0 ? [] : body.createReadStream({ start, end: start + length - 1, autoClose: false }),
        write,
        upload.checksum?.algorithm ?? null,
      ),
    );
    const ETag = `"${md5.toString('hex')}"`;
    return xmlReply(writeXml('CopyPartResult', { ETag, LastModified: wholeSeconds(Date.now()) }));
  } finally {
    await body.close();
  }
};

/** `x-amz-copy-source: [/]bucket/key`, percent-encoded. @throws S3Error 400, 404, 412 */
function readSource({ store }: Pick<Services, 'store'>, { headers }: Target): StoredObject {
  const text = headers.get('x-amz-copy-source') ?? '';
  if (/\?versionId=/.test(text))
    throw notImplemented('Copying a version is not implemented: buckets are unversioned here');
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decodeUri(text));
  if (match?.[1] === undefined || match[2] === undefined) throw invalid('x-amz-copy-source is not bucket/key');
  const source = store.get(match[1], match[2]);
  const condition = headers.get('x-amz-copy-source-if-match');
  if (condition !== undefined && !names(condition, source.etag)) throw preconditionFailed('x-amz-copy-source-if-match');
  return source;
}

/** @returns whether the request's own values replace those of the source */
function readDirective(directive: string | undefined): boolean {
  if (directive === undefined || directive === 'COPY') return false;
  if (directive === 'REPLACE') return true;
  throw new S3Error(400, 'InvalidArgument', 'A directive must be COPY or REPLACE');
}
