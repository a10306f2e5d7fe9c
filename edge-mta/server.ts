import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { TLS_SOCKET_OPTIONS } from 'smtp-server/lib/smtp-connection.js';
import { errorText } from '../core/mail/errors.ts';
import { plainAddress, sourceOf } from './abuse/ip-address.ts';
import type { LoopLag } from './abuse/loop-lag.ts';
import { sessionToEnd } from './abuse/make-room.ts';
import type { MemoryWatch } from './abuse/memory-watch.ts';
import { SourceLog } from './abuse/source-log.ts';
import { awaitProxyHeader } from './proxy/await-proxy-header.ts';
import type { ProxiedClient } from './proxy/proxy-header.ts';
import { type ProxyNetworks, proxyNetworks } from './proxy/proxy-networks.ts';
import { REPLIES, type Reply, replyCode } from './replies.ts';
import { EdgeSession, type SessionContext } from './session.ts';
import type { Certificate } from './tls/certificate.ts';
import { pemOf, ServerNames, showByName } from './tls/server-names.ts';

/**
 * Bytes that a socket reads ahead while its session is busy, and of replies that gather before the client has to read
 * them. A client can make each byte a TLS record, which takes some 500 bytes of memory until it is read.
 */
const SOCKET_BUFFER_BYTES = 512;
// smtp-server hands no other options on to the sockets of STARTTLS.
TLS_SOCKET_OPTIONS.push('highWaterMark', 'SNICallback');

/** Time limits have a unit of seconds. */
const WATCH_INTERVAL_MS = 1_000;
/** Share of maxConnections above which idle clients get less time. */
const PRESSURE = 0.8;
/** Share of maxConnections that proxies may have open beside it, until they say for whom. */
const UNNAMED = 0.2;
/** Milliseconds until sessions are looked through again when none could make room: a flood of clients costs no more. */
const NO_ROOM_MS = 20;
/** Milliseconds that a refused client has to read why. */
const REFUSAL_LINGER_MS = 2_000;

/** smtp-server with our sessions, and who gets one. */
export class EdgeServer extends SMTPServer {
  /** Until their sockets are closed, so longer than `connections`. */
  readonly sessions = new Set<EdgeSession>();
  readonly #context: SessionContext;
  readonly #lag: LoopLag;
  readonly #memory: MemoryWatch;
  readonly #names: { current: ServerNames };
  readonly #sourceLog: SourceLog;
  readonly #isProxy: ProxyNetworks;
  /** Connections of proxies that have not said yet for whom. */
  #unnamed = 0;
  /** When no session made room, and for a source of how many. */
  #noRoom = { at: Number.NEGATIVE_INFINITY, open: 0 };
  readonly #drained = new AbortController();
  readonly #watch: NodeJS.Timeout;
  #draining = false;
  #whenEmpty: () => void = () => {};

