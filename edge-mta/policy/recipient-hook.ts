import type { Log } from '../../core/log/log.ts';
import { errorText } from '../../core/mail/errors.ts';
import type { RecipientHook } from '../../core/settings/edge.ts';
import { REPLIES, type Reply } from '../replies.ts';

/** Null when the recipient exists. */
export type RecipientLookup = (recipient: string, sender: string) => Promise<Reply | null>;

/** Asks the HTTP service of the configuration. Whatever is neither 200 nor 404, silence included, is 451. */
export function recipientLookup({ url, deadlineMs }: RecipientHook, log: Log): RecipientLookup {
  return async (recipient, sender) => {
    const question = new URL(url);
    question.searchParams.set('recipient', recipient);
    question.searchParams.set('sender', sender);
    try {
      const response = await fetch(question, { redirect: 'error', signal: AbortSignal.timeout(deadlineMs) });
      await response.body?.cancel();
      if (response.status === 200) return null;
      if (response.status === 404) return REPLIES.unknownRecipient;
      log.error('recipient hook failed', { reason: `it answered ${response.status}` });
    } catch (error) {
      log.error('recipient hook failed', { reason: errorText(error) });
    }
    return REPLIES.directoryDown;
  };
}
