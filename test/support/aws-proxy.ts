import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback } from '../../local/http/listen.ts';

/**
 * What happens to a request. Null relays it as usual; `hang` never answers. The others cut the connection: before the
 * service sees the request, after the service has answered but before the caller reads the answer, or as the caller
 * reads it.
 */
export type Fate = null | 'hang' | 'cut before' | 'cut after' | 'answer and cut';

/** A request as tests name it: `PUT parsed`, `PUT raw envelope`, `COPY raw`, `SendMessage parsed-mail`. */
export interface ProxiedRequest {
  name: string;
  url: string;
}

/** A proxy between the functions and S3 and SQS. */
export class AwsProxy {
  readonly #fateOf: (request: ProxiedRequest) => Fate;
  readonly #onCut: () => void;
  readonly #servers: Server[] = [];

  /** @param onCut called before a connection is cut: the place to kill the process that made the request */
  constructor(fateOf: (request: ProxiedRequest) => Fate, onCut: () => void = () => {}) {
    this.#fateOf = fateOf;
    this.#onCut = onCut;
  }

  /**
   * Opens a separate endpoint that relays to a service, and returns it.
   *
   * @param sqs where requests to SQS go, for an endpoint that serves both
   */
  async listen(service: string, sqs = service): Promise<string> {
    const server = createServer((incoming, response) => {
      const target = incoming.headers['x-amz-target'] === undefined ? service : sqs;
      void this.#relay(incoming, response, target);
    });
    this.#servers.push(server);
    return `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  async #relay(incoming: IncomingMessage, response: ServerResponse, service: string): Promise<void> {
    const body = await buffer(incoming);
    const { method = 'GET', url = '/', headers } = incoming;
    const fate = this.#fateOf({ name: nameOf(incoming, body), url });
    if (fate === 'hang') return;
    if (fate === 'cut before') return this.#cut(response);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const relayed = request(`${service}${url}`, { method, headers }, resolve);
      relayed.on('error', reject);
      relayed.end(body);
    });
    const answered = await buffer(answer);
    if (fate === 'cut after') return this.#cut(response);
    response.writeHead(answer.statusCode ?? 500, answer.headers).end(answered);
    if (fate === 'answer and cut') this.#onCut();
  }

  #cut(response: ServerResponse): void {
    this.#onCut();
    response.destroy();
  }
}

function nameOf({ method, url = '', headers }: IncomingMessage, body: Buffer): string {
  const target = String(headers['x-amz-target'] ?? '');
  const listed = /^\/([^/?]+)\/?\?(?:.*&)?list-type=2/.exec(url)?.[1];
  if (listed !== undefined) return `LIST ${listed}`;
  const kind = /\.envelope\.json(?:\?|$)/.test(url) ? ' envelope' : /^\/[^/]+\/raw\/held\//.test(url) ? ' held' : '';
  const verb = headers['x-amz-copy-source'] === undefined ? method : 'COPY';
  if (target === '') return `${verb} ${/^\/[^/]+\/([^/?]*)/.exec(url)?.[1]}${kind}`;
  const queue = /"QueueUrl":"[^"]*\/([^"/]+)"/.exec(body.toString())?.[1];
  return `${target.split('.').at(-1)} ${queue}`;
}
