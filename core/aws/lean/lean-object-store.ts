import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { TransientError } from '../../mail/errors.ts';
import type { ObjectHead, ObjectRef, ObjectStore, PutOptions, PutResult } from '../../ports/object-store.ts';
import type { Environment } from '../../settings/codec.ts';
import { base64Crc32, isWhole, joined, piecesOf } from '../body.ts';
import { unlessPutAborted } from '../request.ts';
import { wholeOrParts } from '../s3-parts.ts';
import type { HttpAnswer } from './answer.ts';
import { checkedStream } from './checked-stream.ts';
import { checksumOf } from './checksum.ts';
import { httpRequests } from './connections.ts';
import { LeanService } from './service.ts';
import { escaped, signed } from './signature.ts';

/** Default connections per host: as many as a batch of mails and their attachments need. */
const MAX_SOCKETS = 50;

/** S3 with lean requests, for a program with this environment. */
export function leanS3(environment: Environment, maxSockets = MAX_SOCKETS): ObjectStore {
  const load = async () => (await import('../clients.ts')).createS3Client({ maxSockets });
  return leanObjectStore(new LeanService(environment, load), maxSockets);
}

/**
 * S3 with lean requests for `get`, `head`, and `put` of a body of up to one part: signed and sent here, at a tenth of
 * the CPU of the SDK's commands. Each is tried once. Anything except a plain success, a plain 412 or a plain "no such
 * key" goes to the SDK, which retries, knows the errors and classifies them. Everything else goes there directly.
 */
export function leanObjectStore(aws: LeanService<S3Client>, maxSockets = MAX_SOCKETS): ObjectStore {
  const sendRequest = httpRequests(maxSockets);
  const urls = new Map<string, URL>();

  /** The URL of a bucket, by the rules of the SDK's own commands: variables, files, path style and so on. */
  async function bucketUrl(bucket: string): Promise<URL> {
    const known = urls.get(bucket) ?? aws.bucketUrl(bucket);
    const url = known ?? (await (await import('./sdk-endpoint.ts')).bucketEndpoint(await aws.sdk(), bucket));
    urls.set(bucket, url);
    return url;
  }

  async function send(
    method: 'GET' | 'HEAD' | 'PUT',
    ref: ObjectRef,
    headersFor: (url: URL) => Record<string, string>,
    { pieces = [], signal, repeatable }: { pieces?: readonly Buffer[]; signal?: AbortSignal; repeatable: boolean },
  ): Promise<HttpAnswer> {
    const url = await bucketUrl(ref.bucket);
    const path = `${url.pathname.replace(/\/$/, '')}/${ref.key.split('/').map(escaped).join('/')}`;
    const query = method === 'PUT' || ref.versionId == null ? '' : `versionId=${escaped(ref.versionId)}`;
    const request = { method, path, query, headers: { host: url.host, ...headersFor(url) } };
    const headers = signed(request, await aws.scope('s3'));
    const target = query === '' ? path : `${path}?${query}`;
    return sendRequest({ endpoint: url, method, target, headers, pieces, signal, repeatable });
  }

  /** Null for what only the SDK can determine. */
  async function put(ref: ObjectRef, pieces: readonly Buffer[], options: PutOptions): Promise<PutResult | null> {
    // A condition that fails on the second try of the same write is inconclusive.
    const sending = { pieces, repeatable: !options.ifAbsent, ...(options.signal && { signal: options.signal }) };
    const { status, headers } = await send('PUT', ref, (url) => putHeaders(url, pieces, options), sending);
    if (status === 200) return { outcome: 'created', versionId: headers.get('x-amz-version-id') ?? null };
    return status === 412 && options.ifAbsent ? { outcome: 'exists', versionId: null } : null;
  }

  const store = async () => (await import('../s3-object-store.ts')).s3ObjectStore(await aws.sdk());
  const puts = async () => ({ ...(await import('../s3-put.ts')), client: await aws.sdk() });

  return {
    async put(ref, body, options = {}) {
      return unlessPutAborted(ref, options.signal, async () => {
        if (options.ifMatch !== undefined) return (await store()).put(ref, body, options);
        const start = isWhole(body) ? body : await wholeOrParts(body, options.signal);
        if (!isWhole(start)) {
          const { putParts, client } = await puts();
          return putParts(client, ref, start, options);
        }
        // The SDK's own tries find out and report why it failed.
        const result = await put(ref, piecesOf(start), options).catch(() => null);
        if (result !== null) return result;
        options.signal?.throwIfAborted();
        const { putObject, client } = await puts();
        return putObject(client, ref, joined(start), options, 1);
      });
    },

    async get(ref, options = {}) {
      const { range, signal } = options;
      const headersFor = () => ({ ...NO_BODY, 'x-amz-checksum-mode': 'ENABLED', ...(range && rangeHeader(range)) });
      const answer = await send('GET', ref, headersFor, { repeatable: true, ...(signal && { signal }) })
        .then((answered) => readObject(answered, range === undefined ? 200 : 206))
        .catch(() => undefined);
      if (answer !== undefined) return answer;
      if (signal?.aborted)
        throw new TransientError('s3.AbortError', `GetObject ${name(ref)} was aborted`, { cause: signal.reason });
      return (await store()).get(ref, options);
    },

    async head(ref) {
      const answer = await send('HEAD', ref, () => NO_BODY, { repeatable: true }).catch(() => undefined);
      if (answer?.status === 404) return null;
      const head = answer?.status === 200 ? headOf(answer.headers) : null;
      return head ?? (await store()).head(ref);
    },

    copy: async (from, to, options) => (await store()).copy(from, to, options),
    async *list(bucket, options) {
      yield* (await store()).list(bucket, options);
    },
    delete: async (ref) => (await store()).delete(ref),
  };
}

