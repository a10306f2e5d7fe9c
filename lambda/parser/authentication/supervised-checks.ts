import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { SmtpClient } from '../../../core/auth/verdict.ts';
import type { Author } from '../../../core/mail/author.ts';
import { errorText, PermanentError } from '../../../core/mail/errors.ts';
import type { AuthResult } from '../../../core/mail/parsed-mail.ts';
import { inBlocks, Window } from '../../../core/reading/blocks.ts';
import { BLOCK_BYTES, WINDOW_BLOCKS } from '../../../core/reading/protocol.ts';
import type { AuthThreadData, FromAuth, ToAuth } from './protocol.ts';

export interface AuthRequest {
  /** Opens the bytes of DATA; null for a mail without signatures. Called again when the check must be repeated. */
  open: (() => Promise<Readable>) | null;
  client: SmtpClient | null;
  author: Author;
  fields: string[];
  /** Milliseconds until an answer, DNS and reading included. */
  deadlineMs: number;
  signal: AbortSignal;
}

/**
 * The checks of a mail gave no result. `late` distinguishes a deadline from a crash. The mail is published without
 * them.
 */
export class AuthenticationStopped extends PermanentError {
  readonly late: boolean;

  constructor(late: boolean, reason: string) {
    super('authentication.stopped', reason);
    this.late = late;
  }
}

/** The thread was terminated while it checked several mails, and it is unknown which one caused that. */
export class CheckInterrupted extends Error {}

/** One mail in the thread. */
interface Pending {
  window: Window;
  settle: (auth: AuthResult) => void;
  fail: (error: unknown) => void;
}

/**
 * A thread that checks many mails concurrently, because most of their time is spent waiting for DNS. It starts with the
 * first mail, and again after it had to be terminated.
 */
export class SupervisedChecks {
  readonly #entry: URL;
  readonly #data: AuthThreadData;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #mails = 0;

  constructor(entry: URL, dnsServers: readonly string[]) {
    this.#entry = entry;
    this.#data = { dnsServers: [...dnsServers] };
  }

  /** Starts the thread if there is none; otherwise the first mail does. */
  warm(): void {
    this.#worker ??= this.#start();
  }

  /** @throws AuthenticationStopped, CheckInterrupted, or the error of `open` or `signal` */
  async check({ open, client, author, fields, deadlineMs, signal }: AuthRequest): Promise<AuthResult> {
    signal.throwIfAborted();
    const message = open === null ? null : await open();
    const mail = ++this.#mails;
    const window = new Window(WINDOW_BLOCKS);
    const result = new Promise<AuthResult>((settle, fail) => this.#pending.set(mail, { window, settle, fail }));
    const abort = () => this.#pending.get(mail)?.fail(signal.reason);
    signal.addEventListener('abort', abort);
    // Watchdog: terminates the thread from here, because a thread that hashes, or backtracks, cannot run its own timer.
    const watchdog = setTimeout(
      () => this.#end(new AuthenticationStopped(true, `no result within ${deadlineMs} ms`)),
      deadlineMs,
    );
    try {
      this.#post({ type: 'authenticate', mail, client, author, fields, signed: message !== null });
      const [auth] = await Promise.all([result, message === null ? null : this.#feed(mail, message, window)]);
      return auth;
    } finally {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', abort);
      window.abandon();
      this.#pending.delete(mail);
      message?.destroy();
    }
  }

  /** Terminates the thread. */
  close(): void {
    this.#end(new AuthenticationStopped(false, 'the authentication thread was closed'));
  }

  async #feed(mail: number, message: AsyncIterable<Buffer>, window: Window): Promise<void> {
    for await (const bytes of inBlocks(message, BLOCK_BYTES)) {
      await window.acquire();
      if (!this.#pending.has(mail)) return;
      this.#post({ type: 'source', mail, bytes }, bytes.buffer);
    }
    this.#post({ type: 'source-end', mail });
  }

  #post(message: ToAuth, memory?: ArrayBuffer): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message, memory === undefined ? [] : [memory]);
  }

  #start(): Worker {
    const worker = new Worker(this.#entry, {
      workerData: this.#data,
      name: 'mail-authentication',
      env: {},
      // mailauth prints a line for some mails, which does not belong in the function's log.
      stdout: true,
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    worker.stdout.resume();
    worker.on('online', () => worker.unref());
    worker.on('message', (message: FromAuth) => this.#receive(message));
    worker.on('error', (error) => this.#crashed(worker, errorText(error)));
    worker.on('exit', () => this.#crashed(worker, 'the authentication thread ended'));
    return worker;
  }

  #receive(message: FromAuth): void {
    const pending = this.#pending.get(message.mail);
    if (message.type === 'source-taken') pending?.window.release();
    else if (message.type === 'authenticated') pending?.settle(message.auth);
    else pending?.fail(new AuthenticationStopped(false, message.reason));
  }

  #crashed(worker: Worker, reason: string): void {
    if (worker === this.#worker) this.#end(new AuthenticationStopped(false, reason));
  }

  #end(reason: AuthenticationStopped): void {
    const worker = this.#worker;
    this.#worker = null;
    const alone = this.#pending.size === 1;
    for (const { fail, window } of this.#pending.values()) {
      fail(alone ? reason : new CheckInterrupted(reason.message));
      window.abandon();
    }
    void worker?.terminate();
  }
}
