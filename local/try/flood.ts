import { errorText, PermanentError } from '../../core/mail/errors.ts';
import type { MailId } from '../../core/mail/id.ts';
import { SmtpClient, type SmtpServer } from '../../core/smtp/smtp-client.ts';
import type { FloodState } from '../console/api/api.ts';

/** Mails delivered concurrently. More would only compete for this machine's CPUs. */
const CONNECTIONS = 4;

type Outcome = 'queued' | 'failed';

/**
 * Delivers many small mails and accounts for them: the edge's answer to each, and the outcome of each accepted one. The
 * two come from different programs, so that a mail lost by one of them is noticed.
 */
export class Flood {
  readonly #server: () => SmtpServer;
  readonly #accepted = new Set<MailId>();
  /** Includes other mails during a flood, because a mail may reach its queue before its 250 is read here. */
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

  /** Starts a flood and returns immediately. @returns false when one is already running */
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

  /** A mail reached a queue or failed; the latest outcome counts. */
  became(id: MailId, outcome: Outcome): void {
    if (this.#running || this.#accepted.has(id)) this.#outcomes.set(id, outcome);
  }

  /** Resolves when no mail is in flight. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
  }

  /** Does not resend rejected mails, as a mail server would. */
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
