import { GetObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createS3Client, createSqsClient } from '../../core/aws/clients.ts';
import { escaped, type SigningScope, signed } from '../../core/aws/lean/signature.ts';
import { type AnsweringServer, startAnsweringServer } from '../support/answering-server.ts';
import { seededRandom } from '../support/seeded-random.ts';

const SIGNED_HEADERS = /SignedHeaders=([^,]+)/;
const OBJECT = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: "e"\r\n\r\n';
const SENT = '{"MessageId":"m"}';
const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret/+', sessionToken: 'token+/==' };
const region = 'eu-west-1';

let server: AnsweringServer;
let last: string;
beforeAll(async () => {
  server = await startAnsweringServer((socket, request) => {
    last = request;
    const sent = `HTTP/1.1 200 OK\r\nContent-Length: ${SENT.length}\r\n\r\n${SENT}`;
    socket.write(request.startsWith('POST') ? sent : OBJECT);
  });
});
afterAll(() => server?.stop());

/** The SDK's request, and our signature of the same request. */
function compared(service: SigningScope['service']) {
  const [requestLine = '', ...lines] = last.slice(0, last.indexOf('\r\n\r\n')).split('\r\n');
  const [method = '', target = ''] = requestLine.split(' ');
  const [path = '', query = ''] = target.split('?');
  const sent = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const theirs = sent['authorization'] ?? '';
  const names = (SIGNED_HEADERS.exec(theirs)?.[1] ?? '').split(';');
  const headers = Object.fromEntries(names.map((name) => [name, sent[name] ?? '']));
  const time = (sent['x-amz-date'] ?? '').replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z');
  const ours = signed({ method, path, query, headers }, { service, credentials, region, date: new Date(time) });
  return { path, theirs, ours: ours['authorization'] };
}

it('a request to S3 is escaped and signed as by the SDK, whatever its key contains', async () => {
  const random = seededRandom(4711);
  const below = (limit: number) => Math.floor(random() * limit);
  const client = createS3Client({ endpoint: server.endpoint, region, credentials });
  const odd = [
    ...` !"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`,
    'é',
    '日',
    '😀',
    'ß',
    '\t',
    '\u0001',
    '%2F',
    '%',
    '+',
    '//',
    'a',
  ];
  for (let round = 0; round < 300; round++) {
    const picked = Array.from({ length: 1 + below(12) }, () => odd[below(odd.length)] ?? '');
    // Enclosed in `k`, because everything on the way would rewrite a path of dots alone.
    const key = `k${picked.join('')}k`;
    const VersionId = round % 2 === 0 ? undefined : `v${picked.slice(0, 3).join('')}`;
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'raw-mail', Key: key, VersionId }));
    await Body?.transformToByteArray();
    const { path, theirs, ours } = compared('s3');
    expect(`/raw-mail/${key.split('/').map(escaped).join('/')}`, key).toBe(path);
    expect(ours, key).toBe(theirs);
  }
  client.destroy();
});

it('a message to SQS is signed as by the SDK', async () => {
  const client = createSqsClient({ endpoint: server.endpoint, region, credentials });
  for (const MessageBody of ['{}', 'Grüße 日本語 😀', 'x'.repeat(100_000)]) {
    // The response lacks the digest of the body.
    await client.send(new SendMessageCommand({ QueueUrl: `${server.endpoint}/1/q`, MessageBody })).catch(() => {});
    const { path, theirs, ours } = compared('sqs');
    expect(path).toBe('/');
    expect(ours).toBe(theirs);
  }
  client.destroy();
});
