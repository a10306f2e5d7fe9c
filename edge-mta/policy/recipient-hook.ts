import type { Log } from '../../core/log/log.ts';
import { errorText } from '../../core/mail/errors.ts';
import type { RecipientHook } from '../../core/settings/edge.ts';
import { ExpiringCache } from '../expiring-cache.ts';
import { REPLIES, type Reply } from '../replies.ts';
import { OutageLog } from './outage-log.ts';
import { Semaphore } from './semaphore.ts';

/** Null when the recipient exists. */
export type RecipientLookup = (recipient: string, sender: string) => Promise<Reply | null>;

/** Maximum concurrent requests; others wait for a free slot within their deadline. */
const MAX_IN_FLIGHT = 64;
/** Cached answers, about 10 MB with the longest addresses. */
const CACHE_LIMIT = 10_000;

/**
 * Queries the configured HTTP service. Anything but 200 or 404, including no answer, becomes a 451 and is not cached;
 * 200 and 404 are cached for `cacheSeconds`.
 */
export function recipientLookup(hook: RecipientHook, log: Log, clock = () => performance.now()): RecipientLookup {
  const known = new ExpiringCache<Reply | null>(CACHE_LIMIT);
  const asking = new Map<string, Promise<Reply | null>>();
  const outages = new OutageLog('recipient hook', log, clock);
  const slots = new Semaphore(MAX_IN_FLIGHT);

  const ask = async (question: URL): Promise<Reply | null> => {
    const signal = AbortSignal.timeout(hook.deadlineMs);
    try {
      const status = await slots.run(signal, () => statusOf(question, signal));
      if (status !== 200 && status !== 404) throw new Error(`it answered ${status}`);
      outages.answered();
      const reply = status === 200 ? null : REPLIES.unknownRecipient;
      const now = clock();
      known.set(question.href, reply, now, now + hook.cacheSeconds * 1000);
      return reply;
    } catch (error) {
      outages.failed(errorText(error));
      return REPLIES.directoryDown;
    }
  };

  return async (recipient, sender) => {
    const question = new URL(hook.url);
    question.searchParams.set('recipient', recipient);
    question.searchParams.set('sender', sender);
    const key = question.href;
    const kept = known.get(key, clock());
    if (kept !== undefined) return kept;
    const asked = asking.get(key) ?? ask(question).finally(() => asking.delete(key));
    asking.set(key, asked);
    return asked;
  };
}

async function statusOf(question: URL, signal: AbortSignal): Promise<number> {
  const response = await fetch(question, { redirect: 'error', signal });
  await response.body?.cancel();
  return response.status;
}
