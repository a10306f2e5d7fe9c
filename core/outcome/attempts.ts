import * as z from 'zod/mini';
import type { Log } from '../log/log.ts';
import { errorText, PermanentError } from '../mail/errors.ts';
import { attemptsKey } from '../mail/keys.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { readJson } from './json.ts';

const attemptsSchema = z.object({
  /** Attempts that began, or ended with an error. */
  count: z.int(),
  /** Of the latest attempt; null when it has not ended, or ended without an error message. */
  lastError: z.nullable(z.string()),
});

/** An attempt at an event, counted here: SQS also counts deliveries that were throttled and ran no function. */
export interface Attempt {
  /** 1 for the first. */
  number: number;
  /** No further attempt will follow. */
  last: boolean;
  /**
   * The maximum number of attempts ended without an error message: the event kills the function. It is not tried again.
   */
  hopeless: boolean;
  /** False when the store could not count it: it uses up no attempt. */
  counted: boolean;
}

type Store = Pick<ObjectStore, 'get' | 'put'>;

/**
 * Counts an attempt as it begins. The first receive costs no request: an attempt that ends silently then is not
 * counted, so an event that always does fails at the receive after `maxAttempts`. An attempt that cannot be counted,
 * because the store of the counts is unavailable, is never the last one: the receive count of SQS says nothing about
 * attempts.
 *
 * @param messageId of the message in its queue, the same each time it is received
 */
export async function beginAttempt(
  store: Store,
  contentBucket: string,
  { messageId, receiveCount }: { messageId: string; receiveCount: number },
  maxAttempts: number,
): Promise<Attempt> {
  if (receiveCount <= 1) return { number: 1, last: maxAttempts === 1, hopeless: false, counted: true };
  try {
    const before = await readAttempts(store, contentBucket, messageId);
    if (before !== null && before.lastError === null && before.count >= maxAttempts - 1) {
      return { number: before.count, last: true, hopeless: true, counted: true };
    }
    const number = (before?.count ?? 0) + 1;
    await write(store, contentBucket, messageId, { count: number, lastError: null });
    return { number, last: number >= maxAttempts, hopeless: false, counted: true };
  } catch {
    return { number: Math.min(receiveCount, maxAttempts), last: false, hopeless: false, counted: false };
  }
}

/** The error for a message without hope. */
export const endedSilently = ({ number }: Attempt): PermanentError =>
  new PermanentError('retries.exhausted', `${number} attempts ended without an error message`);

/** Records an attempt that failed with an error. If that cannot be written, the next attempt has the same number. */
export async function keepFailedAttempt(
  { store, contentBucket, log }: { store: Store; contentBucket: string; log: Log },
  messageId: string,
  { number, counted }: Attempt,
  error: unknown,
): Promise<void> {
  if (!counted) return;
  const attempts = { count: number, lastError: errorText(error) };
  await write(store, contentBucket, messageId, attempts).catch((unkept: unknown) => {
    log.warn('an attempt could not be counted', { error: errorText(unkept) });
  });
}

/** Null when no attempt at the message was counted. */
export async function readAttempts(
  store: Pick<ObjectStore, 'get'>,
  contentBucket: string,
  messageId: string,
): Promise<z.infer<typeof attemptsSchema> | null> {
  const stored = await store.get({ bucket: contentBucket, key: attemptsKey(messageId) });
  const attempts = attemptsSchema.safeParse(stored && (await readJson(stored.body)));
  return attempts.success ? attempts.data : null;
}

async function write(
  store: Store,
  contentBucket: string,
  messageId: string,
  attempts: z.infer<typeof attemptsSchema>,
): Promise<void> {
  const place = { bucket: contentBucket, key: attemptsKey(messageId) };
  await store.put(place, Buffer.from(JSON.stringify(attempts)), { contentType: 'application/json' });
}
