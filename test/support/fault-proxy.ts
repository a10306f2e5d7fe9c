import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback } from '../../local/http/listen.ts';

/**
 * What happens to one request: `pass` it on; `reset` before it reached the server, or `lose` the answer of what the
 * server did; `hang` for ever; or an answer in its place.
 */
export type Fault = 'pass' | 'reset' | 'lose' | 'hang' | { status: number; code: string };

export interface FaultProxy {
  endpoint: string;
  /** Requests seen, as `PUT /bucket/key?query`. */
  requests: string[];
  stop(): Promise<void>;
}

/** Stands before an HTTP server; `decide` says what happens to each request (`PUT /bucket/key?query`). */
export async function startFaultProxy(target: string, decide: (line: string) => Fault): Promise<FaultProxy> {
  const requests: string[] = [];
  const server = createServer(async (message, response) => {
    const line = `${message.method} ${message.url}`;
    requests.push(line);
    const fault = decide(line);
    if (fault === 'hang') return;
    const body = await buffer(message);
    if (fault === 'reset') message.socket.destroy();
    else if (typeof fault === 'object') answer(response, fault);
    else await forward(target, message, body, fault === 'lose' ? null : response);
    if (fault === 'lose') message.socket.destroy();
  });
  const port = await listenOnLoopback(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, { status, code }: { status: number; code: string }): void {
  response.writeHead(status, { 'Content-Type': 'application/xml' });
  response.end(`<Error><Code>${code}</Code><Message>injected</Message></Error>`);
}

/** Resolves when the server has answered; passes the answer on unless there is nobody to have it. */
async function forward(
  target: string,
  message: IncomingMessage,
  body: Buffer,
  response: ServerResponse | null,
): Promise<void> {
  const { hostname, port } = new URL(target);
  const { method, url: path, headers } = message;
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ hostname, port, method, path, headers, agent: false }, resolve).on('error', reject).end(body);
  });
  const bytes = await buffer(reply);
  response?.writeHead(reply.statusCode ?? 500, reply.headers).end(bytes);
}
