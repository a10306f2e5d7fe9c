import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface WrittenPut {
  /** Request line and headers, the empty line behind them included. A character is a byte. */
  head: string;
  /** The body, in the pieces it is there in. */
  pieces: readonly Buffer[];
  signal: AbortSignal | undefined;
}

/** The head of an answer. */
export interface HttpAnswer {
  status: number;
  /** By names in lower case; of one that is repeated, the last. */
  headers: ReadonlyMap<string, string>;
}

export interface ConnectionEvents {
  /** The next PUT may be sent. */
  idle(connection: PutConnection): void;
  closed(connection: PutConnection): void;
  /** A TLS session for the connections to come; undefined when the last one may be at fault. */
  session(session: Buffer | undefined): void;
}

/** Milliseconds for TCP and TLS of a new connection. Inside a region it takes single digits. */
const CONNECTION_TIMEOUT_MS = 2_000;
/** Milliseconds without a byte in either direction; an idle connection is closed after them. */
const SOCKET_TIMEOUT_MS = 15_000;
/** Characters of the longest head of an answer. S3's have some 500. */
const MAX_HEAD_LENGTH = 16 * 1024;
/** Bytes that go in one write, where there are so many. */
const BATCH_BYTES = 256 * 1024;

const STATUS_LINE = /^HTTP\/1\.1 ([2-5]\d\d)(?: |$)/;

interface Pending extends WrittenPut {
  answered: (answer: HttpAnswer) => void;
  failed: (error: Error) => void;
  /** Pieces written so far. */
  written: number;
}

/**
 * A connection that sends PUTs over HTTP/1.1 (RFC 9112), one after the other, and reads the heads of their answers. With
 * Node's client a mail of 5 KB costs the edge a third more CPU. This one knows one case: any answer but a 200 without a body
 * ends the connection, and an answer that it cannot read fails the PUT.
 */
export class PutConnection {
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  #pending: Pending | null = null;
  #head = '';

  constructor(endpoint: URL, session: Buffer | undefined, events: ConnectionEvents) {
    this.#events = events;
    const secure = endpoint.protocol === 'https:';
    const socket = secure ? openTls(endpoint, session) : connect(addressOf(endpoint, 80));
    this.#socket = socket.setNoDelay();
    const timer = setTimeout(
      () => this.#fail(`no connection within ${CONNECTION_TIMEOUT_MS} ms`),
      CONNECTION_TIMEOUT_MS,
    );
    socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(timer));
    socket.setTimeout(SOCKET_TIMEOUT_MS, () => this.#fail(`nothing moved for ${SOCKET_TIMEOUT_MS} ms`));
    socket.on('session', (ticket) => events.session(ticket));
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('drain', () => this.#sendBody());
    let cause: Error | null = null;
    socket.on('error', (error) => {
      cause = error;
      events.session(undefined);
    });
    socket.on('close', () => {
      clearTimeout(timer);
      this.#pending?.failed(cause ?? new Error('the store closed the connection'));
      this.#pending = null;
      events.closed(this);
    });
  }

  /** Resolves when the head of the answer was read. Only one PUT at a time. */
  send(put: WrittenPut): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const { signal } = put;
      const abort = () => this.#fail('aborted');
      signal?.addEventListener('abort', abort);
      const settled = () => signal?.removeEventListener('abort', abort);
      this.#pending = {
        ...put,
        answered: (answer) => {
          settled();
          resolve(answer);
        },
        failed: (error) => {
          settled();
          reject(error);
        },
        written: 0,
      };
      this.#head = '';
      this.#socket.ref();
      // The head and the body of a small mail are one write.
      this.#socket.cork();
      this.#socket.write(put.head, 'latin1');
      this.#sendBody();
      this.#socket.uncork();
    });
  }

  #fail(reason: string): void {
    this.#socket.destroy(new Error(reason));
  }

  /** What is written and not yet sent is in memory once more, encrypted: a store that is slow gets no more of it. */
  #sendBody(): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#socket.cork();
    for (let bytes = 0, room = true; room || bytes < BATCH_BYTES; ) {
      const piece = pending.pieces[pending.written];
      if (piece === undefined) break;
      pending.written++;
      bytes += piece.length;
      room = this.#socket.write(piece);
    }
    this.#socket.uncork();
  }

  #read(chunk: Buffer): void {
    const pending = this.#pending;
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf('\r\n\r\n');
    if (pending !== null && end === -1 && this.#head.length <= MAX_HEAD_LENGTH) return;
    const answer = pending === null || end === -1 ? null : answerOf(this.#head.slice(0, end));
    if (pending === null || answer === null) {
      this.#fail('the store sent something else than an answer');
      return;
    }
    this.#pending = null;
    pending.answered(answer);
    const sent = pending.written === pending.pieces.length && this.#socket.writableLength === 0;
    const alone = this.#head.length === end + 4;
    if (sent && alone && leavesOpen(answer)) {
      // An idle connection does not keep the process running.
      this.#socket.unref();
      this.#events.idle(this);
    } else {
      this.#socket.destroy();
    }
  }
}

function openTls(endpoint: URL, session: Buffer | undefined): Socket {
  const address = addressOf(endpoint, 443);
  return connectTls({
    ...address,
    // A name only (RFC 6066 §3).
    servername: isIP(address.host) === 0 ? address.host : '',
    ALPNProtocols: ['http/1.1'],
    ...(session === undefined ? {} : { session }),
  });
}

const addressOf = ({ hostname, port }: URL, usual: number) => ({
  host: hostname.replace(/^\[|\]$/g, ''),
  port: port === '' ? usual : Number(port),
});

/** Null for what is no answer. A 1xx is none either: nothing here asks for one (RFC 9110 §15.2). */
function answerOf(head: string): HttpAnswer | null {
  const [statusLine = '', ...lines] = head.split('\r\n');
  const status = STATUS_LINE.exec(statusLine)?.[1];
  if (status === undefined) return null;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) return null;
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(status), headers };
}

/** Whether the answer has no body and the connection stays (RFC 9112 §6.3, §9.3). */
const leavesOpen = ({ status, headers }: HttpAnswer): boolean =>
  status === 200 &&
  headers.get('content-length') === '0' &&
  !headers.has('transfer-encoding') &&
  headers.get('connection')?.toLowerCase() !== 'close';
