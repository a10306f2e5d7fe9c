import type { Socket } from 'node:net';
import type { Envelope } from '../core/mail/envelope.ts';
import { errorText } from '../core/mail/errors.ts';
import { mintMailId } from '../core/mail/id.ts';
import type { EdgeSettings } from '../core/settings/edge.ts';
import { type ConnectionContext, type DrainableServer, EdgeConnection } from './connection.ts';
import { IncomingMail } from './data/incoming-mail.ts';
import { REPLIES, type Reply } from './replies.ts';
import { type MailStore, MailUpload, STREAMED_MAIL_BYTES } from './store/mail-upload.ts';
import { traceHeader } from './store/trace-header.ts';
import { Transaction, type TransactionRules } from './transaction.ts';
import { logTransaction, type MailFacts, type Outcome } from './transaction-log.ts';

/** What every session of a server shares. */
export interface SessionContext extends ConnectionContext, TransactionRules {
  settings: EdgeSettings;
  mails: MailStore;
}

/** One SMTP session: its mail transactions, one after the other. */
export class EdgeSession extends EdgeConnection {
  readonly #edge: SessionContext;
  readonly #forget: (session: EdgeSession) => void;
  #transaction: Transaction | null = null;
  #incoming: IncomingMail | null = null;

  /** @param forget hears that the socket is closed; perhaps more than once */
  constructor(
    server: DrainableServer,
    socket: Socket,
    context: SessionContext,
    forget: (session: EdgeSession) => void,
  ) {
    super(server, socket, context);
    this.#edge = context;
    this.#forget = forget;
  }

  override _onClose(): void {
    super._onClose();
    this.#forget(this);
  }

  /** The server takes no more mail. A mail in progress is finished first. */
  drain(): void {
    if (this.#incoming === null) this.end(REPLIES.shuttingDown);
  }

  override _resetSession(): void {
    super._resetSession();
    this.#endTransaction('abandoned', null, null);
  }

  override handler_MAIL(command: Buffer, callback: () => void): void {
    this.reply(this.#mail(command));
    callback();
  }

  override handler_RCPT(command: Buffer, callback: () => void): void {
    const answer = (reply: Reply): void => {
      this.reply(reply);
      callback();
    };
    const reply = this.#transaction === null ? REPLIES.needMail : this.#transaction.recipient(command);
    if (!(reply instanceof Promise)) {
      answer(reply);
      return;
    }
    reply.then(answer, (error: unknown) => {
      this.#edge.log.error('RCPT failed', { session: this.id, reason: errorText(error) });
      answer(REPLIES.internalError);
    });
  }

  override handler_DATA(command: Buffer, callback: () => void): void {
    const transaction = this.#transaction;
    if (command.toString('latin1').trim().length > 'DATA'.length) this.reply(REPLIES.badDataSyntax);
    else if (transaction === null) this.reply(REPLIES.needMail);
    else if (transaction.recipients.length === 0) this.reply(REPLIES.needRecipient);
    else {
      this.#incoming = this.#receive(transaction);
      this.parser?.startData(this.#incoming);
      this.reply(REPLIES.startData);
    }
    callback();
  }

  protected override mailProgress(): { bytes: number; stalled: boolean } | null {
    return this.#incoming;
  }

  protected override left(reply: Reply | null): void {
    const incoming = this.#incoming;
    // After the end of DATA the mail is the store's: it may have it already.
    if (incoming !== null && !this.parser?.inData) return;
    this.#incoming = null;
    incoming?.clientLeft();
    if (incoming !== null) this.#edge.metrics.count('mails_aborted');
    const mail = incoming === null ? null : { id: incoming.id, bytes: incoming.bytes, storeMs: null };
    this.#endTransaction(incoming === null ? 'abandoned' : 'aborted', reply, mail);
  }

  #mail(command: Buffer): Reply {
    if (this.#transaction !== null) return REPLIES.nestedMail;
    const opened = Transaction.open(command, this.#edge);
    const refusal = opened instanceof Transaction ? this.#overload(opened) : opened;
    if (refusal !== null || !(opened instanceof Transaction)) {
      logTransaction(this.#edge.log, this.peer(), null, { outcome: 'refused', reply: refusal, mail: null });
      return refusal ?? REPLIES.internalError;
    }
    this.#transaction = opened;
    return REPLIES.senderOk;
  }

  /** Null when one more mail can be taken in. */
  #overload({ parameters }: Transaction): Reply | null {
    const { mails, sources } = this.#edge;
    if (!sources.mailed(this.remoteAddress, performance.now())) return REPLIES.tooManyMails;
    const wanted = Math.min(parameters.size ?? 1, STREAMED_MAIL_BYTES);
    return mails.budget.taken + wanted > mails.budget.limit ? REPLIES.outOfMemory : null;
  }

  #receive(transaction: Transaction): IncomingMail {
    const { settings, mails, log } = this.#edge;
    const envelope = this.#envelope(transaction);
    const protocol = this._transmissionType();
    const received = envelope.smtpUtf8 ? protocol.replace('ESMTP', 'UTF8SMTP') : protocol;
    const upload = new MailUpload(mails, envelope, traceHeader(envelope, settings.hostname, received));
    const rules = {
      maxMessageBytes: settings.maxMessageBytes,
      bareNewlines: settings.bareNewlines,
      receivedHeaders: settings.limits.receivedHeaders,
    };
    const incoming: IncomingMail = new IncomingMail(
      envelope.id,
      upload,
      rules,
      {
        finished: (reply, storeMs) => this.#finished(reply, { id: envelope.id, bytes: incoming.bytes, storeMs }),
        overrun: (reply) => this.end(reply),
      },
      log,
    );
    return incoming;
  }

  #envelope({ from, parameters, recipients }: Transaction): Envelope {
    const now = new Date();
    return {
      id: mintMailId(now.getTime()),
      receivedAt: now.toISOString(),
      remoteAddress: this.remoteAddress,
      remotePort: this.remotePort,
      helo: this.hostNameAppearsAs || '',
      tls: this.tls,
      mailFrom: from.address,
      mailParameters: parameters.sent,
      rcptTo: recipients,
      body: parameters.body,
      smtpUtf8: parameters.smtpUtf8,
    };
  }

  #finished(reply: Reply, mail: MailFacts): void {
    const { metrics } = this.#edge;
    const outcome = reply.code < 300 ? 'accepted' : reply.code < 500 ? 'deferred' : 'rejected';
    this.#incoming = null;
    metrics.count(`mails_${outcome}`);
    metrics.stored(mail.storeMs ?? 0);
    if (outcome === 'accepted') {
      metrics.count('accepted_bytes', mail.bytes);
      this.mailAccepted();
    }
    this.#endTransaction(outcome, reply, mail);
    this._resetSession();
    this.reply(reply);
    if (this.draining) this.end(REPLIES.shuttingDown);
  }

  #endTransaction(outcome: Outcome, reply: Reply | null, mail: MailFacts | null): void {
    if (this.#transaction === null) return;
    logTransaction(this.#edge.log, this.peer(), this.#transaction, { outcome, reply, mail });
    this.#transaction = null;
  }
}
