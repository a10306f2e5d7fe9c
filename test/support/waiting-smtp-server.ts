import { SMTPServer } from 'smtp-server';

/** A server that accepts mails up to a point: from its nth command on, it never answers. */
export class WaitingSmtpServer {
  /** Resolves when a client waits for an answer. */
  readonly came: Promise<void>;
  readonly #server: SMTPServer;

  /**
   * @param nth counted from 1. A first mail with one recipient counts as four: connection, MAIL, RCPT, end of data.
   * Each further mail counts as three.
   */
  constructor(nth: number) {
    let came = () => {};
    this.came = new Promise((resolve) => {
      came = resolve;
    });
    let seen = 0;
    const unlessHeld = (answer: () => void) => {
      seen += 1;
      if (seen < nth) answer();
      else came();
    };
    this.#server = new SMTPServer({
      authOptional: true,
      hideSTARTTLS: true,
      disableReverseLookup: true,
      closeTimeout: 1,
      onConnect: (_session, callback) => unlessHeld(callback),
      onMailFrom: (_address, _session, callback) => unlessHeld(callback),
      onRcptTo: (_address, _session, callback) => unlessHeld(callback),
      onData(stream, _session, callback) {
        stream.resume().on('end', () => unlessHeld(() => callback(null, '2.0.0 queued as 01M8J5W6JAACE1WCTV68D1RR9Q')));
      },
    });
    this.#server.on('error', () => {});
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve()));
    const address = this.#server.server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
