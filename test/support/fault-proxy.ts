import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { listenOnLoopback } from '../../local/http/listen.ts';

/**
 * What happens to one request.
 * - `pass` relays it; `slow` relays it and answers after a second.
 * - `reset` drops the connection before the server sees the request, `cut` after half of its body.
 * - `lose` drops the answer, although the server has processed the request.
 * - `hang` never answers and never relays; `lose and hang` relays, then never answers.
 * - A status and code are answered in place of the server.
 */
export type Fault =
  | 'pass'
  | 'reset'
  | 'cut'
  | 'lose'
  | 'hang'
  | 'lose and hang'
  | 'slow'
  | { status: number; code: string };

export interface FaultProxy {
  endpoint: string;
  /** Requests seen, as `PUT /bucket/key?query`. */
  requests: string[];
  /** Cuts open connections and refuses new ones for that long. */
  refuse(ms: number): Promise<void>;
  /** Answers 403 to everything for that long, as when a role or a key is revoked and restored. */
  deny(ms: number): Promise<void>;
  /**
   * Partitions the network for that long: answers nothing, not even requests in progress, and cuts the connections at
   * the end.
   */
  part(ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** A proxy before an HTTP server; `decide` picks the fault for each request line (`PUT /bucket/key?query`). */
export async function startFaultProxy(target: string, decide: (line: string) => Fault): Promise<FaultProxy> {
  const requests: string[] = [];
  const server = createServer(async (message, response) => {
    const line = `${message.method} ${message.url}`;
    requests.push(line);
    const decided = decide(line);
    const fault = denied ? DENIED : decided;
    if (fault === 'hang' || parted) return;
    const body = await buffer(message).catch(() => null);
    if (body === null) return;
    if (fault === 'reset') message.socket.destroy();
    else if (fault === 'cut') await cutShort(target, message, body).finally(() => message.socket.destroy());
    else if (typeof fault === 'object') answer(response, fault);
    else {
      const heard = fault !== 'lose' && fault !== 'lose and hang';
      const reply = await exchange(agent, target, message, body);
      if (fault === 'slow') await delay(SLOW_MS);
      if (heard && !parted) response.writeHead(reply.statusCode, reply.headers).end(reply.body);
    }
    if (fault === 'lose') message.socket.destroy();
  });
  const agent = new Agent({ keepAlive: true });
  const port = await listenOnLoopback(server, 0);
  /** Outages run one after another. */
  let last = Promise.resolve();
  let parted = false;
  let denied = false;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    refuse(ms) {
      last = last.then(async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
        await delay(ms);
        await listenOnLoopback(server, port);
      });
      return last;
    },
    deny(ms) {
      last = last.then(async () => {
        denied = true;
        await delay(ms);
        denied = false;
      });
      return last;
    },
    part(ms) {
      last = last.then(async () => {
        parted = true;
        await delay(ms);
        parted = false;
        server.closeAllConnections();
      });
      return last;
    },
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, { status, code }: { status: number; code: string }): void {
  response.writeHead(status, { 'Content-Type': 'application/xml' });
  response.end(`<Error><Code>${code}</Code><Message>injected</Message></Error>`);
}

const DENIED: Fault = { status: 403, code: 'AccessDenied' };

/** Milliseconds: longer than any operation on this machine takes, shorter than any deadline. */
const SLOW_MS = 1_000;

interface Reply {
  statusCode: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

async function exchange(agent: Agent, target: string, message: IncomingMessage, body: Buffer): Promise<Reply> {
  const { hostname, port } = new URL(target);
  const { method, url: path, headers } = message;
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ hostname, port, method, path, headers, agent }, resolve).on('error', reject).end(body);
  });
  return { statusCode: reply.statusCode ?? 500, headers: reply.headers, body: await buffer(reply) };
}

/** Relays half of the body, then drops the connection. */
async function cutShort(target: string, message: IncomingMessage, body: Buffer): Promise<void> {
  const { hostname, port } = new URL(target);
  const { method, url: path, headers } = message;
  await new Promise<void>((resolve) => {
    const cut = request({ hostname, port, method, path, headers, agent: false });
    cut.on('error', () => resolve()).on('close', resolve);
    cut.write(body.subarray(0, body.length / 2), () => cut.destroy());
  });
}
