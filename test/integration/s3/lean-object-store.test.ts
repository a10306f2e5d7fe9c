import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { leanObjectStore } from '../../../core/aws/lean/lean-object-store.ts';
import { LeanService } from '../../../core/aws/lean/service.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { listenOnLoopback } from '../../../local/http/listen.ts';
import { objectStoreConformance } from '../../conformance/object-store.ts';
import { authorizationOf, signedHeaders } from '../../support/aws-signature.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { type LocalS3, localS3Client, startLocalS3 } from '../../support/local-s3.ts';

/** Settings from the SDK's client, as in a container, or from environment variables, as in Lambda. */
const asked = (client: S3Client): ObjectStore => leanObjectStore(new LeanService({}, async () => client));
const told = (endpoint: string, load: () => Promise<S3Client>): ObjectStore =>
  leanObjectStore(new LeanService({ ...VARIABLES, AWS_ENDPOINT_URL: endpoint }, load));

const VARIABLES = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'token',
};

objectStoreConformance('local, with lean requests', async () => {
  const local = await startLocalS3();
  const { client } = local;
  return {
    store: told(local.endpoint, async () => client),
    client,
    bucket: 'raw-mail',
    prefix: 'conformance/',
    close: local.stop,
  };
});

describe('a lean put', () => {
  let local: LocalS3;
  let proxy: FaultProxy;
  let client: S3Client;
  let store: ObjectStore;
  let faults: Fault[];

  beforeAll(async () => {
    local = await startLocalS3();
    proxy = await startFaultProxy(local.endpoint, (line) => (line.startsWith('PUT ') && faults.shift()) || 'pass');
    client = localS3Client(proxy.endpoint);
    store = asked(client);
  });
  beforeEach(() => {
    faults = [];
    proxy.requests.length = 0;
  });
  afterAll(async () => {
    client?.destroy();
    await proxy?.stop();
    await local?.stop();
  });

  const at = (key: string) => ({ bucket: 'raw-mail', key });
  const body = Buffer.from('mine');

  it('is one request', async () => {
    expect(await store.put(at('one'), body, { ifAbsent: true })).toMatchObject({ outcome: 'created' });
    expect(proxy.requests).toEqual(['PUT /raw-mail/one']);
  });

  it.each<[string, Fault]>([
    ['a reset', 'reset'],
    ['a 503', { status: 503, code: 'SlowDown' }],
    ['a 500', { status: 500, code: 'InternalError' }],
    ['a skewed clock', { status: 403, code: 'RequestTimeTooSkewed' }],
    ['a 409', { status: 409, code: 'ConditionalRequestConflict' }],
  ])('is left to the client after %s', async (name, fault) => {
    faults = [fault];
    expect(await store.put(at(`after ${name}`), body, { ifAbsent: true })).toMatchObject({ outcome: 'created' });
  });

  it('knows its own object when its answer got lost, and nobody else’s', async () => {
    faults = ['lose'];
    expect(await store.put(at('own'), body, { ifAbsent: true })).toMatchObject({ outcome: 'created' });
    faults = ['reset'];
    expect(await store.put(at('own'), Buffer.from('other'), { ifAbsent: true })).toMatchObject({ outcome: 'exists' });
  });

  it('fails as the client fails', async () => {
    faults = [
      { status: 403, code: 'AccessDenied' },
      { status: 403, code: 'AccessDenied' },
    ];
    await expect(store.put(at('denied'), body)).rejects.toMatchObject({ kind: 'transient', code: 's3.AccessDenied' });
  });

  it('ends at once when it is aborted while the store hangs', async () => {
    faults = ['hang'];
    const abort = new AbortController();
    const put = store.put(at('hung'), body, { signal: abort.signal });
    const rejected = expect(put).rejects.toMatchObject({ code: 's3.AbortError', kind: 'transient' });
    await expect.poll(() => proxy.requests.length).toBe(1);
    abort.abort();
    await rejected;
    expect(proxy.requests).toHaveLength(1);
  });

  it('carries a signature over everything it sends, and checksums of the body', async () => {
    const requests: { message: IncomingMessage; body: Buffer }[] = [];
    const server = createServer(async (message, response) => {
      requests.push({ message, body: await buffer(message) });
      response.writeHead(200, { 'x-amz-version-id': 'v1' }).end();
    });
    const endpoint = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
    const signing = localS3Client(endpoint);
    const metadata = { envelope: 'eyJpZCI6IjAxIn0', 'trace-bytes': '120' };
    const signed = asked(signing);
    const options = { ifAbsent: true, contentType: 'message/rfc822', metadata };
    expect(await signed.put(at("a b/(c)'é+*!"), body, options)).toEqual({ outcome: 'created', versionId: 'v1' });
    const [request] = requests;
    if (request === undefined) throw new Error('nothing came');
    const { message } = request;
    expect(request.body.toString()).toBe('mine');
    expect(message.url).toBe('/raw-mail/a%20b/%28c%29%27%C3%A9%2B%2A%21');
    expect(message.headers).toMatchObject({
      'if-none-match': '*',
      'content-type': 'message/rfc822',
      'x-amz-meta-envelope': metadata.envelope,
      'x-amz-meta-trace-bytes': '120',
      'x-amz-checksum-crc32': 'aajTkw==',
      'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
    });
    expect(message.headers.authorization).toBe(authorizationOf(message, 'local', 'us-east-1'));
    expect(signedHeaders(message)).toEqual(
      expect.arrayContaining([
        'host',
        'if-none-match',
        'x-amz-checksum-crc32',
        'x-amz-content-sha256',
        'x-amz-meta-envelope',
      ]),
    );
    signing.destroy();
    server.closeAllConnections();
    server.close();
  });
});
