import { CachingResolver, type Resolve } from '../../core/auth/dns-resolver.ts';
import { checkSpf, mailauthResolver } from '../../core/auth/spf.ts';
import type { SmtpClient } from '../../core/auth/verdict.ts';
import type { Log } from '../../core/log/log.ts';
import { errorText } from '../../core/mail/errors.ts';
import { REPLIES, type Reply } from '../replies.ts';
import { Semaphore } from './semaphore.ts';

/** Null when the sender may proceed. */
export type SenderCheck = (client: SmtpClient) => Promise<Reply | null>;

/** Maximum milliseconds a client waits for the reply to MAIL. */
const DEADLINE_MS = 5_000;
/** Maximum concurrent checks; others wait for a free slot within their deadline. */
const MAX_IN_FLIGHT = 64;
/** Milliseconds until a query is retried, once. */
const QUERY_MS = 1_000;

/**
 * Maximum bytes of TXT records per check, includes counted. The sender controls these records, and parsing them blocks
 * every session: 9 includes of 64 KB for half a second, this limit for 30 ms. RFC 7208 §3.4 recommends 450 bytes per
 * record, and there are at most 11 records (§4.6.4).
 */
const MAX_TXT_BYTES = 8 * 1024;

/**
 * Rejects a sender if SPF of its domain does not permit this client (`fail`, mostly from `-all`). Every other result,
 * including DNS failures and a check past its deadline, admits the mail.
 *
 * @param servers addresses of DNS servers, such as `127.0.0.1:53`; the system's when empty
 */
export function spfPolicy(log: Log, servers: readonly string[] = []): SenderCheck {
  const resolver = new CachingResolver({ servers, queryMs: QUERY_MS });
  const slots = new Semaphore(MAX_IN_FLIGHT);
  return async (client) => {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    try {
      const resolve = mailauthResolver(bounded(resolver.until(deadline)));
      const { result } = await slots.run(deadline, () => checkSpf(client, resolve));
      return result === 'fail' ? REPLIES.spfFailed : null;
    } catch (error) {
      log.error('SPF check failed', { reason: errorText(error) });
      return null;
    }
  };
}

/** A check that reads too much fails as if DNS had timed out. */
function bounded(resolve: Resolve): Resolve {
  let bytes = 0;
  return async (name, type) => {
    const answer = await resolve(name, type);
    if (type === 'TXT') bytes += JSON.stringify(answer).length;
    if (bytes <= MAX_TXT_BYTES) return answer;
    throw Object.assign(new Error(`more than ${MAX_TXT_BYTES} bytes of TXT`), { code: 'ETIMEOUT' });
  };
}
