import type { Socket } from 'node:net';
import type { Envelope } from '../core/mail/envelope.ts';
import { mintMailId } from '../core/mail/id.ts';
import { sourceOf } from './abuse/ip-address.ts';
import type { TransactionVerb } from './commands/command-line.ts';
import { EdgeConnection } from './connection.ts';
import type { ConnectionContext, DrainableServer } from './connection-context.ts';
import { IncomingMail } from './data/incoming-mail.ts';
import type { SenderCheck } from './policy/spf-policy.ts';
import type { ProxiedClient } from './proxy/proxy-header.ts';
import { isLast, REPLIES, type Reply } from './replies.ts';
import { type MailStore, MailUpload, STREAMED_MAIL_BYTES } from './store/mail-upload.ts';
import { traceHeader } from './store/trace-header.ts';
import { Transaction, type TransactionRules } from './transaction.ts';
import { logTransaction, type MailFacts, type Outcome } from './transaction-log.ts';

/** Dependencies shared by all sessions of a server. */
export interface SessionContext extends ConnectionContext, TransactionRules {
  mails: MailStore;
  /** Checks each sender; null when there is no check. */
  senderCheck: SenderCheck | null;
}

/** One SMTP session with its successive mail transactions. */
export class EdgeSession extends EdgeConnection {
  readonly #edge: SessionContext;
  /** Source of the client, for limits and fairness. */
  readonly source: string;
  readonly #forget: (session: EdgeSession) => void;
  #transaction: Transaction | null = null;
  #incoming: IncomingMail | null = null;

  /** @param forget called when the socket closes, possibly more than once */
  constructor(
    server: DrainableServer,
    socket: Socket,
    client: ProxiedClient | null,
    context: SessionContext,
    forget: (session: EdgeSession) => void,
  ) {
    super(server, socket, client, context);
    this.source = sourceOf(this.remoteAddress);
    this.#edge = context;
    this.#forget = forget;
  }

  override _onClose(): void {
    super._onClose();
    this.#forget(this);
  }

  /** The server is shutting down; finishes a mail in progress first. */
  drain(): void {
    if (this.#incoming === null) this.end(REPLIES.shuttingDown);
  }

  protected override resetTransaction(): void {
    this.#endTransaction('abandoned', null, null);
  }

  protected override transact(verb: TransactionVerb, argument: string): Reply | Promise<Reply> {
    switch (verb) {
      case 'MAIL':
        return this.#mail(argument);
      case 'RCPT':
        return this.#transaction?.recipient(argument) ?? REPLIES.needMail;
      case 'DATA':
        return this.#data(argument);
    }
  }

  protected override mailProgress(): IncomingMail | null {
    return this.#incoming;
  }

  protected override left(reply: Reply | null): void {
    const incoming = this.#incoming;
    // After the end of DATA the store may already have the mail.
    if (incoming !== null && !this.parser?.inData) return;
    this.#incoming = null;
    incoming?.clientLeft();
    if (incoming !== null) this.#edge.metrics.count('mails_aborted');
    const mail = incoming === null ? null : { ...factsOf(incoming), storeMs: null };
    this.#endTransaction(incoming === null ? 'abandoned' : 'aborted', reply, mail);
  }

  #mail(argument: string): Reply | Promise<Reply> {
    if (this.#transaction !== null) return REPLIES.nestedMail;
    const opened = Transaction.open(argument, this.#edge);
    const refusal = opened instanceof Transaction ? this.#overload(opened) : opened;
    const { senderCheck } = this.#edge;
    if (refusal !== null || !(opened instanceof Transaction)) return this.#refused(refusal ?? REPLIES.internalError);
    if (senderCheck === null) return this.#open(opened);
    const { helo, remoteAddress } = this.peer();
    const denied = senderCheck({ remoteAddress, helo, mailFrom: opened.from.address });
    return denied.then((reply) => (reply === null ? this.#open(opened) : this.#refused(reply, opened)));
  }

  #open(transaction: Transaction): Reply {
    this.#transaction = transaction;
    return REPLIES.senderOk;
  }

  #refused(reply: Reply, transaction: Transaction | null = null): Reply {
    logTransaction(this.#edge.log, this.peer(), transaction, { outcome: 'refused', reply, mail: null });
    return reply;
  }

  #data(argument: string): Reply {
    if (argument !== '') return REPLIES.badDataSyntax;
    if (this.#transaction === null) return REPLIES.needMail;
    if (this.#transaction.recipients.length === 0) return REPLIES.needRecipient;
    this.#incoming = this.#receive(this.#transaction);
    this.parser?.startData(this.#incoming);
    return REPLIES.startData;
  }

  /** Null when another mail can be received. */
  #overload({ parameters }: Transaction): Reply | null {
    const { mails, sources } = this.#edge;
    if (!sources.mailed(this.remoteAddress, performance.now())) return REPLIES.tooManyMails;
    const wanted = Math.min(parameters.size ?? 1, STREAMED_MAIL_BYTES);
    return mails.budget.taken + wanted > mails.budget.limit ? REPLIES.outOfMemory : null;
  }

  #receive(transaction: Transaction): IncomingMail {
    const { settings, mails, log } = this.#edge;
    const envelope = this.#envelope(transaction);
    const { protocol } = this;
    const received = envelope.smtpUtf8 ? protocol.replace('ESMTP', 'UTF8SMTP') : protocol;
    const trace = traceHeader(envelope, settings.hostname, received);
    const upload = new MailUpload(mails, envelope, trace, transaction.parameters.size);
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
        finished: (reply, storeMs) => this.#finished(reply, { ...factsOf(incoming), storeMs }),
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
      helo: this.peer().helo,
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
    if (outcome === 'accepted' && mail.normalized > 0) metrics.count('mails_normalized');
    this.#endTransaction(outcome, reply, mail);
    if (isLast(reply)) this.end(reply);
    else this.reply(reply);
    if (this.draining) this.end(REPLIES.shuttingDown);
  }

  #endTransaction(outcome: Outcome, reply: Reply | null, mail: MailFacts | null): void {
    if (this.#transaction === null) return;
    logTransaction(this.#edge.log, this.peer(), this.#transaction, { outcome, reply, mail });
    this.#transaction = null;
  }
}

const factsOf = ({ id, bytes, normalized, action }: IncomingMail) => ({ id, bytes, normalized, action });
