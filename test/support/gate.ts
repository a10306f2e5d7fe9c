import { Agent, createServer, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { closeServer } from '../../local/http/close-server.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';

/** Forwards requests to an HTTP server, and holds back those that match. */
export class Gate {
  endpoint = '';
  readonly #agent = new Agent({ keepAlive: true });
  #seen = 0;
  #held: { which: (line: string, nth: number) => boolean; came: () => void; released: Promise<void> } | null = null;
  #close: () => Promise<void> = async () => {};

  /** @param maxKeys maximum number of keys in an S3 listing, to get several requests with few objects */
  static async before(target: string, maxKeys?: number): Promise<Gate> {
    const gate = new Gate();
    const server = createServer(async (message, response) => {
      gate.#seen += 1;
      const held = gate.#held;
      if (held?.which(`${message.method} ${message.url}`, gate.#seen) === true) {
        held.came();
        await held.released;
      }
      const { method = 'GET', headers } = message;
      const short = maxKeys !== undefined && message.url?.includes('list-type=2') ? `&max-keys=${maxKeys}` : '';
      const passed = request(`${target}${message.url}${short}`, { method, headers, agent: gate.#agent }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        pipeline(answer, response).catch(() => {});
      });
      passed.on('error', () => response.destroy());
      pipeline(message, passed).catch(() => {});
    });
    gate.endpoint = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
    gate.#close = () => closeServer(server);
    return gate;
  }

  /**
   * From now on, counts requests from 1 and holds back each that matches until `release`.
   *
   * @returns `came` resolves when the first request is held
   */
  hold(which: (line: string, nth: number) => boolean): { came: Promise<void>; release: () => void } {
    const [came, release] = [deferred(), deferred()];
    this.#seen = 0;
    this.#held = { which, came: came.resolve, released: release.promise };
    return { came: came.promise, release: release.resolve };
  }

  /** Requests since the last `hold`, or since the start. */
  get seen(): number {
    return this.#seen;
  }

  /** Forwards everything again. */
  open(): void {
    this.#held = null;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.#close();
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
