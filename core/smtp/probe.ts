import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { checkServerIdentity, type DetailedPeerCertificate, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { TransientError } from '../mail/errors.ts';

/** What a TLS handshake showed. */
export interface Secured {
  /** Such as `TLSv1.3`. */
  version: string;
  cipher: string;
  certificate: DetailedPeerCertificate;
  /** OpenSSL's code for why the certificate is not trusted, such as `CERT_HAS_EXPIRED`; null for a trusted one. */
  distrust: string | null;
  /** Why it does not match the requested name; null when it does. */
  otherName: string | null;
}

/** What an SMTP server shows to a client that delivers nothing. */
export interface Probed {
  /** Its first line. */
  greeting: string;
  /** Null when it does not offer STARTTLS. */
  secured: Secured | null;
}

export interface ProbedServer {
  host: string;
  port: number;
  /** The name that the certificate must be for. */
  name: string;
  /** Milliseconds for the whole dialogue. */
  timeoutMs: number;
}

/** Octets of a reply line (RFC 5321 §4.5.3.1.5), with room for servers that exceed it. */
const MAX_REPLY_BYTES = 16_384;

/**
 * Connects as a mail server would: greeting, EHLO, STARTTLS (RFC 3207), EHLO, QUIT. An untrusted certificate does not
 * end the dialogue. @throws TransientError `smtp.unreachable`, `smtp.timeout`, `smtp.unexpected`, `smtp.tls`
 */
export async function probeSmtp({ host, port, name, timeoutMs }: ProbedServer): Promise<Probed> {
  const signal = AbortSignal.timeout(timeoutMs);
  const socket = connect({ host, port, signal });
  try {
    await once(socket, 'connect').catch((error: unknown) => {
      throw new TransientError('smtp.unreachable', `nothing listens at ${host}:${port}`, { cause: error });
    });
    return await dialogue(socket, name);
  } catch (error) {
    if (signal.aborted) {
      throw new TransientError('smtp.timeout', `${host}:${port} did not answer within ${timeoutMs / 1_000} s`);
    }
    throw error;
  } finally {
    socket.destroy();
  }
}

async function dialogue(socket: Socket, name: string): Promise<Probed> {
  const plain = new Replies(socket);
  const greeting = await plain.expect(220);
  const offers = await plain.ask(socket, `EHLO ${clientName(socket)}`, 250);
  if (!offers.some((line) => /^STARTTLS\b/i.test(line))) {
    socket.write('QUIT\r\n');
    return { greeting: greeting.join(' '), secured: null };
  }
  await plain.ask(socket, 'STARTTLS', 220);
  plain.close();
  const secure = tlsConnect({ socket, rejectUnauthorized: false, ...(isIP(name) === 0 ? { servername: name } : {}) });
  try {
    await once(secure, 'secureConnect').catch((error: unknown) => {
      throw new TransientError('smtp.tls', 'the TLS handshake failed', { cause: error });
    });
    const secured = securedBy(secure, name);
    await new Replies(secure).ask(secure, `EHLO ${clientName(socket)}`, 250);
    secure.write('QUIT\r\n');
    return { greeting: greeting.join(' '), secured };
  } finally {
    secure.destroy();
  }
}

function securedBy(secure: TLSSocket, name: string): Secured {
  const certificate = secure.getPeerCertificate(true);
  return {
    version: secure.getProtocol() ?? 'unknown',
    cipher: secure.getCipher().standardName,
    certificate,
    distrust: secure.authorized ? null : String(secure.authorizationError),
    otherName: checkServerIdentity(name, certificate)?.message ?? null,
  };
}

/** An address literal (RFC 5321 §4.1.3). */
function clientName({ localAddress = '127.0.0.1' }: Socket): string {
  return isIP(localAddress) === 6 ? `[IPv6:${localAddress}]` : `[${localAddress}]`;
}

/** Reads replies of several lines (RFC 5321 §4.2.1). */
class Replies {
  readonly #lines: Interface;
  readonly #reading: AsyncIterator<string>;
  readonly #failed: Promise<never>;

  constructor(socket: Socket) {
    let bytes = 0;
    this.#failed = new Promise((_, reject) => {
      socket.on('error', reject);
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_REPLY_BYTES) reject(unexpected('more than a reply may have'));
      });
    });
    this.#failed.catch(() => {});
    this.#lines = createInterface({ input: socket, terminal: false });
    this.#reading = this.#lines[Symbol.asyncIterator]();
  }

  ask(socket: Socket, command: string, code: number): Promise<string[]> {
    socket.write(`${command}\r\n`);
    return this.expect(code);
  }

  /** The texts of the lines of a reply. */
  async expect(code: number): Promise<string[]> {
    const texts: string[] = [];
    for (;;) {
      const { value: line, done } = await Promise.race([this.#reading.next(), this.#failed]);
      if (done) throw unexpected('nothing: it closed the connection');
      const [, said, more, text = ''] = /^(\d{3})([ -]?)(.*)$/.exec(line) ?? [];
      if (said !== String(code)) throw unexpected(line);
      texts.push(text);
      if (more !== '-') return texts;
    }
  }

  close(): void {
    this.#lines.close();
  }
}

const unexpected = (what: string) => new TransientError('smtp.unexpected', `the server answered ${what}`);
