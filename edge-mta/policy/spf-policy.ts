import { CachingResolver, type Resolve } from '../../core/auth/dns-resolver.ts';
import { checkSpf, mailauthResolver } from '../../core/auth/spf.ts';
import type { SmtpClient } from '../../core/auth/verdict.ts';
import type { Log } from '../../core/log/log.ts';
import { errorText } from '../../core/mail/errors.ts';
import { REPLIES, type Reply } from '../replies.ts';
import { Turns } from './turns.ts';

/** Null when the sender may go on. */
export type SenderCheck = (client: SmtpClient) => Promise<Reply | null>;

/** Milliseconds that a client waits for the reply to MAIL. */
const DEADLINE_MS = 5_000;
/** Checks at once; more wait for one to end, inside their deadline. */
const MAX_IN_FLIGHT = 64;
/** Milliseconds until a query is sent again, once. */
const QUERY_MS = 1_000;

/**
 * Bytes of TXT that one check may read, includes counted. The sender controls these records, and parsing them blocks every
 * session: 9 includes of 64 KB for half a second, this much for 30 ms.
 * RFC 7208 §3.4 recommends 450 bytes a record, of which there are 11 at most (§4.6.4).
 */
const MAX_TXT_BYTES = 8 * 1024;

/**
 * Refuses a sender whose domain says by SPF that this client may not send for it (`fail`, mostly by `-all`). Every other
 * result, failures of DNS and a check past its deadline included, lets the mail in.
 *
 * @param servers addresses of DNS servers, such as `127.0.0.1:53`; the system's when empty
 */
export function spfPolicy(log: Log, servers: readonly string[] = []): SenderCheck {
  const resolver = new CachingResolver({ servers, queryMs: QUERY_MS });
  const turns = new Turns(MAX_IN_FLIGHT);
  return async (client) => {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    try {
      const resolve = mailauthResolver(bounded(resolver.until(deadline)));
      const { result } = await turns.take(deadline, () => checkSpf(client, resolve));
      return result === 'fail' ? REPLIES.spfFailed : null;
    } catch (error) {
      log.error('SPF check failed', { reason: errorText(error) });
      return null;
    }
  };
}

/** A check that reads too much ends as one whose DNS does not answer. */
function bounded(resolve: Resolve): Resolve {
  let bytes = 0;
  return async (name, type) => {
    const answer = await resolve(name, type);
    if (type === 'TXT') bytes += JSON.stringify(answer).length;
    if (bytes <= MAX_TXT_BYTES) return answer;
    throw Object.assign(new Error(`more than ${MAX_TXT_BYTES} bytes of TXT`), { code: 'ETIMEOUT' });
  };
}
