import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { TransientError } from '../mail/errors.ts';
import type { ObjectHead, ObjectRef, ObjectStore } from '../ports/object-store.ts';
import { classifyAwsError } from './aws-error.ts';
import { abortable } from './request.ts';
import { putObject } from './s3-put.ts';

/**
 * S3 behind the ObjectStore port.
 *
 * `get` and `head` tell a missing object from a forbidden one only with `s3:ListBucket` on the bucket: without it S3
 * answers 403 to both. `head` cannot tell a missing bucket from a missing object: a HEAD answer has no body.
 */
export function s3ObjectStore(client: S3Client): ObjectStore {
  return {
    put: (ref, body, options = {}) => putObject(client, ref, body, options),

    async get(ref, { range, signal } = {}) {
      const output = await unlessMissing(`GetObject ${name(ref)}`, () =>
        client.send(
          new GetObjectCommand({
            Bucket: ref.bucket,
            Key: ref.key,
            Range: range && `bytes=${range.start}-${range.end}`,
          }),
          abortable(signal),
        ),
      );
      if (output === null) return null;
      if (!(output.Body instanceof Readable)) throw new TransientError('s3.NoBody', `GetObject ${name(ref)}: no body`);
      return { ...objectHead(output), body: output.Body };
    },

    async head(ref) {
      const output = await unlessMissing(`HeadObject ${name(ref)}`, () =>
        client.send(new HeadObjectCommand({ Bucket: ref.bucket, Key: ref.key })),
      );
      return output && objectHead(output);
    },

    async *list(bucket, { prefix, startAfter } = {}) {
      let token: string | undefined;
      do {
        const page = await classified(`ListObjectsV2 ${bucket}`, () =>
          client.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              StartAfter: startAfter,
              ContinuationToken: token,
              // A key may hold characters that XML cannot.
              EncodingType: 'url',
            }),
          ),
        );
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          if (Key === undefined) continue;
          yield { key: decodeListedKey(Key), size: Size ?? 0, lastModified: LastModified ?? new Date(0) };
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },

    async delete(ref) {
      await classified(`DeleteObject ${name(ref)}`, () =>
        client.send(new DeleteObjectCommand({ Bucket: ref.bucket, Key: ref.key })),
      );
    },
  };
}

function objectHead(output: GetObjectCommandOutput | HeadObjectCommandOutput): ObjectHead {
  return {
    size: output.ContentLength ?? 0,
    lastModified: output.LastModified ?? new Date(0),
    contentType: output.ContentType ?? null,
    metadata: output.Metadata ?? {},
    versionId: output.VersionId ?? null,
  };
}

async function classified<T>(action: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw classifyAwsError('s3', action, error);
  }
}

/** `NoSuchKey` answers a GET; a HEAD has no body to say so, the SDK calls its 404 `NotFound`. */
async function unlessMissing<T>(action: string, send: () => Promise<T>): Promise<T | null> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound')) return null;
    throw classifyAwsError('s3', action, error);
  }
}

const name = (ref: ObjectRef): string => `${ref.bucket}/${ref.key}`;

/** `EncodingType: url` is form encoding: a space is `+`. */
const decodeListedKey = (key: string): string => decodeURIComponent(key.replaceAll('+', ' '));
