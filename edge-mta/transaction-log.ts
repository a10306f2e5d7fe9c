import type { Log } from '../core/log/log.ts';
import { type Reply, replyCode } from './replies.ts';
import type { Transaction } from './transaction.ts';

/** The peer of the session. */
export interface Peer {
  session: string;
  remoteAddress: string;
  remotePort: number;
  helo: string;
  tls: string | null;
}

export type Outcome =
  /** 250 after DATA: the pipeline is responsible for the mail. */
  | 'accepted'
  /** 5xx after DATA. */
  | 'rejected'
  /** 4xx after DATA: the client will retry. */
  | 'deferred'
  /** The connection ended inside DATA: nothing is stored. */
  | 'aborted'
  /** Ended before DATA by RSET, QUIT, EHLO or a lost connection. */
  | 'abandoned'
  /** MAIL itself was rejected. */
  | 'refused';

export interface MailFacts {
  id: string;
  bytes: number;
  /** Bare LFs converted to CRLF. */
  normalized: number;
  /** Recommendation of the data hook, or how the request failed; null without a hook. */
  action: string | null;
  /** Milliseconds from the end of DATA to its reply. */
  storeMs: number | null;
}

/** Writes one line per transaction. Addresses are untrusted but safe inside JSON; bodies are never logged. */
export function logTransaction(
  log: Log,
  peer: Peer,
  transaction: Transaction | null,
  end: { outcome: Outcome; reply: Reply | null; mail: MailFacts | null },
): void {
  log.info('transaction', {
    outcome: end.outcome,
    ...peer,
    id: end.mail?.id ?? null,
    mailFrom: transaction?.from.address ?? null,
    rcptTo: transaction?.recipients.map(({ address }) => address) ?? [],
    refused: transaction?.refused ?? [],
    bytes: end.mail?.bytes ?? null,
    ms: transaction === null ? null : Math.round(performance.now() - transaction.startedAt),
    storeMs: end.mail?.storeMs ?? null,
    ...(end.mail?.normalized ? { normalizedNewlines: end.mail.normalized } : {}),
    ...(end.mail?.action ? { verdict: end.mail.action } : {}),
    reply: end.reply === null ? null : replyCode(end.reply),
  });
}
