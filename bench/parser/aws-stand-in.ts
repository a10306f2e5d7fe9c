import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { crc32 } from 'node:zlib';
import { encodeEnvelope } from '../../core/mail/envelope.ts';
import { mailIdOfRawKey } from '../../core/mail/keys.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { startDnsServer } from '../../test/support/dns-server.ts';
import { dkimKey } from '../../test/support/signed-mail.ts';
import { DOMAIN, ordinaryMails } from './ordinary-mails.ts';

/**
 * S3, SQS and DNS as the parser sees them for an ordinary mail, in a process of their own so that their CPU is not counted.
 * Any raw key is one of a few signed mails; what is stored or sent is taken and forgotten. It speaks TLS with the certificate
 * in the PEM file of its first argument, plain HTTP without one, and no more of HTTP than these requests need.
 *
 * Prints the ports it listens at, and with every message of its parent answers how many requests of each method came.
 */
const TRACE =
  'Return-Path: <ann@example.com>\r\nReceived: from mx.example.com by mx.example.net; Sun, 29 Nov 2026 12:00:00 +0000\r\n';
const mails = (await ordinaryMails()).map((mail) => Buffer.from(TRACE + mail));
const counts: Record<string, number> = {};

/** One request, its body whole. */
function answerTo(method: string, path: string, body: Buffer): Buffer[] {
  counts[method] = (counts[method] ?? 0) + 1;
  switch (method) {
    case 'GET':
      return rawMail(path.slice(path.indexOf('/', 1) + 1).split('?')[0] ?? '');
    case 'PUT':
      return [head('200 OK', 0, { ETag: '"x"' })];
    case 'POST':
      return sent(body);
    default:
      return [head('404 Not Found', null, { 'Content-Type': 'application/xml', 'Transfer-Encoding': 'chunked' })];
  }
}

function rawMail(key: string): Buffer[] {
  const id = mailIdOfRawKey(key);
  if (id === null) {
    const missing = Buffer.from('<Error><Code>NoSuchKey</Code><Message>not there</Message></Error>');
    return [head('404 Not Found', missing.length, { 'Content-Type': 'application/xml' }), missing];
  }
  const mail = mails[createHash('md5').update(id).digest().readUInt32BE() % mails.length] ?? Buffer.alloc(0);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(mail));
  const headers = {
    ETag: '"d41d8cd98f00b204e9800998ecf8427e"',
    'Last-Modified': 'Sun, 29 Nov 2026 12:00:00 GMT',
    'Content-Type': 'message/rfc822',
    'x-amz-version-id': 'null',
    'x-amz-checksum-crc32': checksum.toString('base64'),
    'x-amz-checksum-type': 'FULL_OBJECT',
    'x-amz-meta-trace-bytes': String(TRACE.length),
    'x-amz-meta-envelope': envelope(id),
  };
  return [head('200 OK', mail.length, headers), mail];
}

const envelope = (id: string): string =>
  encodeEnvelope({
    id,
    receivedAt: '2026-11-29T12:00:00.000Z',
    remoteAddress: '192.0.2.25',
    remotePort: 40_025,
    helo: 'mx.example.com',
    tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
    mailFrom: `ann@${DOMAIN}`,
    mailParameters: {},
    rcptTo: [{ address: 'orders@example.net', route: null }],
    body: '8BITMIME',
    smtpUtf8: false,
  }) ?? '';

/** SendMessage in SQS's JSON protocol. The SDK compares the digest. */
function sent(request: Buffer): Buffer[] {
  const { MessageBody = '' } = JSON.parse(request.toString());
  const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
  const MessageId = '7d1f1a3e-5bbd-4f0e-8a53-0d4f3d4b9a10';
  const body = Buffer.from(JSON.stringify({ MD5OfMessageBody, MessageId }));
  return [head('200 OK', body.length, { 'Content-Type': 'application/x-amz-json-1.0' }), body];
}

/** @param length null for the answer to a HEAD */
function head(status: string, length: number | null, headers: Record<string, string>): Buffer {
  const all = {
    'x-amz-request-id': 'TQ9V6XKZ1DZ7J5YB',
    'x-amz-id-2': 'Yx0dN8oMO4PS3ZcMnT5cWLQJ3pmsVw4l5cTwd0h8VbYzLzq0m3n5vJm0QH8bXo8o',
    // By the client's clock: the SDK repeats a request that fails with another time.
    Date: new Date().toUTCString(),
    Server: 'AmazonS3',
    ...headers,
    ...(length === null ? {} : { 'Content-Length': String(length) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`, 'latin1');
}

function serve(socket: Socket): void {
  let received: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const end = received.indexOf('\r\n\r\n');
      if (end === -1) return;
      const request = received.toString('latin1', 0, end);
      const length = Number(/^content-length: *(\d+)/im.exec(request)?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      const body = received.subarray(end + 4, end + 4 + length);
      received = received.subarray(end + 4 + length);
      const [method = '', path = ''] = request.split(' ', 2);
      socket.write(Buffer.concat(answerTo(method, path, body)));
    }
  });
}

const [, , certificate] = process.argv;
const dns = await startDnsServer({
  ...dkimKey('test', DOMAIN),
  [DOMAIN]: [{ type: 'TXT', data: 'v=spf1 ip4:192.0.2.0/24 -all' }],
  [`_dmarc.${DOMAIN}`]: [{ type: 'TXT', data: 'v=DMARC1; p=reject' }],
});
const server =
  certificate === undefined ? createServer({ noDelay: true }, serve) : tlsServer(readFileSync(certificate));
const port = await listenOnLoopback(server, 0);
process.on('message', () => process.send?.(counts));
process.send?.({ endpoint: `http${certificate === undefined ? '' : 's'}://127.0.0.1:${port}`, dns: dns.address });

function tlsServer(pem: Buffer) {
  return createTlsServer({ cert: pem, key: pem, noDelay: true }, serve);
}
