import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { EdgeSettings } from '../core/env/edge-environment.ts';
import type { Log } from '../core/log/log.ts';
import type { Envelope } from '../core/mail/envelope.ts';
import { errorText } from '../core/mail/errors.ts';
import { mintMailId } from '../core/mail/id.ts';
import { type EnvelopeAddress, parseAddress, splitPathCommand } from './commands/address.ts';
import { type MailParameters, parseMailParameters } from './commands/mail-parameters.ts';
import { DataParser } from './data/data-parser.ts';
import { IncomingMail } from './data/incoming-mail.ts';
import type { RecipientPolicy } from './policy/recipient-policy.ts';
import { REPLIES, type Reply } from './replies.ts';
import type { EdgeServer } from './server.ts';
import { type MailStore, MailUpload, STREAMED_MAIL_BYTES } from './store/mail-upload.ts';
import { traceHeader } from './store/trace-header.ts';

/** What every session of a server shares. */
export interface SessionContext {
  settings: EdgeSettings;
  policy: RecipientPolicy;
  mails: MailStore;
  log: Log;
}

/** From MAIL to the reply after DATA (RFC 5321 §3.3). */
interface Transaction {
  from: EnvelopeAddress;
  parameters: MailParameters;
  recipients: { address: string; route: string | null }[];
}

const HTTP_REQUEST = /^[A-Z]+ \S+ HTTP\/\d/i;

/**
 * One SMTP session. smtp-server keeps the socket, TLS, EHLO and the reading of commands; what decides about a mail is
 * here: MAIL, RCPT, DATA, the replies, and what a client may cost.
 */
export class EdgeSession extends SMTPConnection {
  readonly #server: EdgeServer;
  readonly #edge: SessionContext;
  #transaction: Transaction | null = null;
  #incoming: IncomingMail | null = null;
  #unknownCommands = 0;

  constructor(server: EdgeServer, socket: Socket, context: SessionContext) {
    super(server, socket);
    this.#server = server;
    this.#edge = context;
  }

  /** Runs in the constructor of the base class, before the fields above exist. */
  override _createParser(): DataParser {
    const parser = new DataParser({ maxCommandLength: this._server.options.maxCommandLength });
    parser.oncommand = (command, callback) => this._onCommand(command, callback);
    // Bytes that came in the clear ahead of a TLS handshake get no reply: `send` is silent then.
    parser.on('error', () => this.end(REPLIES.lineTooLong));
    return parser;
  }

