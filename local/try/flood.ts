import { errorText, PermanentError } from '../../core/mail/errors.ts';
import type { MailId } from '../../core/mail/id.ts';
import { SmtpClient, type SmtpServer } from '../../core/smtp/smtp-client.ts';
import type { FloodState } from '../console/api/api.ts';

/** Mails that are delivered at the same time. More would only divide the processors of this machine. */
const CONNECTIONS = 4;

type Outcome = 'queued' | 'failed';

/**
 * Delivers many small mails, and keeps account of them: what the edge answered to each, and what became of each that it
 * accepted. Both are told by different programs, so that a mail which one of them lost shows.
 */
export class Flood {
  readonly #server: () => SmtpServer;
  readonly #accepted = new Set<MailId>();
  /** Also of other mails while a flood runs: a mail may be on its queue before its 250 is read here. */
  readonly #outcomes = new Map<MailId, Outcome>();
  #answers = NO_ANSWERS;
  #running = false;
  #stopping = false;
  #done: Promise<unknown> = Promise.resolve();

  constructor(server: () => SmtpServer) {
    this.#server = server;
  }

  get state(): FloodState {
    const count = (wanted: Outcome) => [...this.#accepted].filter((id) => this.#outcomes.get(id) === wanted).length;
    return { ...this.#answers, queued: count('queued'), failed: count('failed'), running: this.#running };
  }

  /** Begins and returns. @returns false when one runs already */
  begin(mails: number): boolean {
    if (this.#running) return false;
    this.#accepted.clear();
    this.#outcomes.clear();
    this.#answers = { ...NO_ANSWERS, wanted: mails };
    this.#running = true;
    let next = 0;
    const take = () => (next < mails && !this.#stopping ? ++next : null);
    this.#done = Promise.all(Array.from({ length: Math.min(CONNECTIONS, mails) }, () => this.#deliver(take))).then(
      () => {
        this.#running = false;
      },
    );
    return true;
  }

  /** A mail is on a queue, or has failed; the latest counts. */
  became(id: MailId, outcome: Outcome): void {
    if (this.#running || this.#accepted.has(id)) this.#outcomes.set(id, outcome);
  }

  /** Resolves when no mail is on its way any more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
  }

  /** A mail that is not accepted is not sent again: its sender would. */
  async #deliver(take: () => number | null): Promise<void> {
    let client: SmtpClient | null = null;
    for (let number = take(); number !== null; number = take()) {
      try {
        client ??= await SmtpClient.connect(this.#server());
        const { queueId } = await client.send(
          { mailFrom: 'flood@example.org', rcptTo: ['you@example.com'] },
          mail(number),
        );
        this.#answers.accepted += 1;
        if (queueId !== null) this.#accepted.add(queueId);
      } catch (error) {
        client?.quit();
        client = null;
        this.#answers[error instanceof PermanentError ? 'refused' : 'deferred'] += 1;
        this.#answers.lastReply = errorText(error);
      }
    }
    client?.quit();
  }
}

type Answers = Omit<FloodState, 'queued' | 'failed' | 'running'>;

const NO_ANSWERS: Answers = { wanted: 0, accepted: 0, deferred: 0, refused: 0, lastReply: null };

const mail = (number: number): Buffer =>
  Buffer.from(
    `From: Flood <flood@example.org>\r\nTo: you@example.com\r\nSubject: Flood ${number}\r\n` +
      `Message-ID: <${process.pid}.${Date.now()}.${number}@example.org>\r\n\r\nMail ${number} of a flood.\r\n`,
  );
