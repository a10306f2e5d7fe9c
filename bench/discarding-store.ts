import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createServer } from 'node:tls';

/**
 * A stand-in for S3 that answers the edge's requests and stores nothing, so that the store is never the bottleneck.
 * Speaks TLS, like S3, with the certificate and key from a given PEM file, and only as much HTTP as the edge's requests
 * need.
 */
const answer = (body: string): Buffer =>
  Buffer.from(`HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
const STORED = answer('');
const UPLOAD = answer('<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>');
const COMPLETED = answer('<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>');

function serve(socket: Socket): void {
  let head = '';
  /** Remaining bytes of the body; null inside a head. */
  let left: number | null = null;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; ) {
      if (left === null) {
        const end = chunk.indexOf('\r\n\r\n', at);
        head += chunk.toString('latin1', at, end === -1 ? chunk.length : end);
        at = end === -1 ? chunk.length : end + 4;
        if (end === -1) continue;
        left = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      }
      const taken = Math.min(left, chunk.length - at);
      at += taken;
      left -= taken;
      if (left > 0) continue;
      socket.write(replyTo(head));
      head = '';
      left = null;
    }
  });
}

function replyTo(head: string): Buffer {
  if (!head.startsWith('POST')) return STORED;
  return /^POST \S*[?&]uploads/.test(head) ? UPLOAD : COMPLETED;
}

const pem = readFileSync(process.argv[2] ?? '');
const server = createServer({ cert: pem, key: pem, noDelay: true }, serve);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`listening ${typeof address === 'object' ? address?.port : ''}\n`);
});
