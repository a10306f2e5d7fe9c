import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { Envelope } from '../core/mail/envelope.ts';
import { errorText } from '../core/mail/errors.ts';
import type { Held } from './abuse/make-room.ts';
import { otherProtocolReply } from './abuse/other-protocol.ts';
import { SessionBudget } from './abuse/session-budget.ts';
import { type Activity, SessionClock } from './abuse/session-clock.ts';
import { type CommandLine, parseCommandLine, type TransactionVerb } from './commands/command-line.ts';
import { CommandReader } from './commands/command-reader.ts';
import { type Hello, helloReply, parseHello } from './commands/hello.ts';
import type { ConnectionContext, DrainableServer } from './connection-context.ts';
import type { ProxiedClient } from './proxy/proxy-header.ts';
import { isLast, REPLIES, type Reply, replyCode } from './replies.ts';
import { ReplyWriter } from './reply-writer.ts';
import { negotiated } from './tls/negotiated.ts';
import type { Peer } from './transaction-log.ts';

/**
 * smtp-server's connection with our own commands, replies, and limits on time and commands. smtp-server keeps the
 * socket and TLS; the subclass handles mails.
 */
export abstract class EdgeConnection extends SMTPConnection {
  readonly #server: DrainableServer;
  readonly #guards: ConnectionContext;
  readonly #budget: SessionBudget;
  readonly #clock: SessionClock;
  #tls: Envelope['tls'] = null;
  #hello: Hello | null = null;
  /** The banner has been sent. */
  #greeted = false;
  /** True from STARTTLS to the end of the handshake: anything written now would become part of it. */
  #handshaking = false;
  /** A command is waiting for another service. */
  #working = false;
  #ended = false;
  readonly #replies = new ReplyWriter(() => this._socket);

  /** @param client the client a proxy connected for; null when the socket's own address counts */
  constructor(server: DrainableServer, socket: Socket, client: ProxiedClient | null, guards: ConnectionContext) {
    super(server, socket, client === null ? {} : { remoteAddress: client.address, remotePort: client.port });
    this.#server = server;
    this.#guards = guards;
    this.#budget = new SessionBudget(guards.settings.limits);
    this.#clock = new SessionClock(guards.settings.limits, performance.now());
  }

  /** The mail being received or stored, for the watchdog; `refusal` is its coming reply, if it will be rejected. */
  protected abstract mailProgress(): { bytes: number; stalled: boolean; refusal: Reply | null } | null;

  /** The client has disconnected, or is being disconnected. */
  protected abstract left(reply: Reply | null): void;

  /** Runs a mail transaction command. Returns a promise only when a service is consulted. */
  protected abstract transact(verb: TransactionVerb, argument: string): Reply | Promise<Reply>;

  /** EHLO, HELO, RSET and STARTTLS end an open transaction (RFC 5321 §4.1.4). */
  protected abstract resetTransaction(): void;

  /** Runs in the constructor of the base class, before the fields above exist. */
  override _createParser(): CommandReader {
    return new CommandReader(this._server.options.maxCommandLength ?? 0, {
      command: (line, next) => this.#command(line, next),
      bareNewline: (line) => this.#refuseBareNewline(line),
      lineTooLong: () => this.end(REPLIES.lineTooLong),
    });
  }

  get draining(): boolean {
    return this.#server.draining;
  }

  get handshaking(): boolean {
    return this.#handshaking;
  }

  /** The negotiated TLS version and cipher, once the handshake is done. */
  get tls(): Envelope['tls'] {
    return this.#tls;
  }

  /** For the trace header (RFC 3848). */
  protected get protocol(): 'SMTP' | 'SMTPS' | 'ESMTP' | 'ESMTPS' {
    return `${this.#hello?.extended ? 'ESMTP' : 'SMTP'}${this.secure ? 'S' : ''}`;
  }

  get parser(): CommandReader | null {
    return this._parser instanceof CommandReader ? this._parser : null;
  }