  constructor(context: SessionContext, certificates: readonly Certificate[], lag: LoopLag, memory: MemoryWatch) {
    const { settings } = context;
    const names = { current: new ServerNames(certificates, settings.hostname) };
    super({
      maxCommandLength: settings.limits.commandLineBytes,
      highWaterMark: SOCKET_BUFFER_BYTES,
      logger: false,
      ...pemOf(names.current.fallback),
      SNICallback: showByName(() => names.current),
      minVersion: 'TLSv1.2',
      onSecure: (_socket, _session, done) => done(),
    });
    this.#context = context;
    this.#names = names;
    this.#lag = lag;
    this.#memory = memory;
    memory.sample(0);
    this.#sourceLog = new SourceLog(context.log);
    this.#isProxy = proxyNetworks(settings.proxyProtocolFrom);
    // One for each connection whose header is awaited.
    setMaxListeners(0, this.#drained.signal);
    // Without a listener an error of the listening socket ends the process.
    this.on('error', (error) => context.log.error('listener failed', { error }));
    this.#watch = setInterval(() => this.#check(performance.now()), WATCH_INTERVAL_MS);
    this.#watch.unref();
  }

  get draining(): boolean {
    return this.#draining;
  }

  override connect(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    if (this.#isProxy(address)) void this.#connectProxied(socket, address);
    else this.#admit(socket, address, null);
  }

  /** The client is who the proxy says; limits, block lists and SPF are about it. */
  async #connectProxied(socket: Socket, proxy: string): Promise<void> {
    if (this.#unnamed >= this.#context.settings.limits.maxConnections * UNNAMED) {
      this.#refuse(socket, proxy, REPLIES.tooManyConnections);
      return;
    }
    this.#unnamed++;
    // Between the header and the session an error would end the process.
    socket.on('error', () => {});
    const header = await awaitProxyHeader(socket, this.#drained.signal);
    this.#unnamed--;
    if (header === 'closed') socket.destroy();
    else if (this.#draining) this.#refuse(socket, proxy, REPLIES.shuttingDown);
    else if (typeof header === 'string') this.#refuse(socket, proxy, REPLIES.badProxyHeader);
    else this.#admit(socket, header.client?.address ?? proxy, header.client);
  }

  #admit(socket: Socket, address: string, client: ProxiedClient | null): void {
    const refusal = this.#refusal(address, performance.now());
    if (refusal !== null) {
      this.#refuse(socket, address, refusal);
      return;
    }
    const session = new EdgeSession(this, socket, client, this.#context, this.#forget);
    this.#context.metrics.count('connections');
    this.connections.add(session);
    this.sessions.add(session);
    // A handshake that fails is reported twice.
    session.on('error', () => {});
    session.once('error', (error) => {
      const message = session.handshaking ? 'TLS handshake failed' : 'connection failed';
      this.#sourceLog.note(message, address, { reason: errorText(error) }, performance.now());
    });
    session.init();
  }

  use(certificates: readonly Certificate[]): void {
    const names = new ServerNames(certificates, this.#context.settings.hostname);
    this.updateSecureContext(pemOf(names.fallback));
    this.#names.current = names;
  }

  /** Every session ends with 421 after the mail it is in, if any. Resolves when all are gone. */
  async drain(): Promise<void> {
    this.#draining = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.#drained.abort();
    for (const session of this.sessions) session.drain();
    await closed;
    // Node says that of a server before the last of its sockets tell.
    if (this.sessions.size > 0) {
      await new Promise<void>((resolve) => {
        this.#whenEmpty = resolve;
      });
    }
    clearInterval(this.#watch);
    this.#sourceLog.flush(performance.now());
  }

  destroySessions(): void {
    for (const session of this.sessions) session.destroy();
  }

  /**
   * Null when the client is let in: then it counts as open until `sources.left`. One source is refused before all are,
   * so that a flood from one place does not shut everybody out.
   */
  #refusal(address: string, now: number): Reply | null {
    const { settings, sources } = this.#context;
    const { limits } = settings;
    if (!sources.connected(address, now)) return REPLIES.tooManyFromSource;
    const refusal = this.#lag.ms > limits.loopLagMs ? REPLIES.overloaded : this.#full(address, now);
    if (refusal !== null) sources.left(address);
    return refusal;
  }

  /** Null when there is room for one more, or a session of a source that has more has made it. */
  #full(address: string, now: number): Reply | null {
    const { settings } = this.#context;
    const open = this.sessions.size;
    const noMemory = this.#memory.isFull(open);
    if (open < settings.limits.maxConnections && !noMemory) return null;
    const session = this.#sessionToEnd(address, now);
    if (session === null) return noMemory ? REPLIES.overloaded : REPLIES.tooManyConnections;
    session.end(REPLIES.madeRoom);
    session.destroy();
    this.#forget(session);
    return null;
  }

  #sessionToEnd(address: string, now: number): EdgeSession | null {
    const { sources } = this.#context;
    const source = sourceOf(address);
    const open = sources.open(source);
    if (now - this.#noRoom.at < NO_ROOM_MS && open >= this.#noRoom.open) return null;
    const session = sessionToEnd(this.sessions, source, (of) => sources.open(of), now);
    if (session === null) this.#noRoom = { at: now, open };
    return session;
  }

  /** One write and no session: a flood costs as little as it can. */
  #refuse(socket: Socket, remoteAddress: string, reply: Reply): void {
    const { metrics } = this.#context;
    metrics.count('connections_refused');
    metrics.replied(replyCode(reply));
    const refusal = { reply: replyCode(reply), reason: reply.text };
    this.#sourceLog.note('connection refused', remoteAddress, refusal, performance.now());
    socket.on('error', () => socket.destroy());
    socket.resume();
    socket.end(`${replyCode(reply)} ${reply.text}\r\n`);
    setTimeout(() => socket.destroy(), REFUSAL_LINGER_MS).unref();
  }

  readonly #forget = (session: EdgeSession): void => {
    if (this.sessions.delete(session)) this.#context.sources.left(session.remoteAddress);
    if (this.sessions.size === 0) this.#whenEmpty();
  };

  #check(now: number): void {
    const { limits } = this.#context.settings;
    this.#lag.sample();
    this.#context.sources.sweep(now);
    this.#sourceLog.sweep(now);
    this.#context.mails.turns.sweep();
    const open = this.sessions.size;
    this.#memory.sample(open);
    const underPressure = open > limits.maxConnections * PRESSURE || this.#memory.isHigh(open);
    for (const session of this.sessions) session.checkTime(now, underPressure);
  }
}
