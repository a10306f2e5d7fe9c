import { type HttpAnswer, PutConnection, type WrittenPut } from './put-connection.ts';

export interface HttpPut {
  endpoint: URL;
  /** Escaped, as it is sent. */
  path: string;
  /** `host` and `content-length` among them. */
  headers: Readonly<Record<string, string>>;
  /** The body, in the pieces it is there in. */
  pieces: readonly Buffer[];
  signal: AbortSignal | undefined;
}

/** Resolves when the head of the answer was read; rejects when there is none. */
export type SendPut = (put: HttpPut) => Promise<HttpAnswer>;

/** What no header may hold (RFC 9110 §5.5). */
const NOT_IN_HEADERS = /[^\t\x20-\x7e\x80-\xff]/;

/** Sends PUTs over connections that are kept, at most `maxSockets` to one host. */
export function httpPuts(maxSockets: number): SendPut {
  const hosts = new Map<string, Connections>();
  return async ({ endpoint, path, headers, pieces, signal }) => {
    const put: WrittenPut = { head: headOf(path, headers), pieces, signal };
    signal?.throwIfAborted();
    const known = hosts.get(endpoint.origin);
    const connections = known ?? new Connections(endpoint, maxSockets);
    if (known === undefined) hosts.set(endpoint.origin, connections);
    return connections.send(put);
  };
}

/** @throws Error for a value that would end its header */
function headOf(path: string, headers: Readonly<Record<string, string>>): string {
  let head = `PUT ${path} HTTP/1.1\r\n`;
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (NOT_IN_HEADERS.test(value)) throw new Error(`the header ${name} has a character that none may have`);
    head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
}

/** The connections to one host. The last that became idle goes first: the store may be about to close the others. */
class Connections {
  readonly #endpoint: URL;
  readonly #most: number;
  #open = 0;
  readonly #idle: PutConnection[] = [];
  /** PUTs that wait for a connection, first come first. */
  readonly #waiting = new Set<(connection: PutConnection) => void>();
  #session: Buffer | undefined;

  constructor(endpoint: URL, most: number) {
    this.#endpoint = endpoint;
    this.#most = most;
  }

  send(put: WrittenPut): Promise<HttpAnswer> {
    const connection = this.#idle.pop() ?? (this.#open < this.#most ? this.#connect() : null);
    return connection === null ? this.#sendLater(put) : connection.send(put);
  }

  #sendLater(put: WrittenPut): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const { signal } = put;
      const abort = () => {
        this.#waiting.delete(send);
        reject(new Error('aborted'));
      };
      const send = (connection: PutConnection) => {
        signal?.removeEventListener('abort', abort);
        resolve(connection.send(put));
      };
      signal?.addEventListener('abort', abort);
      this.#waiting.add(send);
    });
  }

  #connect(): PutConnection {
    this.#open++;
    return new PutConnection(this.#endpoint, this.#session, {
      idle: (connection) => {
        const send = this.#nextWaiting();
        if (send === null) this.#idle.push(connection);
        else send(connection);
      },
      closed: (connection) => {
        this.#open--;
        const at = this.#idle.indexOf(connection);
        if (at !== -1) this.#idle.splice(at, 1);
        const send = this.#nextWaiting();
        if (send !== null) send(this.#connect());
      },
      session: (session) => {
        this.#session = session;
      },
    });
  }

  #nextWaiting(): ((connection: PutConnection) => void) | null {
    const [send] = this.#waiting;
    if (send === undefined) return null;
    this.#waiting.delete(send);
    return send;
  }
}
