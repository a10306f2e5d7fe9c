import { errorText } from '../../core/mail/errors.ts';
import { SmtpClient, type SmtpServer } from '../../core/smtp/smtp-client.ts';
import type { FloodState } from '../console/api/api.ts';

/** Mails that are delivered at the same time. More would only divide the processors of this machine. */
const CONNECTIONS = 4;

/** Delivers many small mails, and counts what the edge answers: what it took has to have an outcome one day. */
export class Flood {
  state: FloodState = { wanted: 0, accepted: 0, refused: 0, running: false, lastRefusal: null };
  readonly #server: () => SmtpServer;
  #stopping = false;
  #done: Promise<unknown> = Promise.resolve();

  constructor(server: () => SmtpServer) {
    this.#server = server;
  }

  /** Begins and returns. @returns false when one runs already */
  begin(mails: number): boolean {
    if (this.state.running) return false;
    this.state = { wanted: mails, accepted: 0, refused: 0, running: true, lastRefusal: null };
    let next = 0;
    const take = () => (next < mails && !this.#stopping ? ++next : null);
    this.#done = Promise.all(Array.from({ length: Math.min(CONNECTIONS, mails) }, () => this.#deliver(take))).then(
      () => {
        this.state.running = false;
      },
    );
    return true;
  }

  /** Resolves when no mail is on its way any more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
  }

  /** A refused mail is not sent again: its sender would. */
  async #deliver(take: () => number | null): Promise<void> {
    let client: SmtpClient | null = null;
    for (let number = take(); number !== null; number = take()) {
      try {
        client ??= await SmtpClient.connect(this.#server());
        await client.send({ mailFrom: 'flood@example.org', rcptTo: ['you@example.com'] }, mail(number));
        this.state.accepted += 1;
      } catch (error) {
        client?.quit();
        client = null;
        this.state.refused += 1;
        this.state.lastRefusal = errorText(error);
      }
    }
    client?.quit();
  }
}

const mail = (number: number): Buffer =>
  Buffer.from(
    `From: Flood <flood@example.org>\r\nTo: you@example.com\r\nSubject: Flood ${number}\r\n` +
      `Message-ID: <${process.pid}.${Date.now()}.${number}@example.org>\r\n\r\nMail ${number} of a flood.\r\n`,
  );
