import type { Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { EdgeSession, type SessionContext } from './session.ts';

/** Verbs of smtp-server that a server which only receives must not have; they get 500. */
const REMOVED_VERBS = ['AUTH', 'WIZ', 'SHELL', 'KILL', 'XCLIENT', 'XFORWARD'];

/** smtp-server with our sessions. */
export class EdgeServer extends SMTPServer {
  /** Until their sockets are closed, so longer than `connections`. */
  readonly sessions = new Set<EdgeSession>();
  readonly #context: SessionContext;
  #draining = false;

  constructor(context: SessionContext) {
    const { settings } = context;
    super({
      name: settings.hostname,
      heloResponse: '%s greets %s',
      size: settings.maxMessageBytes,
      maxCommandLength: settings.limits.commandLineBytes,
      disabledCommands: REMOVED_VERBS,
      // A PTR lookup can take 1.6 s, and what it yields is decided by the client.
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: false,
      authOptional: true,
      logger: false,
    });
    this.#context = context;
    // Without a listener a client that resets its connection ends the process.
    this.on('error', (error) => context.log.debug('connection failed', { error }));
  }

  get draining(): boolean {
    return this.#draining;
  }

  override connect(socket: Socket): void {
    const session = new EdgeSession(this, socket, this.#context);
    this.connections.add(session);
    this.sessions.add(session);
    session.on('error', (error: Error) => this._onError(error));
    session.init();
  }

  /** Every session ends with 421 after the mail it is in, if any. Resolves when all are gone. */
  async drain(): Promise<void> {
    this.#draining = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const session of this.sessions) session.drain();
    await closed;
  }

  destroySessions(): void {
    for (const session of this.sessions) session.destroy();
  }
}
