import type { Log } from '../core/log/log.ts';
import { type Reply, replyCode } from './replies.ts';
import type { Transaction } from './transaction.ts';

/** Who the session is with. */
export interface Peer {
  session: string;
  remoteAddress: string;
  remotePort: number;
  helo: string;
  tls: string | null;
}

export type Outcome =
  /** 250 after DATA: the pipeline has it. */
  | 'accepted'
  /** 5xx after DATA. */
  | 'rejected'
  /** 4xx after DATA: the client tries again. */
  | 'deferred'
  /** The connection ended inside DATA: nothing is stored. */
  | 'aborted'
  /** Ended by RSET, QUIT, EHLO or the loss of the connection before DATA. */
  | 'abandoned'
  /** MAIL itself was refused. */
  | 'refused';

export interface MailFacts {
  id: string;
  bytes: number;
  /** LFs without CR that became CRLF. */
  normalized: number;
  /** What the data hook recommends, or how asking it ended; null when there is none. */
  action: string | null;
  /** Milliseconds from the end of DATA to its reply. */
  storeMs: number | null;
}

/** One line for each transaction. Addresses are data from strangers, and safe inside JSON; a body is never logged. */
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