const name = (ref: ObjectRef): string => `${ref.bucket}/${ref.key}`;

const rangeHeader = ({ start, end }: { start: number; end: number }) => ({ range: `bytes=${start}-${end}` });

/** The hash of an empty body. */
const NO_BODY = { 'x-amz-content-sha256': createHash('sha256').digest('hex') };

/** An object; null for a missing one; undefined for what only the SDK can determine. */
async function readObject(answer: HttpAnswer, expected: 200 | 206) {
  const { status, headers, body } = answer;
  if (status === 404 && Buffer.isBuffer(body) && MISSING.test(body.toString('latin1'))) return null;
  const head = status === expected ? headOf(headers) : null;
  if (head === null || body === null) {
    if (body instanceof Readable) body.destroy();
    return undefined;
  }
  const checksum = status === 200 ? await checksumOf(headers) : null;
  if (body instanceof Readable) return { ...head, body: checksum === null ? body : checkedStream(body, checksum) };
  checksum?.update(body);
  if (checksum !== null && !(await checksum.matches())) return undefined;
  return { ...head, body: Readable.from([body], { objectMode: false }) };
}

const MISSING = /<Code>(?:NoSuchKey|NoSuchVersion)<\/Code>/;

/** Null when a field is missing, or not in the format of S3. */
function headOf(headers: ReadonlyMap<string, string>): ObjectHead | null {
  const whole = headers.get('content-range')?.split('/')[1] ?? headers.get('content-length');
  const lastModified = new Date(headers.get('last-modified') ?? '');
  const etag = headers.get('etag');
  if (whole === undefined || !/^\d+$/.test(whole) || Number.isNaN(lastModified.getTime()) || etag === undefined)
    return null;
  const metadata: Record<string, string> = Object.create(null);
  for (const [header, value] of headers)
    if (header.startsWith(METADATA)) metadata[header.slice(METADATA.length)] = value;
  return {
    size: Number(whole),
    lastModified,
    etag,
    contentType: headers.get('content-type') ?? null,
    metadata,
    versionId: headers.get('x-amz-version-id') ?? null,
  };
}

const METADATA = 'x-amz-meta-';

function putHeaders(url: URL, pieces: readonly Buffer[], options: PutOptions): Record<string, string> {
  const crc = options.crc32 ?? pieces.reduce((sum, piece) => crc32(piece, sum), 0);
  const headers: Record<string, string> = {
    'content-length': String(pieces.reduce((sum, piece) => sum + piece.length, 0)),
    'x-amz-checksum-crc32': base64Crc32(crc),
    'x-amz-content-sha256': url.protocol === 'https:' ? UNSIGNED_PAYLOAD : sha256(pieces),
  };
  if (options.contentType !== undefined) headers['content-type'] = options.contentType;
  if (options.ifAbsent) headers['if-none-match'] = '*';
  for (const [field, value] of Object.entries(options.metadata ?? {})) headers[METADATA + field] = value;
  return headers;
}

/**
 * TLS prevents changes of the body in transit, and the checksum, a signed header, detects damage anywhere: hashing
 * every byte as well would add nothing. AWS's SDK for Python signs no body under the same two conditions.
 */
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

function sha256(pieces: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
