import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback } from '../../local/http/listen.ts';

export interface PostedQuestion {
  path: string;
  headers: IncomingHttpHeaders;
  /** Names and values as received: a name may repeat. */
  rawHeaders: readonly string[];
  body: Buffer;
}

/** A service that is asked about mails over real HTTP, and answers what the test sets. */
export class DataService {
  readonly asked: PostedQuestion[] = [];
  answer: (question: PostedQuestion, response: ServerResponse) => unknown = (_, response) => {
    response.end('{"action":"accept"}');
  };
  readonly #server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { url: path = '', headers, rawHeaders } = request;
    const question = { path, headers, rawHeaders, body };
    this.asked.push(question);
    await this.answer(question, response);
  });
  #port = 0;

  static async start(): Promise<DataService> {
    const service = new DataService();
    service.#port = await listenOnLoopback(service.#server, 0);
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/verdict?tenant=7`;
  }

  /** Answers every request with this JSON. */
  says(json: unknown): void {
    this.answer = (_, response) => response.end(JSON.stringify(json));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
