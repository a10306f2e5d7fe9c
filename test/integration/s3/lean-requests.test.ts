import { createServer, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { HttpAnswer } from '../../../core/aws/lean/answer.ts';
import { type HttpRequest, httpRequests, type SendRequest } from '../../../core/aws/lean/connections.ts';
import { listenOnLoopback } from '../../../local/http/listen.ts';

const STORED = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const MB = 1024 * 1024;
const REQUEST = { method: 'GET', target: '/', pieces: [], signal: undefined, repeatable: true } as const;

async function bodyOf({ body }: HttpAnswer): Promise<Buffer> {
  if (!(body instanceof Readable)) throw new Error('there is no stream');
  return buffer(body);
}

/** A server that responds to the requests of all its connections from a script, whatever they contain. */
class Store {
  readonly server: Server;
  readonly sockets: Socket[] = [];
  /** Complete requests so far, head and body. */
  readonly requests: string[] = [];

  constructor(answer: (socket: Socket, request: number) => void) {
    this.server = createServer((socket) => {
      this.sockets.push(socket);
      let input = '';
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        input += chunk.toString('latin1');
        const head = input.indexOf('\r\n\r\n') + 4;
        const length = head + Number(/^content-length: (\d+)/m.exec(input)?.[1] ?? 0);
        if (head < 4 || input.length < length) return;
        this.requests.push(input.slice(0, length));
        input = input.slice(length);
        answer(socket, this.requests.length);
      });
    });
  }
}

let store: Store;
let send: (body?: string | Buffer[], signal?: AbortSignal) => ReturnType<SendRequest>;
let get: (options?: Partial<HttpRequest>) => ReturnType<SendRequest>;
afterEach(async () => {
  for (const socket of store.sockets) socket.destroy();
  await new Promise((resolve) => store.server.close(resolve));
});

async function start(answer: (socket: Socket, request: number) => void, maxSockets = 50): Promise<void> {
  store = new Store(answer);
  const endpoint = new URL(`http://127.0.0.1:${await listenOnLoopback(store.server, 0)}`);
  const sendRequest = httpRequests(maxSockets);
  get = (options) => {
    const headers = { host: endpoint.host };
    return sendRequest({ ...REQUEST, endpoint, target: '/raw/x', headers, ...options });
  };
  send = (body = 'mail', signal) => {
    const pieces = typeof body === 'string' ? [Buffer.from(body)] : body;
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const headers = { host: endpoint.host, 'content-length': String(length), 'x-amz-meta-é': 'é' };
    return get({ method: 'PUT', headers, pieces, signal, repeatable: false });
  };
}

/** Sends a second PUT after the first has settled, and returns how many connections the two used. */
async function connectionsOfTwo(): Promise<number> {
  await send().catch(() => undefined);
  await send();
  return store.sockets.length;
}

