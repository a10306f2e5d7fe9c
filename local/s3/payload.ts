import { decodeAwsChunked } from './aws-chunked.ts';
import { CHECKSUM_ALGORITHMS, checksumHeader, type Hasher, hasher, readAlgorithm } from './checksums.ts';
import { invalid, S3Error } from './errors.ts';
import type { ChecksumAlgorithm } from './record.ts';
import type { S3Request } from './request.ts';

/** Largest body of one request: 5 GB (AWS quota for a single PUT and for a part). */
export const PAYLOAD_MAX_BYTES = 5 * 1024 ** 3;
/** Largest XML document of a request; has room for 10,000 parts or 1,000 long keys. */
const DOCUMENT_MAX_BYTES = 4 * 1024 * 1024;

/** Facts about a completely received body. */
export interface Payload {
  size: number;
  md5: Buffer;
  /** Null when none was sent or requested. */
  checksum: { algorithm: ChecksumAlgorithm; digest: Buffer } | null;
}

type Write = (bytes: Buffer) => Promise<void> | void;

/**
 * Receives the body of a request, `aws-chunked` or plain, in pieces and with back-pressure from `write`. Verifies its
 * length, Content-MD5, the SHA-256 of the signature, and the checksum in a header or trailer.
 *
 * @param algorithm to compute if the request has no checksum
 * @throws S3Error 400 or 411; the bytes written must then be discarded
 */
export async function receivePayload(
  { headers, body }: S3Request,
  write: Write,
  algorithm: ChecksumAlgorithm | null = null,
): Promise<Payload> {
  const isChunked = headers.get('x-amz-content-sha256')?.startsWith('STREAMING-') ?? false;
  const length = declaredLength(headers, isChunked);
  const sent = sentAlgorithm(headers);
  const sha256 = headers.get('x-amz-content-sha256') ?? '';
  const signed = /^[0-9a-f]{64}$/.test(sha256) ? hasher('SHA256') : null;
  const trailers = new Map<string, string>();
  const content = atMost(length, isChunked ? decodeAwsChunked(body, trailers) : body);
  const payload = await hashPayload(content, write, sent ?? algorithm, signed);

  if (payload.size !== length)
    throw new S3Error(400, 'IncompleteBody', `The body is not the ${length} bytes announced`);
  verifyMd5(headers.get('content-md5'), payload.md5);
  if (signed && (await signed.digest()).toString('hex') !== sha256) {
    throw new S3Error(400, 'XAmzContentSHA256Mismatch', 'x-amz-content-sha256 does not match the body');
  }
  if (sent && payload.checksum) {
    const expected = headers.get(checksumHeader(sent)) ?? trailers.get(checksumHeader(sent));
    verifyChecksum(sent, expected, payload.checksum.digest);
  }
  return payload;
}

/** Writes a body and computes its MD5 and, if requested, one checksum. */
export async function hashPayload(
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
  write: Write,
  algorithm: ChecksumAlgorithm | null,
  also: Hasher | null = null,
): Promise<Payload> {
  const md5 = hasher('MD5');
  const checksum = algorithm && hasher(algorithm);
  let size = 0;
  for await (const bytes of content) {
    size += bytes.length;
    md5.update(bytes);
    checksum?.update(bytes);
    also?.update(bytes);
    await write(bytes);
  }
  const digest = checksum && (await checksum.digest());
  return { size, md5: await md5.digest(), checksum: algorithm && digest ? { algorithm, digest } : null };
}

/** Stops after more than `length` bytes, so that the size shows the excess. */
async function* atMost(length: number, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const bytes of content) {
    size += bytes.length;
    yield bytes;
    if (size > length) return;
  }
}

/** Receives a body that is an XML document. */
export async function receiveDocument(request: S3Request): Promise<string> {
  const chunks: Buffer[] = [];
  if (Number(request.headers.get('content-length')) > DOCUMENT_MAX_BYTES) {
    throw new S3Error(400, 'MalformedXML', `The document is longer than ${DOCUMENT_MAX_BYTES} bytes`);
  }
  await receivePayload(request, (bytes) => void chunks.push(bytes));
  return Buffer.concat(chunks).toString();
}

/** The length of the content without its framing. */
function declaredLength(headers: S3Request['headers'], chunked: boolean): number {
  const text = headers.get(chunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (text === undefined) throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length header');
  if (!/^\d{1,15}$/.test(text)) throw invalid('The length of the body is not a number');
  const length = Number(text);
  if (length > PAYLOAD_MAX_BYTES) throw new S3Error(400, 'EntityTooLarge', 'A single request has at most 5 GB');
  return length;
}

/** The checksum algorithm of the request, from a header or the trailer. */
function sentAlgorithm(headers: S3Request['headers']): ChecksumAlgorithm | null {
  const trailer = headers.get('x-amz-trailer')?.toLowerCase();
  const sent = CHECKSUM_ALGORITHMS.filter(
    (each) => headers.has(checksumHeader(each)) || trailer === checksumHeader(each),
  );
  if (sent.length > 1) throw invalid('Expecting a single x-amz-checksum- header');
  const announced = readAlgorithm(headers.get('x-amz-sdk-checksum-algorithm'));
  if (announced && sent[0] !== announced) {
    throw invalid(
      `x-amz-sdk-checksum-algorithm says ${announced}, but there is no such checksum in a header or trailer`,
    );
  }
  return sent[0] ?? null;
}

function verifyMd5(sent: string | undefined, actual: Buffer): void {
  if (sent === undefined) return;
  const expected = Buffer.from(sent, 'base64');
  if (expected.length !== actual.length)
    throw new S3Error(400, 'InvalidDigest', 'Content-MD5 is not the base64 of 16 bytes');
  if (!expected.equals(actual)) throw new S3Error(400, 'BadDigest', 'Content-MD5 does not match the body');
}

function verifyChecksum(algorithm: ChecksumAlgorithm, sent: string | undefined, actual: Buffer): void {
  if (sent === undefined)
    throw new S3Error(400, 'MalformedTrailerError', `The trailer has no ${checksumHeader(algorithm)}`);
  const expected = Buffer.from(sent, 'base64');
  if (expected.length !== actual.length) throw invalid(`Value for ${checksumHeader(algorithm)} header is invalid`);
  if (!expected.equals(actual))
    throw new S3Error(400, 'BadDigest', `The ${algorithm} you specified does not match the body`);
}
