import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';

/** A client that sends exactly the given bytes and reads replies one by one. */
export class SmtpSocket {
  socket: Socket;
  #received = '';
  #closed = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    this.#listen(socket);
  }

  static async open(port: number, localAddress?: string, host = '127.0.0.1'): Promise<SmtpSocket> {
    const socket = connect({ port, host, ...(localAddress === undefined ? {} : { localAddress }) });
    const client = new SmtpSocket(socket);
    await once(socket, 'connect');
    return client;
  }

  /** Received text that no `reply` has consumed yet. */
  get pending(): string {
    return this.#received;
  }

  send(bytes: string | Buffer): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  }

  /** The next complete reply, its lines joined by LF; `<closed>` if the server closed the connection instead. */
  async reply(): Promise<string> {
    for (;;) {
      const whole = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(this.#received);
      if (whole !== null) {
        this.#received = this.#received.slice(whole[0].length);
        return whole[0].trimEnd().replaceAll('\r\n', '\n');
      }
      if (this.#closed) return '<closed>';
      await this.more();
    }
  }

  /** The next line of a reply, without CRLF; `<closed>` if the server closed the connection instead. */
  async line(): Promise<string> {
    while (!this.#received.includes('\r\n')) {
      if (this.#closed) return '<closed>';
      await this.more();
    }
    const end = this.#received.indexOf('\r\n');
    const line = this.#received.slice(0, end);
    this.#received = this.#received.slice(end + 2);
    return line;
  }

  async command(line: string): Promise<string> {
    this.send(`${line}\r\n`);
    return this.reply();
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    if (!this.#closed) await new Promise((resolve) => this.socket.once('close', resolve));
  }

  async startTls(options: ConnectionOptions = {}): Promise<void> {
    this.socket.removeAllListeners('data');
    const secure = tlsConnect({ socket: this.socket, rejectUnauthorized: false, ...options });
    this.socket = secure;
    this.#listen(secure);
    await once(secure, 'secureConnect');
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Resolves when data arrives or the connection closes. */
  more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1');
      this.#wake();
    });
    // A reset is one of the expected ways for a connection to end.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }
}
