import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { request } from '../../core/http/request.ts';

let server: Server;
afterEach(() => {
  server.close();
});

/** A peer that sends this and closes, or keeps waiting for the client. */
async function peer(answer: string, ends: boolean): Promise<string> {
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(answer);
      if (ends) socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  return `http://127.0.0.1:${address.port}/`;
}

const post = (url: string, deadlineMs: number) =>
  request(
    { method: 'POST', url, headers: {}, body: Buffer.from('{}') },
    { service: 'webhook', deadlineMs, allowLoopback: true, maxAnswerBytes: 100 },
  );

const UPGRADE = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n';

describe('a request', () => {
  it.each([
    ['switches protocols', UPGRADE, false],
    ['switches protocols and closes', UPGRADE, true],
    ['closes without an answer', '', true],
    ['does not speak HTTP', 'hello\r\n\r\n', false],
    ['breaks off in its answer', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf', true],
  ])('is rejected at once when the peer %s', async (_, answer, ends) => {
    const url = await peer(answer, ends);
    await expect(post(url, 20_000)).rejects.toMatchObject({ code: 'webhook.unreachable', kind: 'transient' });
  });

  it.each([
    ['says nothing', ''],
    ['stops in its answer', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'],
  ])('is rejected at its deadline when the peer %s', async (_, answer) => {
    const url = await peer(answer, false);
    await expect(post(url, 100)).rejects.toMatchObject({ code: 'webhook.unreachable', kind: 'transient' });
  });
});
