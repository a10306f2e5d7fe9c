import type { IncomingHttpHeaders } from 'node:http';
import { EXISTING_TAG } from '../iam/context-keys.ts';

/** The actions of one S3 request, mapped as in the Service Authorization Reference. */
export interface S3Call {
  bucket: string;
  /** Null for the bucket itself. */
  key: string | null;
  versionId: string | null;
  actions: readonly S3Action[];
  /** Only callers that may list the bucket learn that an object is missing. */
  reads: boolean;
  /** The request uploads bytes, so Object Lock requires a checksum. */
  uploads: boolean;
  /** KMS actions it needs on the key of an encrypted bucket. */
  kms: readonly ('kms:Decrypt' | 'kms:GenerateDataKey')[];
}

export interface S3Action {
  action: string;
  /** ARN */
  resource: string;
  context: Record<string, string>;
}

interface Request {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** Tags of the object, if a policy uses them. */
  tags?: Readonly<Record<string, string>> | undefined;
}

/** Null for a request the rehearsal does not model. */
export function s3Call({ method, url, headers, tags = {} }: Request): S3Call | null {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const [, bucket = '', encodedKey = ''] = /^\/([^/]+)\/?(.*)$/s.exec(path) ?? [];
  const key = encodedKey === '' ? null : decodeURIComponent(encodedKey);
  const versionId = parameters.get('versionId');
  const operation = key === null ? bucketAction(method, parameters) : objectOperation(method, parameters, headers);
  if (bucket === '' || operation === null) return null;
  const { name, versioned = false, creates, kms = [], reads = false } = operation;
  const resource = `arn:aws:s3:::${bucket}${key === null ? '' : `/${key}`}`;
  const ofVersion = versioned && versionId !== null;
  const action = ofVersion ? name.replace(/(Tagging)?$/, 'Version$1') : name;
  const context = { ...conditionsOf(headers, creates), ...existing(tags) };
  const source = String(headers['x-amz-copy-source'] ?? '');
  return {
    bucket,
    key,
    versionId,
    reads,
    uploads: creates !== undefined && source === '',
    kms,
    actions: [
      { action, resource, context },
      ...(headers['x-amz-tagging'] === undefined ? [] : [{ action: 's3:PutObjectTagging', resource, context }]),
      ...(source === '' ? [] : [copySource(source)]),
    ],
  };
}

interface Operation {
  name: string;
  /** Whether the action has a different name for a version. */
  versioned?: boolean;
  /** Whether it creates an object rather than a part; unset if it writes neither. */
  creates?: boolean;
  kms?: S3Call['kms'];
  reads?: boolean;
}

function bucketAction(method: string, parameters: URLSearchParams): Operation | null {
  if (method === 'HEAD' || (method === 'GET' && parameters.has('list-type'))) return { name: 's3:ListBucket' };
  if (method === 'GET' && parameters.has('uploads')) return { name: 's3:ListBucketMultipartUploads' };
  if (method === 'GET' && parameters.has('location')) return { name: 's3:GetBucketLocation' };
  return null;
}

const BOTH = ['kms:Decrypt', 'kms:GenerateDataKey'] as const;

function objectOperation(method: string, parameters: URLSearchParams, headers: IncomingHttpHeaders): Operation | null {
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  const isPart = parameters.has('uploadId');
  if (parameters.has('tagging')) {
    const verb = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' }[method];
    return verb === undefined ? null : { name: `s3:${verb}ObjectTagging`, versioned: true, reads: method === 'GET' };
  }
  switch (method) {
    case 'HEAD':
      return { name: 's3:GetObject', versioned: true, reads: true };
    case 'GET':
      if (isPart) return { name: 's3:ListMultipartUploadParts' };
      return { name: 's3:GetObject', versioned: true, reads: true, kms: ['kms:Decrypt'] };
    case 'PUT':
      // A part is encrypted with the data key of its upload, which must be decrypted first.
      return { name: 's3:PutObject', creates: !isPart, kms: isPart || isCopy ? BOTH : ['kms:GenerateDataKey'] };
    case 'POST':
      if (parameters.has('uploads')) return { name: 's3:PutObject', creates: false, kms: BOTH };
      return isPart ? { name: 's3:PutObject', creates: true, kms: BOTH } : null;
    case 'DELETE':
      return isPart ? { name: 's3:AbortMultipartUpload' } : { name: 's3:DeleteObject', versioned: true };
    default:
      return null;
  }
}

function conditionsOf(headers: IncomingHttpHeaders, creates: boolean | undefined): Record<string, string> {
  const { 'if-none-match': ifNoneMatch, 'if-match': ifMatch } = headers;
  if (creates === undefined) return {};
  return {
    's3:ObjectCreationOperation': String(creates),
    ...(ifNoneMatch === undefined ? {} : { 's3:if-none-match': ifNoneMatch }),
    ...(ifMatch === undefined ? {} : { 's3:if-match': ifMatch }),
  };
}

const existing = (tags: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [EXISTING_TAG + name, value]));

function copySource(source: string): S3Action {
  const [path = '', version] = decodeURIComponent(source).replace(/^\//, '').split('?versionId=');
  const action = version === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  return { action, resource: `arn:aws:s3:::${path}`, context: {} };
}
