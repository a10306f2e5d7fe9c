import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback } from '../../local/http/listen.ts';

/** Before the service hears of a request, or after it has answered and before the answer is heard. */
export type KillPoint = 'before' | 'after';

/** Stands between functions and S3 and SQS, and kills the function that makes a certain request. */
export class KillProxy {
  /** Requests since it was armed, by name: `PUT claim`, `SendMessage parsed-mail`. */
  seen: string[] = [];
  /** Whether it has killed since it was armed. */
  killed = false;
  readonly #kill: () => void;
  readonly #servers: Server[] = [];
  #at: { request: number; point: KillPoint } | null = null;

  constructor(kill: () => void) {
    this.#kill = kill;
  }

  /** Relays to a service from an endpoint of its own, which it returns. Requests of all endpoints count together. */
  async listen(service: string): Promise<string> {
    const server = createServer((incoming, response) => void this.#relay(incoming, response, service));
    this.#servers.push(server);
    return `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  }

  /** Kills once, at the request of that number, counted from 0 and from now on. */
  arm(request: number, point: KillPoint): void {
    this.seen = [];
    this.killed = false;
    this.#at = { request, point };
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  async #relay(incoming: IncomingMessage, response: ServerResponse, service: string): Promise<void> {
    const body = await buffer(incoming);
    const number = this.seen.push(nameOf(incoming, body)) - 1;
    const point = this.#at?.request === number ? this.#at.point : null;
    if (point === 'before') return this.#end(response);
    const { method = 'GET', url = '/', headers } = incoming;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const relayed = request(`${service}${url}`, { method, headers }, resolve);
      relayed.on('error', reject);
      relayed.end(body);
    });
    const answered = await buffer(answer);
    if (point === 'after') return this.#end(response);
    response.writeHead(answer.statusCode ?? 500, answer.headers).end(answered);
  }

  #end(response: ServerResponse): void {
    this.#at = null;
    this.killed = true;
    this.#kill();
    response.destroy();
  }
}

/** `PUT parsed` of a request to S3, `SendMessage parsed-mail` of one to SQS. */
function nameOf({ method, url = '', headers }: IncomingMessage, body: Buffer): string {
  const target = String(headers['x-amz-target'] ?? '');
  if (target === '') return `${method} ${/^\/[^/]+\/([^/?]*)/.exec(url)?.[1]}`;
  const queue = /"QueueUrl":"[^"]*\/([^"/]+)"/.exec(body.toString())?.[1];
  return `${target.split('.').at(-1)} ${queue}`;
}
