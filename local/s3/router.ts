import { notImplemented, S3Error } from './errors.ts';
import type { Operation, Target } from './operation.ts';
import { getBucketLocation, headBucket, listBuckets } from './operations/buckets.ts';
import { completeMultipartUpload } from './operations/complete-multipart.ts';
import { copyObject, uploadPartCopy } from './operations/copy-object.ts';
import { deleteObject, deleteObjects } from './operations/delete-objects.ts';
import { getObject, headObject } from './operations/get-object.ts';
import { listObjects } from './operations/list-objects.ts';
import {
  abortMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
} from './operations/multipart.ts';
import { putObject } from './operations/put-object.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './operations/tagging.ts';
import type { S3Request } from './request.ts';

interface Route {
  on: 'service' | 'bucket' | 'object';
  method: string;
  /** Required parameters, which select the operation. */
  with?: readonly string[];
  /** Optional parameters. */
  may?: readonly string[];
  operation: Operation;
  /** Header that selects a different operation. */
  header?: string;
}

/** All implemented operations. Any other operation or parameter is answered 501. */
const ROUTES: readonly Route[] = [
  { on: 'service', method: 'GET', operation: listBuckets },
  { on: 'bucket', method: 'HEAD', operation: headBucket },
  { on: 'bucket', method: 'GET', with: ['location'], operation: getBucketLocation },
  {
    on: 'bucket',
    method: 'GET',
    with: ['list-type'],
    may: ['prefix', 'delimiter', 'start-after', 'continuation-token', 'max-keys', 'encoding-type', 'fetch-owner'],
    operation: listObjects,
  },
  { on: 'bucket', method: 'GET', with: ['uploads'], may: ['prefix'], operation: listMultipartUploads },
  { on: 'bucket', method: 'POST', with: ['delete'], operation: deleteObjects },

  { on: 'object', method: 'HEAD', operation: headObject },
  { on: 'object', method: 'GET', operation: getObject },
  { on: 'object', method: 'PUT', header: 'x-amz-copy-source', operation: copyObject },
  { on: 'object', method: 'PUT', operation: putObject },
  { on: 'object', method: 'DELETE', operation: deleteObject },

  { on: 'object', method: 'GET', with: ['tagging'], operation: getObjectTagging },
  { on: 'object', method: 'PUT', with: ['tagging'], operation: putObjectTagging },
  { on: 'object', method: 'DELETE', with: ['tagging'], operation: deleteObjectTagging },

  { on: 'object', method: 'POST', with: ['uploads'], operation: createMultipartUpload },
  {
    on: 'object',
    method: 'PUT',
    with: ['partNumber', 'uploadId'],
    header: 'x-amz-copy-source',
    operation: uploadPartCopy,
  },
  { on: 'object', method: 'PUT', with: ['partNumber', 'uploadId'], operation: uploadPart },
  { on: 'object', method: 'POST', with: ['uploadId'], operation: completeMultipartUpload },
  { on: 'object', method: 'DELETE', with: ['uploadId'], operation: abortMultipartUpload },
  {
    on: 'object',
    method: 'GET',
    with: ['uploadId'],
    may: ['part-number-marker', 'max-parts'],
    operation: listParts,
  },
];

/** @throws S3Error 501 if not implemented, 405 for a method S3 never uses */
export function route(request: S3Request): Operation {
  const found = ROUTES.find((each) => matches(each, request));
  if (found === undefined) {
    const parameters = [...request.query.keys()].join(', ') || 'none';
    throw notImplemented(`Not implemented: ${request.method} on ${level(request)}, parameters: ${parameters}`);
  }
  // The only operation selected by a parameter's value: ListObjects version 1 has no list-type.
  if (found.operation === listObjects && request.query.get('list-type') !== '2') {
    throw new S3Error(400, 'InvalidArgument', 'list-type must be 2');
  }
  return found.operation;
}

export function target(request: S3Request): Target {
  return { ...request, bucket: request.bucket ?? '', key: request.key ?? '' };
}

function matches(route: Route, request: S3Request): boolean {
  const { with: required = [], may = [] } = route;
  if (route.on !== level(request) || route.method !== request.method) return false;
  if (route.header !== undefined && !request.headers.has(route.header)) return false;
  if (!required.every((name) => request.query.has(name))) return false;
  return [...request.query.keys()].every((name) => required.includes(name) || may.includes(name));
}

function level({ bucket, key }: S3Request): Route['on'] {
  if (bucket === null) return 'service';
  return key === null ? 'bucket' : 'object';
}
