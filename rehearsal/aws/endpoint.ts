import { createHash } from 'node:crypto';
import { type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { jsonOf } from '../../core/mail/json.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { createAwsServer } from '../../local/http/server.ts';
import type { StoredObjects } from '../../local/s3/stored-objects.ts';
import type { Bucket, Queue } from '../deployment/stores.ts';
import type { Guard } from '../guard.ts';
import { askedOfS3, askedOfSqs, firstDenied } from './authorise.ts';
import type { Caller, Credentials } from './caller.ts';
import { denied, type Refusal, refuse } from './replies.ts';
import type { RequestCounts } from './request-counts.ts';
import { type S3Call, s3Call } from './s3-call.ts';
import type { Services } from './services.ts';
import { sqsCall } from './sqs-call.ts';

export interface EndpointOptions {
  guard: Guard;
  credentials: Credentials;
  buckets: readonly Bucket[];
  queues: readonly Queue[];
  /** URL of the local S3 and SQS behind this endpoint. */
  stores: { url: string; objects: StoredObjects };
  services: Services;
  requests: RequestCounts;
  /** Whether to fail a request as if the service were unavailable. Called only for allowed requests. */
  isAway(caller: Caller, action: string, resource: string): boolean;
}

const NOT_SIGNED: Refusal = {
  status: 403,
  code: 'InvalidClientTokenId',
  message: 'The security token included in the request is invalid',
};

/**
 * The AWS_ENDPOINT_URL of a rehearsal: one port for every service. Authorises each request, answers 403 if it is
 * denied, and relays the rest to the local S3 and SQS. Adds what those lack: object versions, and the checksums that
 * Object Lock requires.
 */
export class Endpoint {
  readonly #server: Server;
  readonly #faults: string[] = [];
  #opened: EndpointOptions | null = null;

  constructor() {
    this.#server = createAwsServer((incoming, response) => {
      this.#serve(incoming, response).catch((error: unknown) => {
        this.#faults.push(`${incoming.method} ${incoming.url}: ${String(error)}`);
        response.destroy();
      });
    });
  }

  /** @returns its URL, the prefix of queue URLs */
  async listen(): Promise<string> {
    return `http://127.0.0.1:${await listenOnLoopback(this.#server, 0)}`;
  }

  /** Serves requests from now on. */
  open(options: EndpointOptions): void {
    this.#opened = options;
  }

  get #options(): EndpointOptions {
    if (this.#opened === null) throw new Error('the endpoint is not open yet');
    return this.#opened;
  }

  /** Requests it could not authorise or serve. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const caller = this.#options.credentials.callerOf(incoming);
    if (caller === null) {
      incoming.resume();
      return refuse(response, 's3', NOT_SIGNED);
    }
    const refusal =
      caller.service === 's3'
        ? await this.#serveS3(caller, incoming, response)
        : await this.#serveTarget(caller, incoming, response);
    if (refusal === null) return;
    incoming.resume();
    refuse(response, caller.service, refusal);
  }

  async #serveS3(caller: Caller, incoming: IncomingMessage, response: ServerResponse): Promise<Refusal | null> {
    const { guard, buckets, stores, requests } = this.#options;
    const { method = 'GET', url = '/', headers } = incoming;
    requests.s3(caller, incoming);
    const call = s3Call({ method, url, headers, tags: await this.#tagsOf(url) });
    const bucket = buckets.find(({ name }) => name === call?.bucket);
    if (call === null || bucket === undefined) return this.#unknown(`s3 ${method} ${url}`);
    const asked = firstDenied(guard, caller.principal, askedOfS3(call, bucket), caller.probe);
    if (asked !== null) return denied(caller, asked);
    const head = call.key === null ? null : await stores.objects.head({ bucket: bucket.name, key: call.key });
    if (call.reads && (head === null || !isVersion(bucket, call, head.etag))) {
      // A caller that may not list the bucket does not learn that an object is missing.
      const list = { action: 's3:ListBucket', resource: bucket.arn };
      if (firstDenied(guard, caller.principal, [list], caller.probe) !== null) return denied(caller, list);
      return { status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' };
    }
    if (call.uploads && bucket.locked && !hasChecksum(incoming)) return CHECKSUM_MISSING;
    if (this.#isAway(caller, call.actions[0])) return AWAY;
    const target = call.versionId === null ? url : url.replace(/([?&])versionId=[^&]*&?/, '$1');
    await this.#pass(incoming, response, target, incoming, async () => {
      if (!bucket.versioned || call.key === null) return {};
      const stored = await stores.objects.head({ bucket: bucket.name, key: call.key });
      return stored === null ? {} : { 'x-amz-version-id': versionOf(bucket.name, call.key, stored.etag) };
    });
    return null;
  }

  async #serveTarget(caller: Caller, incoming: IncomingMessage, response: ServerResponse): Promise<Refusal | null> {
    const { guard, queues, services, requests } = this.#options;
    const [service = '', operation = ''] = String(incoming.headers['x-amz-target'] ?? '').split('.');
    const content = await text(incoming);
    const body = jsonOf(content);
    if (caller.service === 'sqs') {
      const call = sqsCall(operation, body, queues);
      if (call === null) return this.#unknown(`sqs ${operation} ${content.slice(0, 200)}`);
      requests.sqs(
        caller,
        operation,
        call.resource.slice(call.resource.lastIndexOf(':') + 1),
        Buffer.byteLength(content),
      );
      const asked = firstDenied(guard, caller.principal, askedOfSqs(call), caller.probe);
      if (asked !== null) return denied(caller, asked);
      if (this.#isAway(caller, call)) return AWAY;
      await this.#pass(incoming, response, '/', content, async () => ({}));
      return null;
    }
    const call = services.call(service, operation, body);
    if (call === null) return this.#unknown(`${caller.service} ${service}.${operation}`);
    const asked = firstDenied(guard, caller.principal, call.asked, caller.probe);
    if (asked !== null) return denied(caller, asked);
    const answer = JSON.stringify(await call.answer());
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(answer);
    return null;
  }

  #isAway(caller: Caller, asked: { action: string; resource: string } | undefined): boolean {
    return asked !== undefined && this.#options.isAway(caller, asked.action, asked.resource);
  }

  #unknown(what: string): Refusal {
    this.#faults.push(`the rehearsal does not model this request: ${what}`);
    return { status: 501, code: 'NotImplemented', message: `The rehearsal does not model this request: ${what}` };
  }

  /** Tags of an object, if a policy of its bucket uses them. */
  async #tagsOf(url: string): Promise<Record<string, string>> {
    const [, bucket = '', key = ''] = /^\/([^/?]+)\/([^?]+)/.exec(url) ?? [];
    const { guard, stores } = this.#options;
    const statements = guard.policies.resource.get(`arn:aws:s3:::${bucket}`) ?? [];
    if (key === '' || !/existingobjecttag/i.test(JSON.stringify(statements))) return {};
    const answer = await fetch(`${stores.url}/${bucket}/${key}?tagging`);
    const pairs = (await answer.text()).matchAll(/<Key>([^<]*)<\/Key><Value>([^<]*)<\/Value>/g);
    return Object.fromEntries([...pairs].map(([, name, value]) => [name, value]));
  }

  /** Relays a request and its answer. @param more headers to add on success */
  async #pass(
    { method, headers }: IncomingMessage,
    response: ServerResponse,
    path: string,
    body: IncomingMessage | string,
    more: () => Promise<Record<string, string>>,
  ): Promise<void> {
    const { host: _, ...rest } = headers;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const relayed = request(`${this.#options.stores.url}${path}`, { method, headers: rest }, resolve);
      relayed.on('error', reject);
      response.on('close', () => relayed.destroy());
      if (typeof body === 'string') relayed.end(body);
      else body.pipe(relayed);
    });
    const status = answer.statusCode ?? 500;
    response.writeHead(status, { ...answer.headers, ...(status < 300 ? await more() : {}) });
    if (status >= 300) response.end(await buffer(answer));
    else answer.pipe(response);
  }
}

const AWAY: Refusal = {
  status: 503,
  code: 'ServiceUnavailable',
  message: 'The rehearsal made the service unavailable',
};

const CHECKSUM_MISSING: Refusal = {
  status: 400,
  code: 'InvalidRequest',
  message: 'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
};

const hasChecksum = ({ method, headers }: IncomingMessage): boolean =>
  method === 'POST' || Object.keys(headers).some((name) => /^(content-md5|x-amz-(checksum-|trailer$))/.test(name));

/** Version id of an object; the local S3 keeps one version, so it is derived from the content. */
export const versionOf = (bucket: string, key: string, etag: string): string =>
  createHash('sha256')
    .update(`${bucket}/${key} ${etag.replaceAll('"', '')}`)
    .digest('base64url')
    .slice(0, 32);

const isVersion = ({ name }: Bucket, { key, versionId }: S3Call, etag: string): boolean =>
  versionId === null || (key !== null && versionOf(name, key, etag) === versionId);