  override init(): void {
    this._setListeners(() => void this.#greet());
  }

  /** The watchdog enforces time limits, because every byte would reset the idle timer of a socket. */
  override _armTimeout(): void {}

  /** Called every second, with monotonic milliseconds. */
  checkTime(now: number, underPressure: boolean): void {
    if (this.#ended) return;
    // A TLS handshake may contain no newline while its sender waits for our answer.
    const foreign = this.#greeted ? otherProtocolReply(this.parser?.partial ?? '') : null;
    const reply = foreign ?? this.#clock.overdue(now, this.#activity(), underPressure);
    // Reject a doomed mail rather than defer it: its sender would retry.
    if (reply !== null) this.end(this.mailProgress()?.refusal ?? reply);
  }

  reply(reply: Reply): void {
    if (!this.#handshaking) this.#replies.add(reply);
    this.#account(reply);
  }

  /** Sends the final reply of a session. */
  end(reply: Reply): void {
    if (this.#ended) return;
    this.#ended = true;
    const asked = reply === REPLIES.bye;
    if (!asked && reply !== REPLIES.shuttingDown) {
      this.#guards.log.info('session ended', { ...this.peer(), reply: replyCode(reply), reason: reply.text });
    }
    this.left(asked ? null : reply);
    this.reply(reply);
    this.#replies.flush();
    this.close();
  }

  /** What ending the session to make room would interrupt; null if it must not be ended. */
  held(now: number): Held | null {
    const { kind } = this.#activity();
    if (this.#ended || kind === 'server') return null;
    return { kind: kind === 'data' ? 'sending' : 'silent', ms: this.#clock.silentMs(now) };
  }

  /** Closes the connection without a reply. */
  destroy(): void {
    this._socket.destroy();
  }

  override _onClose(): void {
    this.#ended = true;
    this.left(null);
    super._onClose();
  }

  peer(): Peer {
    return {
      session: this.id,
      remoteAddress: this.remoteAddress,
      remotePort: this.remotePort,
      helo: this.#hello?.name ?? '',
      tls: this.#tls?.version ?? null,
    };
  }

  protected mailAccepted(): void {
    this.#budget.mailAccepted();
  }

  /** Sends the banner, immediately if no checks come first. */
  async #greet(): Promise<void> {
    const { settings, blockLists } = this.#guards;
    const delayMs = settings.limits.greetDelayMs;
    if (delayMs > 0 || blockLists !== null) {
      const [zone] = await Promise.all([blockLists?.(this.remoteAddress) ?? null, delay(delayMs)]);
      // A partial line counts as talking early: a TLS handshake or a PROXY header may contain no newline.
      if (this.parser !== null && this.parser.partial !== '') this.end(REPLIES.earlyTalker);
      else if (zone !== null) this.end({ ...REPLIES.blockListed, text: `${REPLIES.blockListed.text}: ${zone}` });
    }
    if (this.#ended) return;
    this.#greeted = true;
    this.reply({ code: 220, enhanced: '', text: `${settings.hostname} ESMTP` });
  }

  #command(line: string, next: () => void): void {
    this.#clock.progressed(performance.now());
    const command = parseCommandLine(line);
    const refusal = this.#gate(line, command);
    if (refusal === null && command.verb === 'STARTTLS') {
      this.#startTls(next);
      return;
    }
    const outcome = refusal ?? this.#run(command);
    if (outcome instanceof Promise) {
      this.#working = true;
      void outcome
        .catch((error: unknown) => this.#failed(error))
        .then((reply) => {
          this.#working = false;
          this.#answer(reply, next);
        });
    } else {
      this.#answer(outcome, next);
    }
  }

  #answer(reply: Reply, next: () => void): void {
    if (isLast(reply)) this.end(reply);
    else this.reply(reply);
    // A client that sends but never reads would make its replies pile up here.
    const socket = this._socket;
    if (socket.writableNeedDrain && !socket.destroyed) socket.once('drain', next);
    else next();
  }

  /** Null when the command may run. */
  #gate(line: string, { verb, argument }: CommandLine): Reply | null {
    if (!this.#greeted) return REPLIES.earlyTalker;
    if (this.draining) return REPLIES.shuttingDown;
    if (verb === null) return otherProtocolReply(line) ?? this.#budget.unknownCommand() ?? REPLIES.unknownCommand;
    if (this.#hello === null && (verb === 'MAIL' || verb === 'RCPT' || verb === 'DATA')) return REPLIES.helloFirst;
    const spent = this.#budget.command(verb);
    if (spent !== null || verb !== 'STARTTLS') return spent;
    // RFC 3207 §4.
    if (argument !== '') return REPLIES.badTlsSyntax;
    return this.secure ? REPLIES.secureAlready : null;
  }

  #run({ verb, argument }: CommandLine): Reply | Promise<Reply> {
    switch (verb) {
      case 'MAIL':
      case 'RCPT':
      case 'DATA':
        try {
          return this.transact(verb, argument);
        } catch (error) {
          return this.#failed(error);
        }
      case 'EHLO':
      case 'HELO':
        return this.#sayHello({ verb, argument });
      case 'RSET':
        this.resetTransaction();
        return REPLIES.flushed;
      case 'VRFY':
        // VRFY reveals nothing (RFC 5321 §3.5.3).
        return argument === '' ? REPLIES.badVerifySyntax : REPLIES.noVerification;
      case 'HELP':
        return REPLIES.help;
      case 'QUIT':
        return REPLIES.bye;
      default:
        return REPLIES.ok;
    }
  }

  #failed(error: unknown): Reply {
    this.#guards.log.error('command failed', { session: this.id, reason: errorText(error) });
    return REPLIES.internalError;
  }

  #sayHello(command: CommandLine): Reply {
    const hello = parseHello(command);
    if ('code' in hello) return hello;
    this.resetTransaction();
    this.#hello = hello;
    const { hostname, maxMessageBytes, limits } = this.#guards.settings;
    const { remoteAddress, secure } = this;
    const { recipientsPerMail } = limits;
    return helloReply(hello, { hostname, remoteAddress, secure, maxMessageBytes, recipientsPerMail });
  }

  #startTls(next: () => void): void {
    this.resetTransaction();
    this.reply(REPLIES.startTls);
    // Flush the last cleartext reply before the handshake takes over the socket.
    this.#replies.flush();
    this.#handshaking = true;
    this.upgrade(next, () => {
      this.#handshaking = false;
      this.#tls = negotiated(this._socket);
      // Discard everything learned before TLS (RFC 3207 §4.2).
      this.#hello = null;
      this.#guards.metrics.count('tls_sessions');
    });
  }

  #refuseBareNewline(line: string): void {
    if (!this.#greeted) this.end(REPLIES.earlyTalker);
    else this.end(otherProtocolReply(line) ?? REPLIES.bareNewlineCommand);
  }

  #account(reply: Reply): void {
    const now = performance.now();
    this.#clock.progressed(now);
    this.#guards.metrics.replied(replyCode(reply));
    if (reply.code >= 500) this.#guards.sources.erred(this.remoteAddress, now);
    const last = this.#budget.replied(reply);
    if (last !== null) this.end(last);
  }

  #activity(): Activity {
    const mail = this.mailProgress();
    if (mail === null) return this.#working ? { kind: 'server', storing: false } : { kind: 'command' };
    const { bytes, stalled } = mail;
    return this.parser?.inData ? { kind: 'data', bytes, stalled } : { kind: 'server', storing: true };
  }
}
