import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Posted {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A user's HTTP server: records what is posted to it and answers as the test sets. */
export class WebhookReceiver {
  readonly posted: Posted[] = [];
  readonly #server: Server;
  readonly #answer: (posted: Posted, response: ServerResponse) => void;
  #onPost = () => {};

  private constructor(answer: (posted: Posted, response: ServerResponse) => void) {
    this.#answer = answer;
    this.#server = createServer(async (request, response) => {
      const posted = { path: request.url ?? '', headers: request.headers, body: await buffer(request) };
      this.posted.push(posted);
      this.#answer(posted, response);
      this.#onPost();
    });
  }

  static async start(answer: (posted: Posted, response: ServerResponse) => void): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(answer);
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('it does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Resolves when this many requests were posted to `path`. */
  async received(path: string, count: number): Promise<Posted[]> {
    for (;;) {
      const found = this.posted.filter((posted) => posted.path === path);
      if (found.length >= count) return found;
      await new Promise<void>((resolve) => {
        this.#onPost = resolve;
      });
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
