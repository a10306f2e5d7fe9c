import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectHead, ObjectRef, ObjectStore } from '../ports/object-store.ts';
import { awsErrorName, classified, classifyAwsError } from './aws-error.ts';
import { abortable } from './request.ts';
import { required } from './required.ts';
import { writeCondition } from './s3-conditions.ts';
import { putObject } from './s3-put.ts';

/**
 * S3 behind the ObjectStore port.
 *
 * `get` and `head` distinguish a missing object from a forbidden one only with `s3:ListBucket` on the bucket: without
 * it S3 answers 403 to both. `head` cannot distinguish a missing bucket from a missing object: a HEAD answer has no
 * body.
 */
export function s3ObjectStore(client: S3Client): ObjectStore {
  return {
    put: (ref, body, options = {}) => putObject(client, ref, body, options),

    async copy(from, to, options = {}) {
      try {
        const output = await client.send(
          new CopyObjectCommand({
            Bucket: to.bucket,
            Key: to.key,
            CopySource: `${from.bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}`,
            ContentType: options.contentType,
            Metadata: options.metadata,
            MetadataDirective: 'REPLACE',
            ...writeCondition(options),
          }),
          abortable(options.signal),
        );
        return { outcome: 'created', versionId: output.VersionId ?? null };
      } catch (error) {
        if (awsErrorName(error) === 'PreconditionFailed') return { outcome: 'exists', versionId: null };
        throw classifyAwsError('s3', `CopyObject ${name(from)} to ${name(to)}`, error);
      }
    },

    async get(ref, { range, signal } = {}) {
      const output = await unlessMissing(`GetObject ${name(ref)}`, () =>
        client.send(
          new GetObjectCommand({
            Bucket: ref.bucket,
            Key: ref.key,
            VersionId: ref.versionId ?? undefined,
            Range: range && `bytes=${range.start}-${range.end}`,
          }),
          abortable(signal),
        ),
      );
      if (output === null) return null;
      const body = required('s3', 'GetObject', 'Body', output.Body instanceof Readable ? output.Body : undefined);
      return { ...objectHead(output), body };
    },

    async head(ref) {
      const output = await unlessMissing(`HeadObject ${name(ref)}`, () =>
        client.send(new HeadObjectCommand({ Bucket: ref.bucket, Key: ref.key, VersionId: ref.versionId ?? undefined })),
      );
      return output && objectHead(output);
    },

    async *list(bucket, { prefix, startAfter } = {}) {
      let token: string | undefined;
      do {
        const page = await classified('s3', `ListObjectsV2 ${bucket}`, () =>
          client.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              StartAfter: startAfter,
              ContinuationToken: token,
              // A key may contain characters that XML cannot express.
              EncodingType: 'url',
            }),
          ),
        );
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          yield {
            key: decodeListedKey(required('s3', 'ListObjectsV2', 'Key', Key)),
            size: required('s3', 'ListObjectsV2', 'Size', Size),
            lastModified: required('s3', 'ListObjectsV2', 'LastModified', LastModified),
          };
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },

    async delete(ref) {
      await classified('s3', `DeleteObject ${name(ref)}`, () =>
        client.send(new DeleteObjectCommand({ Bucket: ref.bucket, Key: ref.key })),
      );
    },
  };
}

function objectHead(output: GetObjectCommandOutput | HeadObjectCommandOutput): ObjectHead {
  const whole = /\/(\d+)$/.exec(output.ContentRange ?? '')?.[1];
  return {
    size: whole === undefined ? required('s3', 'GetObject', 'ContentLength', output.ContentLength) : Number(whole),
    lastModified: required('s3', 'GetObject', 'LastModified', output.LastModified),
    etag: required('s3', 'GetObject', 'ETag', output.ETag),
    contentType: output.ContentType ?? null,
    metadata: output.Metadata ?? {},
    versionId: output.VersionId ?? null,
  };
}

const MISSING: ReadonlySet<string> = new Set(['NoSuchKey', 'NoSuchVersion', 'NotFound']);

/** A GET is answered with `NoSuchKey`; a HEAD has no body for that, and the SDK calls its 404 `NotFound`. */
async function unlessMissing<T>(action: string, send: () => Promise<T>): Promise<T | null> {
  try {
    return await send();
  } catch (error) {
    if (MISSING.has(awsErrorName(error) ?? '')) return null;
    throw classifyAwsError('s3', action, error);
  }
}

const name = (ref: ObjectRef): string => `${ref.bucket}/${ref.key}`;

/** `EncodingType: url` is form encoding: a space is `+`. */
const decodeListedKey = (key: string): string => decodeURIComponent(key.replaceAll('+', ' '));
