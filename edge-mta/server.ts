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
 * Read-ahead of a socket while its session is busy, and buffered replies before the client must read them, in bytes. A
 * client can send each byte as a TLS record, which takes some 500 bytes of memory until it is read.
 */
const SOCKET_BUFFER_BYTES = 512;
// smtp-server passes no other options to the sockets of STARTTLS.
TLS_SOCKET_OPTIONS.push('highWaterMark', 'SNICallback');

/** Time limits have a resolution of one second. */
const WATCH_INTERVAL_MS = 1_000;
/** Share of maxConnections above which idle clients get less time. */
const PRESSURE = 0.8;
/** Additional share of maxConnections for proxy connections whose header is still pending. */
const UNNAMED = 0.2;
/** Milliseconds until sessions are searched again after none could make room, which bounds the cost of a flood. */
const NO_ROOM_MS = 20;
/** Milliseconds a refused client has to read the reason. */
const REFUSAL_LINGER_MS = 2_000;

/** smtp-server with our own sessions and admission control. */
export class EdgeServer extends SMTPServer {
  /** Sessions until their sockets are closed, which is longer than `connections` keeps them. */
  readonly sessions = new Set<EdgeSession>();
  readonly #context: SessionContext;
  readonly #lag: LoopLag;
  readonly #memory: MemoryWatch;
  readonly #names: { current: ServerNames };
  readonly #sourceLog: SourceLog;
  readonly #isProxy: ProxyNetworks;
  /** Proxy connections whose header is still pending. */
  #unnamed = 0;
  /** When no session could make room, and the number of sessions of that source. */
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
    // One listener per connection with a pending header.
    setMaxListeners(0, this.#drained.signal);
    // Without a listener, an error of the listening socket would end the process.
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

  /** Takes the client from the proxy's header; limits, block lists and SPF apply to that client. */
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
    // A failed handshake is reported twice.
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

  /** Ends every session with 421, after its current mail if any. Resolves when all have ended. */
  async drain(): Promise<void> {
    this.#draining = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.#drained.abort();
    for (const session of this.sessions) session.drain();
    await closed;
    // Node reports the server as closed before its last sockets do.
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
   * Null when the client is admitted; it then counts as open until `sources.left`. Limits per source come first, so
   * that a flood from one source does not lock everyone else out.
   */
  #refusal(address: string, now: number): Reply | null {
    const { settings, sources } = this.#context;
    const { limits } = settings;
    if (!sources.connected(address, now)) return REPLIES.tooManyFromSource;
    const refusal = this.#lag.ms > limits.loopLagMs ? REPLIES.overloaded : this.#full(address, now);
    if (refusal !== null) sources.left(address);
    return refusal;
  }

  /** Null when there is room for another session, or a session of a larger source has made room. */
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

  /** Refuses with one write and no session, to keep the cost of a flood minimal. */
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
