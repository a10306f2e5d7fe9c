import { writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { base64Crc32 } from '../../core/aws/body.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { authorizationOf, signedHeaders } from '../support/aws-signature.ts';
import { bundledEdge, EdgeChild } from '../support/edge-process.ts';
import { SmtpSocket } from '../support/smtp-socket.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
const certificate = selfSignedCertificate('127.0.0.1');

let requests: { message: IncomingMessage; body: Buffer }[];
let server: ReturnType<typeof createServer>;
let endpoint: string;
let bundle: Awaited<ReturnType<typeof bundledEdge>>;
let edge: EdgeChild;
beforeEach(async () => {
  requests = [];
  server = createServer({ cert: certificate.chain, key: certificate.key }, async (message, response) => {
    requests.push({ message, body: await buffer(message) });
    response.end();
  });
  server.keepAliveTimeout = 0;
  endpoint = `https://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  bundle = await bundledEdge();
});
afterEach(async () => {
  await edge.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await bundle.remove();
});

async function deliver(content: string): Promise<string> {
  const client = await SmtpSocket.open(edge.smtpPort);
  await client.reply();
  for (const line of ['EHLO c.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<info@ours.test>', 'DATA']) {
    await client.command(line);
  }
  client.send(`${content}.\r\n`);
  const reply = await client.reply();
  client.destroy();
  return reply;
}

it('a PUT over TLS signs everything but the body, which TLS and its checksum protect', async () => {
  const trusted = path('store.pem');
  await writeFile(trusted, certificate.chain);
  edge = await EdgeChild.start(bundle.file, endpoint, {}, { NODE_EXTRA_CA_CERTS: trusted });
  const content = `Subject: large\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(5_000)}`;
  expect(await deliver(content)).toMatch(/^250 /);
  expect(requests).toHaveLength(1);
  const [request] = requests;
  if (request === undefined) throw new Error('nothing came');
  const { message, body } = request;
  expect(body.toString()).toMatch(/^Return-Path: <a@b\.test>\r\nReceived: /);
  expect(body.toString().endsWith(content)).toBe(true);
  expect(message.headers).toMatchObject({
    'content-length': String(body.length),
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-checksum-crc32': base64Crc32(crc32(body)),
    'if-none-match': '*',
  });
  expect(message.headers.authorization).toBe(authorizationOf(message, 'local', 'us-east-1'));
  expect(signedHeaders(message)).toEqual(
    expect.arrayContaining(['host', 'if-none-match', 'x-amz-checksum-crc32', 'x-amz-content-sha256']),
  );
});

it('the edge stores successive mails over one connection', async () => {
  const trusted = path('store.pem');
  await writeFile(trusted, certificate.chain);
  edge = await EdgeChild.start(bundle.file, endpoint, {}, { NODE_EXTRA_CA_CERTS: trusted });
  for (let mails = 0; mails < 3; mails++) expect(await deliver('Subject: small\r\n\r\n')).toMatch(/^250 /);
  expect(requests).toHaveLength(3);
  expect(new Set(requests.map(({ message }) => message.socket)).size).toBe(1);
});

it('the edge refuses a store whose certificate it cannot verify', async () => {
  edge = await EdgeChild.start(bundle.file, endpoint);
  expect(await deliver('Subject: secret\r\n\r\n')).toMatch(/^451 4\.3\.0 /);
  expect(requests).toEqual([]);
});
