import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod';
import { listenOnLoopback } from '../../local/http/listen.ts';

/** Subject of the mail that webhooks reject. */
export const UNWANTED = 'rehearsal-unwanted';

const webhooksSchema = z.array(z.object({ url: z.string(), format: z.string() }));

export interface Posted {
  path: string;
  body: Buffer;
}

/** Status codes with which receivers reject a mail permanently, by payload format (docs/webhooks.md). */
const STOP: Readonly<Record<string, number>> = { 'parsed-mail': 410, postmark: 403, mailgun: 406 };

/**
 * A stand-in for all external services: webhooks, hooks of the edge, a model. Accepts everything, except that the first
 * request to each webhook fails, to exercise retries.
 */
export class StandIn {
  readonly posted: Posted[] = [];
  readonly #server: Server;
  readonly #formats = new Map<string, string>();
  readonly #tried = new Set<string>();
  readonly #onPost: () => void;
  #url = '';

  private constructor(onPost: () => void) {
    this.#onPost = onPost;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** @param onPost called when a webhook has received a mail */
  static async start(onPost: () => void): Promise<StandIn> {
    const standIn = new StandIn(onPost);
    standIn.#url = `http://127.0.0.1:${await listenOnLoopback(standIn.#server, 0)}`;
    return standIn;
  }

  get url(): string {
    return this.#url;
  }

  /** @param webhooks JSON, as in the environment of the webhook function */
  expect(webhooks: string | undefined): void {
    for (const { url, format } of webhooksSchema.parse(JSON.parse(webhooks ?? '[]'))) {
      this.#formats.set(new URL(url).pathname, format);
    }
  }

  /** Paths that webhooks post to. */
  get webhooks(): string[] {
    return [...this.#formats.keys()];
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').replace(/\?.*$/s, '');
    const body = await buffer(request);
    const format = this.#formats.get(path);
    if (format === undefined) return answer(response, 200, verdict(path));
    if (!this.#tried.has(path)) {
      this.#tried.add(path);
      return answer(response, 503, {});
    }
    this.posted.push({ path, body });
    this.#onPost();
    answer(response, body.includes(UNWANTED) ? (STOP[format] ?? 200) : 200, {});
  }
}

/** The answer of rspamd or of an HTTP data hook; a recipient hook reads only the status. */
const verdict = (path: string): object =>
  path === '/checkv2' ? { action: 'no action', score: 0, required_score: 15 } : { action: 'accept' };

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
