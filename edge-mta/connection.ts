import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { Log } from '../core/log/log.ts';
import type { SmtpLimits } from '../core/mail/smtp-limits.ts';
import type { BlockLists } from './abuse/dnsbl.ts';
import { SessionBudget } from './abuse/session-budget.ts';
import { type Activity, SessionClock } from './abuse/session-clock.ts';
import type { SourceTable } from './abuse/source-table.ts';
import { DataParser } from './data/data-parser.ts';
import type { EdgeMetrics } from './metrics/edge-metrics.ts';
import { REPLIES, type Reply, replyCode } from './replies.ts';
import type { Peer } from './transaction-log.ts';

/** What guards every connection of a server. */
export interface ConnectionContext {
  limits: SmtpLimits;
  sources: SourceTable;
  blockLists: BlockLists | null;
  metrics: EdgeMetrics;
  log: Log;
}

export type DrainableServer = SMTPServer & { readonly draining: boolean };

export interface TlsFacts {
  version: string;
  cipher: string;
}

const TRANSACTION_VERBS: ReadonlySet<string> = new Set(['MAIL', 'RCPT', 'DATA']);

/** An HTTP request, or a line that begins with a control character: a TLS handshake, a PROXY v2 header. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is there to find
const ANOTHER_PROTOCOL = /^(?:[A-Z]+ \S+ HTTP\/\d|[\0-\x08\x0e-\x1f])/i;

/**
 * smtp-server's connection, which keeps the socket, TLS, EHLO and the reading of commands, with what a client may
 * cost in time and commands, and with replies that carry clean enhanced status codes. Mails are the subclass's.
 */
export abstract class EdgeConnection extends SMTPConnection {
  readonly #server: DrainableServer;
  readonly #guards: ConnectionContext;
  readonly #budget: SessionBudget;
  readonly #clock: SessionClock;
  #tls: TlsFacts | null = null;

  constructor(server: DrainableServer, socket: Socket, guards: ConnectionContext) {
    super(server, socket);
    this.#server = server;
    this.#guards = guards;
    this.#budget = new SessionBudget(guards.limits);
    this.#clock = new SessionClock(guards.limits, performance.now());
  }

  /** The mail being received or stored, for the watchdog. */
  protected abstract mailProgress(): { bytes: number; stalled: boolean } | null;

  /** The client has gone, or is being sent away. */
  protected abstract left(reply: Reply | null): void;

  /** Runs in the constructor of the base class, before the fields above exist. */
  override _createParser(): DataParser {
    const parser = new DataParser(this._server.options.maxCommandLength);
    parser.oncommand = (command, callback) => this._onCommand(command, callback);
    // Bytes that came in the clear ahead of a TLS handshake get no reply: `send` is silent then.
    parser.on('error', () => this.end(REPLIES.lineTooLong));
    return parser;
  }

  get draining(): boolean {
    return this.#server.draining;
  }

  /** What was negotiated. Kept from the handshake on: a socket that is closed does not know any more. */
  get tls(): TlsFacts | null {
    return this.#tls;
  }

  get parser(): DataParser | null {
    return this._parser instanceof DataParser ? this._parser : null;
  }

  override init(): void {
    const { limits, blockLists } = this.#guards;
    this._setListeners(() => {
      if (limits.greetDelayMs === 0 && blockLists === null) this.connectionReady();
      else void this.#greet(limits.greetDelayMs, blockLists);
    });
  }

  /** Time limits are the watchdog's: the idle timer of a socket is put off by every byte. */
  override _armTimeout(): void {}

  /** Called every second, with monotonic milliseconds. */
  checkTime(now: number, underPressure: boolean): void {
    if (this._closing || this._closed) return;
    // A TLS handshake may hold no newline: its sender waits for the other half of it.
    const foreign = this._ready && !this._upgrading && ANOTHER_PROTOCOL.test(this.parser?._remainder ?? '');
    const reply = foreign ? REPLIES.notSmtp : this.#clock.overdue(now, this.#activity(), underPressure);
    if (reply !== null) this.end(reply);
  }

