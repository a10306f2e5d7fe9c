import { type ClientRequest, Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

export interface HttpPut {
  endpoint: URL;
  path: string;
  headers: Readonly<Record<string, string>>;
  /** The body, in the pieces it is there in. */
  pieces: readonly Buffer[];
  signal: AbortSignal | undefined;
}

/** The head of an answer. */
export interface HttpAnswer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
}

/** Resolves when an answer begins; rejects when there is none. */
export type SendPut = (put: HttpPut) => Promise<HttpAnswer>;

/** Milliseconds for TCP and TLS of a new connection. Inside a region it takes single digits. */
const CONNECTION_TIMEOUT_MS = 2_000;
/** Milliseconds without a byte in either direction; an idle connection is closed after them. */
const SOCKET_TIMEOUT_MS = 15_000;

/** Bytes that go in one write, where there are so many. */
const BATCH_BYTES = 256 * 1024;

/** Sends PUTs over connections that are kept, at most `maxSockets` to one host. */
export function httpPuts(maxSockets: number): SendPut {
  const options = { keepAlive: true, maxSockets, timeout: SOCKET_TIMEOUT_MS };
  const plain = { request: requestHttp, agent: new HttpAgent(options), connected: 'connect' };
  const secure = { request: requestHttps, agent: new HttpsAgent(options), connected: 'secureConnect' };
  return ({ endpoint, path, headers, pieces, signal }) =>
    new Promise((resolve, reject) => {
      const { request: send, agent, connected } = endpoint.protocol === 'https:' ? secure : plain;
      const request = send({
        agent,
        method: 'PUT',
        hostname: endpoint.hostname.replace(/^\[|\]$/g, ''),
        port: endpoint.port,
        path,
        // Of a list Node makes the head as it stands; an object would be taken apart header by header.
        headers: inOneList(headers),
      });
      const abort = () => request.destroy(new Error('aborted'));
      if (signal?.aborted) abort();
      // Node's own `signal` option follows the request with listeners that cost as much as half of the request.
      signal?.addEventListener('abort', abort);
      request.on('response', (response) => {
        signal?.removeEventListener('abort', abort);
        // What it says does not matter here, but unread it holds the connection.
        response.resume();
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      });
      request.on('error', reject);
      request.on('timeout', () => request.destroy(new Error(`nothing moved for ${SOCKET_TIMEOUT_MS} ms`)));
      request.on('socket', (socket) => {
        if (!socket.connecting) return;
        const late = () => request.destroy(new Error(`no connection within ${CONNECTION_TIMEOUT_MS} ms`));
        const timer = setTimeout(late, CONNECTION_TIMEOUT_MS);
        for (const event of [connected, 'close']) socket.once(event, () => clearTimeout(timer));
      });
      sendBody(request, pieces);
    });
}

function inOneList(headers: Readonly<Record<string, string>>): string[] {
  const list: string[] = [];
  for (const name in headers) list.push(name, headers[name] ?? '');
  return list;
}

/** What is written and not yet sent is in memory once more, encrypted: a store that is slow gets no more of it. */
function sendBody(request: ClientRequest, pieces: readonly Buffer[]): void {
  let next = 0;
  const sendSome = (): void => {
    for (let written = 0, room = true; room || written < BATCH_BYTES; ) {
      const piece = pieces[next++];
      if (piece === undefined) {
        request.end();
        return;
      }
      written += piece.length;
      room = request.write(piece);
    }
    request.once('drain', sendSome);
  };
  sendSome();
}