  override init(): void {
    this._setListeners(() => {
      const delay = this.#edge.settings.limits.greetDelayMs;
      if (delay === 0) this.connectionReady();
      else setTimeout(() => this.#greet(), delay).unref();
    });
  }

  /** Time limits are the watchdog's: the idle timer of a socket is put off by every byte. */
  override _armTimeout(): void {}

  override _getEnhancedStatusCode(code: number, context?: string | false): string {
    return code === 354 ? '' : super._getEnhancedStatusCode(code, context);
  }

  reply(reply: Reply): void {
    this.send(reply.code, reply.enhanced === '' ? reply.text : `${reply.enhanced} ${reply.text}`, false);
  }

  /** The last reply of a session. */
  end(reply: Reply): void {
    if (this._closing || this._closed) return;
    this.reply(reply);
    this.close();
  }

  /** The server takes no more mail. A mail in progress is finished first. */
  drain(): void {
    if (this.#incoming === null) this.end(REPLIES.shuttingDown);
  }

  /** Ends without a word. */
  destroy(): void {
    this._socket.destroy();
  }

  override _onCommand(command: Buffer, callback: () => void = () => {}): void {
    // What came in the clear ahead of a TLS handshake: the base class drops it without a word.
    const refusal = this._upgrading ? null : this.#gate(command.toString('latin1'));
    if (refusal === null) super._onCommand(command, callback);
    else if (refusal.code === 421) this.end(refusal);
    else {
      this.reply(refusal);
      setImmediate(callback);
    }
  }

  /** EHLO, HELO, RSET, STARTTLS and the end of a mail all come through here (RFC 5321 §4.1.4). */
  override _resetSession(): void {
    super._resetSession();
    this.#transaction = null;
  }

  override handler_MAIL(command: Buffer, callback: () => void): void {
    this.reply(this.#mail(command));
    callback();
  }

  override handler_RCPT(command: Buffer, callback: () => void): void {
    this.#rcpt(command).then(
      (reply) => {
        this.reply(reply);
        callback();
      },
      (error: unknown) => {
        this.#edge.log.error('RCPT failed', { session: this.id, reason: errorText(error) });
        this.reply(REPLIES.internalError);
        callback();
      },
    );
  }

  override handler_DATA(command: Buffer, callback: () => void): void {
    const parser = this._parser;
    const transaction = this.#transaction;
    if (command.toString('latin1').trim().length > 'DATA'.length) this.reply(REPLIES.badDataSyntax);
    else if (transaction === null) this.reply(REPLIES.needMail);
    else if (transaction.recipients.length === 0) this.reply(REPLIES.needRecipient);
    else if (parser instanceof DataParser) {
      parser.startData(this.#receive(transaction));
      this.reply(REPLIES.startData);
    }
    callback();
  }

  override _onClose(): void {
    const cutInData = this._parser instanceof DataParser && this._parser.inData;
    super._onClose();
    this.#server.sessions.delete(this);
    if (cutInData) this.#incoming?.clientLeft();
  }

  /** Null when the command may run. */
  #gate(line: string): Reply | null {
    if (!this._ready) return REPLIES.earlyTalker;
    if (this.#server.draining) return REPLIES.shuttingDown;
    if (HTTP_REQUEST.test(line)) return REPLIES.notSmtp;
    if (this._isSupported(line.split(' ', 1)[0] ?? '')) return null;
    this.#unknownCommands++;
    const { unknownCommandsPerSession } = this.#edge.settings.limits;
    return this.#unknownCommands < unknownCommandsPerSession ? REPLIES.unknownCommand : REPLIES.tooManyUnknown;
  }

  #greet(): void {
    // A partial line counts as speaking: a TLS handshake or a PROXY header may hold no newline.
    const spoke = this._parser instanceof DataParser && this._parser._remainder !== '';
    if (spoke) this.end(REPLIES.earlyTalker);
    else this.connectionReady();
  }

  #mail(command: Buffer): Reply {
    const { settings, mails } = this.#edge;
    if (this.#transaction !== null) return REPLIES.nestedMail;
    const parts = splitPathCommand(command, 'MAIL FROM');
    const from = parts === null ? null : parseAddress(parts.path);
    if (parts === null || from === null) return REPLIES.badSender;
    const parameters = parseMailParameters(parts.parameters, settings.maxMessageBytes);
    if ('code' in parameters) return parameters;
    if (!from.ascii && !parameters.smtpUtf8) return REPLIES.needSmtpUtf8;
    const wanted = Math.min(parameters.size ?? 1, STREAMED_MAIL_BYTES);
    if (mails.budget.taken + wanted > mails.budget.limit) return REPLIES.outOfMemory;
    this.#transaction = { from, parameters, recipients: [] };
    return REPLIES.senderOk;
  }

  async #rcpt(command: Buffer): Promise<Reply> {
    const { settings, policy } = this.#edge;
    const transaction = this.#transaction;
    if (transaction === null) return REPLIES.needMail;
    const parts = splitPathCommand(command, 'RCPT TO');
    const recipient = parts === null ? null : parseAddress(parts.path);
    if (parts === null || recipient === null || recipient.address === '') return REPLIES.badRecipient;
    if (parts.parameters.length > 0) return REPLIES.unknownParameter;
    if (!recipient.ascii && !transaction.parameters.smtpUtf8) return REPLIES.needSmtpUtf8;
    const decision = policy(recipient);
    if (!decision.accepted) return decision.reply;
    const { recipients } = transaction;
    if (recipients.some(({ address }) => address === recipient.address)) return REPLIES.recipientOk;
    if (recipients.length >= settings.limits.recipientsPerMail) return REPLIES.tooManyRecipients;
    recipients.push({ address: recipient.address, route: decision.route });
    return REPLIES.recipientOk;
  }

  #receive(transaction: Transaction): IncomingMail {
    const { settings, mails, log } = this.#edge;
    const envelope = this.#envelope(transaction);
    const protocol = this._transmissionType();
    const trace = traceHeader(
      envelope,
      settings.hostname,
      envelope.smtpUtf8 ? protocol.replace('ESMTP', 'UTF8SMTP') : protocol,
    );
    const incoming = new IncomingMail(
      envelope.id,
      new MailUpload(mails, envelope, trace),
      {
        maxMessageBytes: settings.maxMessageBytes,
        bareNewlines: settings.bareNewlines,
        receivedHeaders: settings.limits.receivedHeaders,
      },
      {
        finished: (reply) => this.#finished(incoming, envelope, reply),
        overrun: (reply) => this.end(reply),
      },
      log,
    );
    this.#incoming = incoming;
    return incoming;
  }

  #envelope({ from, parameters, recipients }: Transaction): Envelope {
    const now = new Date();
    const socket = this._socket;
    return {
      id: mintMailId(now.getTime()),
      receivedAt: now.toISOString(),
      remoteAddress: this.remoteAddress,
      remotePort: this.remotePort,
      helo: this.hostNameAppearsAs || '',
      tls:
        socket instanceof TLSSocket
          ? { version: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher().name }
          : null,
      mailFrom: from.address,
      mailParameters: parameters.sent,
      rcptTo: recipients,
      body: parameters.body,
      smtpUtf8: parameters.smtpUtf8,
    };
  }

  #finished(incoming: IncomingMail, envelope: Envelope, reply: Reply): void {
    this.#incoming = null;
    this.#edge.log.info('transaction', {
      session: this.id,
      id: envelope.id,
      remoteAddress: envelope.remoteAddress,
      mailFrom: envelope.mailFrom,
      rcptTo: envelope.rcptTo.map(({ address }) => address),
      bytes: incoming.bytes,
      reply: `${reply.code} ${reply.enhanced}`,
    });
    this._resetSession();
    this.reply(reply);
    if (this.#server.draining) this.end(REPLIES.shuttingDown);
  }
}
