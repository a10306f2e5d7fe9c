import * as z from 'zod/mini';
import type { Log } from '../log/log.ts';
import { errorText, PermanentError } from '../mail/errors.ts';
import { attemptsKey } from '../mail/keys.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { readJson } from './json.ts';

const attemptsSchema = z.object({
  /** Attempts that began, or ended with an error. */
  count: z.int(),
  /** Of the latest attempt; null when it has not ended, or ended without a word. */
  lastError: z.nullable(z.string()),
});

/** An attempt at an event, counted here: SQS also counts the deliveries that were throttled and ran no function. */
export interface Attempt {
  /** 1 for the first. */
  number: number;
  /** No attempt comes after it. */
  last: boolean;
  /** As many attempts as there may be ended without a word: the event ends the function. It is not tried again. */
  hopeless: boolean;
  /** False when the store did not let it be counted: it uses no attempt up. */
  counted: boolean;
}

type Store = Pick<ObjectStore, 'get' | 'put'>;

/**
 * Counts an attempt as it begins. The first receive costs nothing: what ended without a word then is not counted, so
 * one that always does is given up at the receive behind `maxAttempts`. An attempt that cannot be counted, because the
 * store of the counts is away, is never the last one: how often SQS delivered the message says nothing of the attempts.
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

/** What a message is given up for that is hopeless. */
export const endedWithoutAWord = ({ number }: Attempt): PermanentError =>
  new PermanentError('retries.exhausted', `${number} attempts ended without a word`);

/** An attempt that failed and said so. Where that cannot be written, the next attempt has the same number. */
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
