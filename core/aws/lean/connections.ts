import type { HttpAnswer } from './answer.ts';
import { Connection, SOCKET_TIMEOUT_MS, type WrittenRequest } from './connection.ts';

export interface HttpRequest {
  endpoint: URL;
  method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Escaped, with its query, as sent. */
  target: string;
  /** Including `host`, and `content-length` if there is a body. */
  headers: Readonly<Record<string, string>>;
  /** The body, in its existing pieces. */
  pieces: readonly Buffer[];
  signal: AbortSignal | undefined;
  /** Whether it may be sent twice, although the first may have been carried out. */
  repeatable: boolean;
}

/** Resolves with the answer, whatever its status; rejects without one. */
export type SendRequest = (request: HttpRequest) => Promise<HttpAnswer>;

/** Characters that no header may contain (RFC 9110 §5.5). */
const NOT_IN_HEADERS = /[^\t\x20-\x7e\x80-\xff]/;

/** Sends requests over persistent connections, at most `maxSockets` per host. */
export function httpRequests(maxSockets: number): SendRequest {
  const hosts = new Map<string, Connections>();
  return async ({ endpoint, method, target, headers, pieces, signal, repeatable }) => {
    const request: WrittenRequest = { method, head: headOf(method, target, headers), pieces, signal };
    signal?.throwIfAborted();
    const known = hosts.get(endpoint.origin);
    const connections = known ?? new Connections(endpoint, maxSockets);
    if (known === undefined) hosts.set(endpoint.origin, connections);
    return connections.send(request, repeatable);
  };
}

/** @throws Error for a value that would end its header */
function headOf(method: string, target: string, headers: Readonly<Record<string, string>>): string {
  let head = `${method} ${target} HTTP/1.1\r\n`;
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (NOT_IN_HEADERS.test(value)) throw new Error(`the header ${name} has a character that is not allowed`);
    head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
}

interface Idle {
  connection: Connection;
  since: number;
}

/** The connections to one host. The most recently idle one goes first: the service may be about to close the others. */
class Connections {
  readonly #endpoint: URL;
  readonly #most: number;
  #open = 0;
  #idle: Idle[] = [];
  /** Requests that wait for a connection, first come, first served. */
  readonly #waiting = new Set<(connection: Connection) => void>();
  #session: Buffer | undefined;

  constructor(endpoint: URL, most: number) {
    this.#endpoint = endpoint;
    this.#most = most;
  }

  /**
   * An idle connection may have ended without a sign, as in a frozen Lambda environment. When nothing comes back over
   * one, it and all idle ones are closed, and a repeatable request is sent over a new one.
   */
  async send(request: WrittenRequest, repeatable: boolean): Promise<HttpAnswer> {
    const idle = this.#reuse();
    if (idle === null) return this.#sendFresh(request);
    try {
      return await idle.send(request);
    } catch (error) {
      if (idle.heard || request.signal?.aborted) throw error;
      this.#closeIdle();
      if (!repeatable) throw error;
    }
    return this.#sendFresh(request);
  }

  /** Timers stop in a frozen environment: the clock shows when a connection is too old. */
  #reuse(): Connection | null {
    const last = this.#idle.pop();
    if (last === undefined) return null;
    if (Date.now() - last.since < SOCKET_TIMEOUT_MS) return last.connection;
    last.connection.close();
    this.#closeIdle();
    return null;
  }

  #closeIdle(): void {
    for (const { connection } of this.#idle) connection.close();
    this.#idle = [];
  }

  #sendFresh(request: WrittenRequest): Promise<HttpAnswer> {
    return this.#open < this.#most ? this.#connect().send(request) : this.#sendLater(request);
  }

  #sendLater(request: WrittenRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const { signal } = request;
      const abort = () => {
        this.#waiting.delete(send);
        reject(new Error('aborted'));
      };
      const send = (connection: Connection) => {
        signal?.removeEventListener('abort', abort);
        resolve(connection.send(request));
      };
      signal?.addEventListener('abort', abort);
      this.#waiting.add(send);
    });
  }

  #connect(): Connection {
    this.#open++;
    return new Connection(this.#endpoint, this.#session, {
      idle: (connection) => {
        const send = this.#nextWaiting();
        if (send === null) this.#idle.push({ connection, since: Date.now() });
        else send(connection);
      },
      closed: (connection) => {
        this.#open--;
        this.#idle = this.#idle.filter((each) => each.connection !== connection);
        const send = this.#nextWaiting();
        if (send !== null) send(this.#connect());
      },
      session: (session) => {
        this.#session = session;
      },
    });
  }

  #nextWaiting(): ((connection: Connection) => void) | null {
    const [send] = this.#waiting;
    if (send === undefined) return null;
    this.#waiting.delete(send);
    return send;
  }
}
