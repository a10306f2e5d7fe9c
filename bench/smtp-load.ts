import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Milliseconds a client waits for the greeting of a server. */
const GREETING_MS = 10_000;

export interface Load {
  port: number;
  mails: number;
  /** Concurrent sessions. */
  sessions: number;
  /** Mails per connection; null keeps each session's connection to the end. */
  mailsPerConnection: number | null;
  /** Whether connections use TLS, with a full handshake or by session resumption. Default no TLS. */
  startTls?: 'new' | 'resumed';
  message: Buffer;
  /** Called with the milliseconds of each mail, from MAIL to the 250 after DATA. */
  onMail?: (milliseconds: number) => void;
}

/**
 * Delivers as fast as the server accepts and returns the seconds from the first connection to the last 250. A minimal
 * client with little work of its own: commands are pipelined (RFC 2920), and every reply is checked.
 */
export async function deliver(load: Load): Promise<number> {
  let left = load.mails;
  const data = dotStuffed(load.message);
  const tls = load.startTls === undefined ? null : new TlsClient(load.startTls === 'resumed');
  const session = async () => {
    while (left > 0) {
      const connection = await SmtpConnection.open(load.port, tls);
      for (let sent = 0; left > 0 && sent < (load.mailsPerConnection ?? Number.POSITIVE_INFINITY); sent++) {
        left -= 1;
        const started = performance.now();
        await connection.send(data);
        load.onMail?.(performance.now() - started);
      }
      await connection.quit();
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: load.sessions }, session));
  return (performance.now() - start) / 1000;
}

/** A text mail of about `bytes` bytes. */
export function textMail(bytes: number): Buffer {
  const head =
    'From: Ada <ada@example.org>\r\nTo: Bob <bob@example.com>\r\nSubject: Figures\r\n' +
    'Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <bench@example.org>\r\n' +
    'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n';
  const line = 'The quick brown fox jumps over the lazy dog, again and again, all day.\r\n';
  return Buffer.from(head + line.repeat(Math.ceil((bytes - head.length) / line.length)));
}

/** State shared by the connections of a load. */
class TlsClient {
  readonly #resumes: boolean;
  #session: Buffer | undefined;

  constructor(resumes: boolean) {
    this.#resumes = resumes;
  }

  async secure(plain: Socket): Promise<Socket> {
    const session = this.#session;
    const socket = connectTls({
      socket: plain,
      rejectUnauthorized: false,
      ...(session === undefined ? {} : { session }),
    });
    if (this.#resumes) {
      // TLS 1.3 sends tickets after the handshake.
      socket.on('session', (ticket) => {
        this.#session = ticket;
      });
    }
    await once(socket, 'secureConnect');
    return socket;
  }
}

class SmtpConnection {
  #socket: Socket;
  #input = '';
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket.setNoDelay();
    this.#listen(socket);
  }

  #listen(socket: Socket): void {
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      this.#input += text;
      this.#wake();
    });
    socket.on('close', () => this.#wake());
  }

  async #startTls(client: TlsClient): Promise<void> {
    this.#socket.write('STARTTLS\r\n');
    await this.#expect('220');
    this.#socket.removeAllListeners('data');
    this.#socket = await client.secure(this.#socket);
    this.#listen(this.#socket);
    this.#socket.write('EHLO bench.example.org\r\n');
    await this.#expect('250');
  }

  /** Reconnects when there is no greeting: the kernel drops connections that a server accepts too slowly. */
  static async open(port: number, tls: TlsClient | null): Promise<SmtpConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const connection = new SmtpConnection(socket);
    socket.setTimeout(GREETING_MS, () => socket.destroy());
    const greeted = await connection.#expect('220').then(
      () => true,
      () => false,
    );
    if (!greeted) return SmtpConnection.open(port, tls);
    socket.setTimeout(0);
    socket.write('EHLO bench.example.org\r\n');
    await connection.#expect('250');
    if (tls !== null) await connection.#startTls(tls);
    return connection;
  }

  async send(data: Buffer): Promise<void> {
    this.#socket.write('MAIL FROM:<ada@example.org>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n');
    await this.#expect('250');
    await this.#expect('250');
    await this.#expect('354');
    this.#socket.write(data);
    await this.#expect('250');
  }

  async quit(): Promise<void> {
    this.#socket.end('QUIT\r\n');
    await once(this.#socket, 'close');
  }

  /** Reads one reply with all its lines. @throws when it has another code */
  async #expect(code: string): Promise<void> {
    for (;;) {
      const reply = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(this.#input)?.[0];
      if (reply?.startsWith(code)) {
        this.#input = this.#input.slice(reply.length);
        return;
      }
      if (reply !== undefined) throw new Error(`the server said "${reply.trim()}" where ${code} was expected`);
      if (this.#socket.destroyed) throw new Error(`the server closed the connection where ${code} was expected`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function dotStuffed(message: Buffer): Buffer {
  const text = message.toString('latin1').replace(/^\./gm, '..');
  return Buffer.from(`${text.endsWith('\r\n') ? text : `${text}\r\n`}.\r\n`, 'latin1');
}