  reply(reply: Reply): void {
    this.#gather();
    super.send(reply.code, reply.enhanced === '' ? reply.text : `${reply.enhanced} ${reply.text}`, false);
    this.#account(reply);
  }

  /** The replies of the base class come through here. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    super.send(code, data, context);
    this.#account({ code, enhanced: this._getEnhancedStatusCode(code, context) });
  }

  /** The last reply of a session. */
  end(reply: Reply): void {
    if (this._closing || this._closed) return;
    if (reply !== REPLIES.shuttingDown) {
      this.#guards.log.info('session ended', { ...this.peer(), reply: replyCode(reply), reason: reply.text });
    }
    this.left(reply);
    this.reply(reply);
    this.close();
  }

  /** Ends without a word. */
  destroy(): void {
    this._socket.destroy();
  }

  override _onCommand(command: Buffer, callback: () => void = () => {}): void {
    this.#clock.progressed(performance.now());
    // What came in the clear ahead of a TLS handshake: the base class drops it without a word.
    const refusal = this._upgrading ? null : this.#gate(command.toString('latin1'));
    if (refusal === null) super._onCommand(command, callback);
    else if (refusal.code === 421) this.end(refusal);
    else {
      this.reply(refusal);
      setImmediate(callback);
    }
  }

  /** EHLO, HELO, RSET, the end of a TLS handshake and of a mail all come through here (RFC 5321 §4.1.4). */
  override _resetSession(): void {
    super._resetSession();
    const socket = this._socket;
    if (this.#tls === null && socket instanceof TLSSocket) {
      this.#tls = { version: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher()?.name ?? 'unknown' };
    }
  }

  override _onClose(): void {
    this.left(null);
    super._onClose();
  }

  peer(): Peer {
    return {
      session: this.id,
      remoteAddress: this.remoteAddress,
      remotePort: this.remotePort,
      helo: this.hostNameAppearsAs || '',
      tls: this.#tls?.version ?? null,
    };
  }

  protected mailAccepted(): void {
    this.#budget.mailAccepted();
  }

  async #greet(delayMs: number, blockLists: BlockLists | null): Promise<void> {
    const [zone] = await Promise.all([blockLists?.(this.remoteAddress) ?? null, delay(delayMs)]);
    // A partial line counts as speaking: a TLS handshake or a PROXY header may hold no newline.
    if (this.parser !== null && this.parser._remainder !== '') this.end(REPLIES.earlyTalker);
    else if (zone !== null) this.end({ ...REPLIES.blockListed, text: `${REPLIES.blockListed.text}: ${zone}` });
    else this.connectionReady();
  }

  /** Null when the command may run. */
  #gate(line: string): Reply | null {
    if (!this._ready) return REPLIES.earlyTalker;
    if (this.draining) return REPLIES.shuttingDown;
    if (ANOTHER_PROTOCOL.test(line)) return REPLIES.notSmtp;
    const verb = (line.split(' ', 1)[0] ?? '').toUpperCase();
    if (!this._isSupported(verb)) return this.#budget.unknownCommand() ?? REPLIES.unknownCommand;
    if (!this.hostNameAppearsAs && TRANSACTION_VERBS.has(verb)) return REPLIES.helloFirst;
    return this.#budget.command(verb);
  }

  /** Replies to commands that came together go together (RFC 2920 §3.2): one write instead of three for a mail. */
  #gather(): void {
    const socket = this._socket;
    if (socket.writableCorked > 0) return;
    socket.cork();
    process.nextTick(() => socket.uncork());
  }

  #account(reply: Pick<Reply, 'code' | 'enhanced'>): void {
    const now = performance.now();
    this.#clock.progressed(now);
    this.#guards.metrics.replied(replyCode(reply));
    if (reply.code >= 500) this.#guards.sources.erred(this.remoteAddress, now);
    const last = this.#budget.replied(reply);
    if (last !== null) this.end(last);
  }

  #activity(): Activity {
    const mail = this.mailProgress();
    if (mail === null) return this._handlerPending ? { kind: 'server', storing: false } : { kind: 'command' };
    const { bytes, stalled } = mail;
    return this.parser?.inData ? { kind: 'data', bytes, stalled } : { kind: 'server', storing: true };
  }
}