describe('a request', () => {
  it('goes out byte by byte as it was given, the next one over the same connection', async () => {
    await start((socket) => socket.write(STORED));
    const answer = { status: 200, headers: new Map([['content-length', '0']]), body: Buffer.alloc(0) };
    expect(await send('one')).toEqual(answer);
    await send([Buffer.from('t'), Buffer.from('wo')]);
    expect(store.sockets).toHaveLength(1);
    const head = `PUT /raw/x HTTP/1.1\r\nhost: 127.0.0.1:${/\d+$/.exec(store.requests[0]?.split('\r\n')[1] ?? '')}\r\ncontent-length: 3`;
    const rest = '\r\nx-amz-meta-é: é\r\n\r\n';
    expect(store.requests).toEqual([`${head}${rest}one`, `${head}${rest}two`]);
  });

  it('of megabytes arrives whole', async () => {
    await start((socket) => socket.write(STORED));
    const pieces = Array.from({ length: 40 }, (_, at) => Buffer.alloc(MB / 8, String.fromCharCode(97 + (at % 26))));
    await send(pieces);
    expect(store.requests[0]?.split('\r\n\r\n')[1]).toBe(Buffer.concat(pieces).toString('latin1'));
  });

  it('is answered whatever pieces its answer comes in', async () => {
    await start(async (socket) => {
      for (const byte of 'HTTP/1.1 200 OK\r\nX-AMZ-Version-Id:  v1 \r\ncontent-length: 0\r\n\r\n') {
        await new Promise((resolve) => socket.write(byte, resolve));
      }
    });
    expect((await send()).headers.get('x-amz-version-id')).toBe('v1');
    await send();
    expect(store.sockets).toHaveLength(1);
  });

  it.each([
    ['a body', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody', 'body'],
    ['an error', 'HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n', ''],
    [
      'chunks',
      'HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n<a>\r\nA\r\n0123456789\r\n0\r\n\r\n',
      '<a>0123456789',
    ],
    ['no content', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
  ])(
    'is answered by %s, in one piece or byte by byte, and the next one goes over the same connection',
    async (_, answer, body) => {
      await start(async (socket, request) => {
        for (const piece of request === 1 ? [answer] : answer)
          await new Promise((resolve) => socket.write(piece, resolve));
      });
      for (let request = 1; request <= 3; request++) {
        expect(await get()).toMatchObject({ status: Number(answer.slice(9, 12)), body: Buffer.from(body) });
      }
      expect(store.sockets).toHaveLength(1);
    },
  );

  it('by HEAD is answered without a body, whatever its head announces', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 4711\r\n\r\n';
    await start((socket) => socket.write(head));
    for (let request = 0; request < 2; request++) {
      expect(await get({ method: 'HEAD' })).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    }
    expect(store.sockets).toHaveLength(1);
  });

  it.each([
    [
      'both a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      null,
    ],
    ['a coding nobody asked for', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx', null],
    ['no length', 'HTTP/1.1 200 OK\r\n\r\n', null],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n', null],
    ['a second answer', STORED + STORED, Buffer.alloc(0)],
    ['Connection: close', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n', Buffer.alloc(0)],
  ])('is answered by %s, and the next one has a connection of its own', async (_, answer, body) => {
    await start((socket, request) => socket.write(request === 1 ? answer : STORED));
    expect(await send()).toMatchObject({ status: 200, body });
    await send();
    expect(store.sockets).toHaveLength(2);
  });

  it.each([
    ['100 Continue', `HTTP/1.1 100 Continue\r\n\r\n${STORED}`],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\n'],
    ['no HTTP', '220 mx.test ESMTP\r\n\r\n'],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nContent-Length 0\r\n\r\n'],
    ['a head without an end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(17 * 1024)}`],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n'],
    ['a chunk that is longer than its size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc'],
    [
      'chunks without an end',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFF\r\n${'x'.repeat(65 * 1024)}`,
    ],
  ])('fails for %s', async (_, answer) => {
    await start((socket, request) => socket.write(request === 1 ? answer : STORED));
    await expect(send()).rejects.toThrow('something other than an answer');
    expect(await connectionsOfTwo()).toBe(2);
  });

  it('fails when the connection ends in place of an answer, or inside of it', async () => {
    await start((socket, request) => {
      if (request === 1) socket.end();
      else if (request === 2) socket.end('HTTP/1.1 200 OK\r\nContent-');
      else if (request === 3) socket.resetAndDestroy();
      else socket.write(STORED);
    });
    await expect(send()).rejects.toThrow('closed');
    await expect(send()).rejects.toThrow('closed');
    await expect(send()).rejects.toThrow();
    expect((await send()).status).toBe(200);
  });

  it('fails when its body is cut short', async () => {
    await start((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbody'));
    await expect(get()).rejects.toThrow('closed');
  });

  it('has a stream for a long body, which fails when it is cut short', async () => {
    const long = Buffer.alloc(2 * MB, 'long ');
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${long.length}\r\n\r\n`;
    await start((socket, request) => {
      socket.write(head);
      if (request < 3) socket.write(long);
      else socket.end(long.subarray(1));
    });
    for (let request = 1; request <= 2; request++) expect((await bodyOf(await get())).equals(long)).toBe(true);
    expect(store.sockets).toHaveLength(1);
    await expect(bodyOf(await get())).rejects.toThrow('closed');
  });

  it('fails for who reads its long body late, and for nobody else, when that was cut short', async () => {
    await start((socket) => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${2 * MB}\r\n\r\nbody`));
    const answer = await get();
    await expect.poll(() => answer.body instanceof Readable && answer.body.destroyed).toBe(true);
    await expect(bodyOf(answer)).rejects.toThrow('closed');
  });

  it('stops the service while nobody reads its long body, and ends its connection when nobody will', async () => {
    const long = Buffer.alloc(32 * MB);
    await start((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${long.length}\r\n\r\n`);
      socket.write(long);
    });
    const { body } = await get();
    const socket = store.sockets[0];
    if (!(body instanceof Readable) || socket === undefined) throw new Error('there is no stream');
    await expect.poll(() => body.readableLength).toBeGreaterThan(0);
    expect(socket.writableLength).toBeGreaterThan(0);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    body.destroy();
    await closed;
  });

  it('goes out again when the connection that it reused is dead, if it may be repeated', async () => {
    await start((socket, request) => {
      if (request === 2 || request === 4) socket.destroy();
      else socket.write(STORED);
    });
    await get();
    expect((await get()).status).toBe(200);
    await expect(send()).rejects.toThrow('closed');
    expect((await get()).status).toBe(200);
    expect(store.requests).toHaveLength(5);
  });

  it('has a connection of its own when the idle one is older than its timer would let it be, as after a freeze', async () => {
    await start((socket) => socket.write(STORED));
    await send();
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 16_000);
    await send();
    vi.restoreAllMocks();
    expect(store.sockets).toHaveLength(2);
    await expect.poll(() => store.sockets[0]?.destroyed).toBe(true);
  });

  it('has a connection of its own when the store closed or wrote to the idle one', async () => {
    await start((socket) => socket.write(STORED));
    for (const disturb of [
      (socket?: Socket) => socket?.end(),
      (socket?: Socket) => socket?.write('HTTP/1.1 408 Request Timeout\r\n\r\n'),
    ]) {
      await send();
      const idle = store.sockets.at(-1);
      const closed = new Promise((resolve) => idle?.once('close', resolve));
      disturb(idle);
      await closed;
      expect((await send()).status).toBe(200);
      expect(store.sockets.at(-1)).not.toBe(idle);
    }
  });

  it('ends when it is aborted, before it is sent, on its way and while it waits', async () => {
    await start((socket, request) => {
      if (request > 1) socket.write(STORED);
    }, 1);
    await expect(send('mail', AbortSignal.abort())).rejects.toThrow();
    const first = new AbortController();
    const second = new AbortController();
    const sending = expect(send('mail', first.signal)).rejects.toThrow('aborted');
    const waiting = expect(send('mail', second.signal)).rejects.toThrow('aborted');
    const last = send('last');
    second.abort();
    await waiting;
    await expect.poll(() => store.requests.length).toBe(1);
    first.abort();
    await sending;
    expect((await last).status).toBe(200);
    expect(store.requests).toHaveLength(2);
  });

  it('is refused with a header that would be two', async () => {
    await start((socket) => socket.write(STORED));
    const endpoint = new URL(`http://127.0.0.1:1`);
    for (const value of ['a\r\nb: c', 'a\0', 'ł']) {
      const sending = httpRequests(1)({ ...REQUEST, endpoint, headers: { host: value } });
      await expect(sending).rejects.toThrow('the header host');
    }
  });
});

it('as many connections as are allowed carry any number of requests', async () => {
  await start((socket) => setImmediate(() => socket.write(STORED)), 3);
  const bodies = Array.from({ length: 30 }, (_, at) => `mail ${at}`);
  await Promise.all(bodies.map((body) => send(body)));
  expect(store.sockets).toHaveLength(3);
  expect(store.requests.map((request) => request.split('\r\n\r\n')[1]).sort()).toEqual(bodies.sort());
});
