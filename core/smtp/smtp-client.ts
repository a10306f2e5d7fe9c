import { finished, type Readable } from 'node:stream';
import type { NodemailerError } from 'nodemailer/lib/errors';
import SMTPConnection, { type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import { PermanentError, type PipelineError, TransientError } from '../mail/errors.ts';
import type { SmtpEnvelope } from './envelope-from-headers.ts';

export interface SmtpServer {
  host: string;
  port: number;
  /** Maximum silence of the server, milliseconds: while connecting and before each reply. Default 60,000. */
  timeoutMs?: number;
}

export interface Accepted {
  /** The final reply: `250 2.0.0 queued as 01J…`. */
  reply: string;
  /** The server's own id from the reply; null when there is none. */
  queueId: string | null;
  /** Recipients that the server accepted. */
  accepted: string[];
  /** Recipients that it refused while it accepted others, each with its reply. */
  rejected: { address: string; reply: string }[];
}

/** A mail as a stream. */
export interface SizedStream {
  body: Readable;
  /** Bytes, announced with SIZE (RFC 1870). */
  size: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const CLIENT_NAME = 'localhost';

/**
 * One SMTP connection that delivers mails as an MTA would: STARTTLS when offered, with any certificate (RFC 7435), no
 * authentication. The bytes are sent unchanged, dot-stuffed, except for what SMTP cannot carry: a bare CR or LF becomes
 * CRLF, and a mail that does not end with a line end gets one (RFC 5321 §2.3.8, §4.1.1.4).
 *
 * Rejects with TransientError on a 4xx reply, a lost connection or silence, with PermanentError on a 5xx reply or an
 * envelope that no server would accept. After a rejection the connection is closed.
 */
export class SmtpClient {
  readonly #connection: SMTPConnection;

  private constructor(connection: SMTPConnection) {
    this.#connection = connection;
  }

  static connect({ host, port, timeoutMs = DEFAULT_TIMEOUT_MS }: SmtpServer): Promise<SmtpClient> {
    const connection = new SMTPConnection({
      host,
      port,
      name: CLIENT_NAME,
      opportunisticTLS: true,
      tls: { rejectUnauthorized: false },
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    });
    return new Promise((resolve, reject) => {
      // Stays for the life of the connection: an 'error' without a listener would end the process. `send` also reports
      // errors
      // that occur during a mail to its sender.
      connection.on('error', (error: NodemailerError) => reject(smtpError(error, `${host}:${port}`)));
      connection.connect((error) => {
        if (error) reject(smtpError(error, `${host}:${port}`));
        else resolve(new SmtpClient(connection));
      });
    });
  }

  /** One mail, one transaction. If the stream fails, the connection is closed: half a mail is never delivered. */
  send(envelope: SmtpEnvelope, message: Buffer | SizedStream): Promise<Accepted> {
    const { host, port } = this.#connection;
    const isWhole = Buffer.isBuffer(message);
    return new Promise((resolve, reject) => {
      const request = {
        from: envelope.mailFrom,
        to: envelope.rcptTo,
        size: isWhole ? message.length : message.size,
        use8BitMime: !isWhole || message.some((byte) => byte > 0x7f),
      };
      if (!isWhole) {
        finished(message.body, { writable: false }, (error) => {
          if (!error) return;
          this.#connection.close();
          reject(new TransientError('smtp.source', 'the mail broke off and was not delivered', { cause: error }));
        });
      }
      this.#connection.send(request, isWhole ? message : message.body, (error, info) => {
        if (!error && info) return resolve(acceptance(info));
        this.#connection.close();
        reject(smtpError(error, `${host}:${port}`));
      });
    });
  }

  /** Sends QUIT and disconnects. */
  quit(): void {
    this.#connection.quit();
  }
}

function acceptance(info: SMTPConnectionSendInfo): Accepted {
  return {
    reply: info.response,
    queueId: /\bqueued as (\S+)/i.exec(info.response)?.[1] ?? null,
    accepted: info.accepted,
    rejected: (info.rejectedErrors ?? []).map((error) => ({
      address: error.recipient ?? '',
      reply: error.response ?? error.message,
    })),
  };
}

function smtpError(error: NodemailerError | null, server: string): PipelineError {
  if (error?.response) {
    const Kind = error.response.startsWith('5') ? PermanentError : TransientError;
    return new Kind(`smtp.${error.response.slice(0, 3)}`, error.response);
  }
  if (error?.code === 'EENVELOPE') return new PermanentError('smtp.envelope', error.message);
  if (error?.code === 'ETIMEDOUT') return new TransientError('smtp.timeout', `${server} did not answer`);
  return new TransientError('smtp.unreachable', `no SMTP server answers at ${server}`, { cause: error });
}
