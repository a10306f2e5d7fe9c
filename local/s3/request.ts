import type { IncomingMessage } from 'node:http';
import { invalid, notImplemented, S3Error } from './errors.ts';

/** AWS quota. */
const KEY_MAX_BYTES = 1024;

/** A parsed request. None of its parts is ever used as a file path. */
export interface S3Request {
  method: string;
  /** Null for the service itself (ListBuckets). */
  bucket: string | null;
  /** Null for the bucket itself. Any Unicode; `..`, empty segments and outer slashes are part of the name. */
  key: string | null;
  query: ReadonlyMap<string, string>;
  /** Names in lower case. Includes headers that a presigned URL carries as query parameters. */
  headers: ReadonlyMap<string, string>;
  /** Reading may stop early without closing the connection. */
  body: AsyncIterable<Buffer>;
}

/** @throws S3Error 400 for an invalid bucket or key */
export function readRequest(message: IncomingMessage): S3Request {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  if (!path.startsWith('/')) throw invalid('The request target must be a path');
  const headers = readHeaders(message);
  const query = readQuery(mark === -1 ? '' : url.slice(mark + 1), headers);
  const virtual = /^([^:]+)\.localhost(:\d+)?$/.exec(headers.get('host') ?? '')?.[1];
  const slash = path.indexOf('/', 1);
  const bucket = virtual ?? decodeUri(slash === -1 ? path.slice(1) : path.slice(1, slash));
  const key = virtual === undefined ? (slash === -1 ? '' : path.slice(slash + 1)) : path.slice(1);
  return {
    method: message.method ?? 'GET',
    bucket: bucket || null,
    key: readKey(key),
    query,
    headers,
    body: message.iterator({ destroyOnReturn: false }),
  };
}

function readKey(encoded: string): string | null {
  if (encoded === '') return null;
  const key = decodeUri(encoded);
  if (Buffer.byteLength(key) > KEY_MAX_BYTES) {
    throw new S3Error(400, 'KeyTooLongError', `A key has at most ${KEY_MAX_BYTES} bytes in UTF-8`);
  }
  return key;
}

function readHeaders(message: IncomingMessage): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(',') : value);
  }
  return headers;
}

/** Treats `x-amz-*` parameters of a presigned URL as headers (SDKs hoist them) and drops those of its signature. */
function readQuery(text: string, headers: Map<string, string>): Map<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeUri((equals === -1 ? pair : pair.slice(0, equals)).replaceAll('+', ' '));
    const value = equals === -1 ? '' : decodeUri(pair.slice(equals + 1).replaceAll('+', ' '));
    if (SIGNATURE_PARAMETERS.has(name)) continue;
    if (/^x-amz-/i.test(name)) {
      const header = name.toLowerCase();
      if (!headers.has(header)) headers.set(header, value);
    } else if (query.has(name)) {
      throw invalid(`The parameter ${name} occurs twice`);
    } else {
      query.set(name, value);
    }
  }
  return query;
}

/**
 * Parameters of presigned URLs (signature versions 4 and 2), and the operation name the JavaScript SDK adds. Ignored.
 */
const SIGNATURE_PARAMETERS: ReadonlySet<string> = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'AWSAccessKeyId',
  'Expires',
  'Signature',
  'x-id',
]);

/** @throws S3Error 400 InvalidURI */
export function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error(400, 'InvalidURI', 'The URI is not percent-encoded UTF-8');
  }
}

/** Null when absent. @throws S3Error 400 InvalidArgument */
export function readWholeNumber(query: S3Request['query'], name: string): number | null {
  const text = query.get(name);
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new S3Error(400, 'InvalidArgument', `${name} is not a whole number`);
}

/** Headers that are implemented, or safe to ignore: who signed the request, and for whom. */
const KNOWN_HEADERS: ReadonlySet<string> = new Set([
  'x-amz-checksum-algorithm',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-mode',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
  'x-amz-checksum-type',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-range',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-expected-bucket-owner',
  'x-amz-metadata-directive',
  'x-amz-mp-object-size',
  'x-amz-request-payer',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-source-expected-bucket-owner',
  'x-amz-tagging',
  'x-amz-tagging-directive',
  'x-amz-trailer',
  'x-amz-user-agent',
]);

/** @throws S3Error 501 for an `x-amz-*` header whose feature is not implemented */
export function refuseUnknownHeaders(headers: ReadonlyMap<string, string>): void {
  for (const name of headers.keys()) {
    if (!name.startsWith('x-amz-') || name.startsWith('x-amz-meta-') || KNOWN_HEADERS.has(name)) continue;
    throw notImplemented(`The header ${name} is not implemented`);
  }
}
