import { setTimeout as delay } from 'node:timers/promises';
import { AccessError, failureKind } from '../core/mail/errors.ts';
import type { ParsedMail } from '../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Queue, ReceivedMessage } from '../core/ports/queue.ts';
import { openMessage } from './open-message.ts';
import { StoredMail } from './stored-mail.ts';

/** Remembers handled mails, to make consuming idempotent. Keys are `dedupKey/revision`. */
export interface Deduplication {
  /** True if the mail was handled before; its message is then deleted without calling the handler. */
  seen(key: string): Promise<boolean> | boolean;
  /** Called after the handler has resolved and before the message is deleted. */
  remember(key: string): Promise<void> | void;
}

export interface ConsumeOptions {
  /**
   * Handles one mail. If it resolves, the message is deleted. If it rejects, SQS redelivers the message after its
   * visibility timeout, and moves it to the dead-letter queue after the queue's maximum number of receives.
   */
  handle(mail: ParsedMail, stored: StoredMail): Promise<void>;
  /** Mails handled concurrently. Default 10. */
  parallelism?: number;
  /** Visibility timeout in seconds, extended at half time while the mail is being handled. Default 60. */
  visibilitySeconds?: number;
  /** Without it, duplicates are handled too: SQS delivers at least once. */
  deduplication?: Deduplication;
  /** Stops receiving; mails in progress are finished. */
  signal?: AbortSignal;
  /** Called for every mail that could not be handled and every queue error; all of them are retried. */
  onError?(error: unknown, context: { messageId: string | null }): void;
}

export interface MailSource {
  queue: Queue;
  objects: Pick<ObjectStore, 'get'>;
}

const DEFAULT_PARALLELISM = 10;
const DEFAULT_VISIBILITY_SECONDS = 60;
/** AWS quota for one receive. */
const BATCH = 10;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Consumes parsed mails from a queue until `signal` aborts; resolves when the last one is finished.
 *
 * @throws AccessError when the queue cannot be used at all: it does not exist, or access is denied
 * @throws RangeError when `parallelism` is less than 1
 * @throws whatever `onError` throws
 */
export async function consume(source: MailSource, options: ConsumeOptions): Promise<void> {
  const { parallelism = DEFAULT_PARALLELISM, signal } = options;
  if (!(parallelism >= 1)) throw new RangeError(`parallelism is ${parallelism}: give 1 or more`);
  const inProgress = new Set<Promise<void>>();
  const thrown: unknown[] = [];
  let pauseMs = FIRST_PAUSE_MS;
  try {
    while (!signal?.aborted && thrown.length === 0) {
      if (inProgress.size >= parallelism) {
        await Promise.race(inProgress);
        continue;
      }
      try {
        for (const message of await receive(source.queue, parallelism - inProgress.size, options)) {
          const work = handleMessage(message, source, options)
            .catch((error: unknown) => thrown.push(error))
            .then(() => void inProgress.delete(work));
          inProgress.add(work);
        }
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        if (error instanceof AccessError || failureKind(error) === 'permanent') throw error;
        options.onError?.(error, { messageId: null });
        await pause(pauseMs, signal);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
  } finally {
    await Promise.all(inProgress);
  }
  if (thrown.length > 0) throw thrown[0];
}

function receive(queue: Queue, room: number, options: ConsumeOptions): Promise<ReceivedMessage[]> {
  const { visibilitySeconds = DEFAULT_VISIBILITY_SECONDS, signal } = options;
  return queue.receive({ max: Math.min(BATCH, room), visibilitySeconds, ...(signal ? { signal } : {}) });
}

/** Rejects only with what `onError` throws: a failed mail stays on the queue without affecting the others. */
async function handleMessage(message: ReceivedMessage, source: MailSource, options: ConsumeOptions): Promise<void> {
  const { messageId, receiptHandle, body } = message;
  const failed = (error: unknown) => options.onError?.(error, { messageId });
  const { visibilitySeconds = DEFAULT_VISIBILITY_SECONDS, deduplication } = options;
  const stillAtWork = setInterval(() => {
    source.queue.changeVisibility(receiptHandle, visibilitySeconds).catch(failed);
  }, visibilitySeconds * 500);
  try {
    const mail = await openMessage(body, source.objects);
    const key = `${mail.dedupKey}/${mail.revision}`;
    if (!(await deduplication?.seen(key))) {
      await options.handle(mail, new StoredMail(mail, source.objects));
      await deduplication?.remember(key);
    }
    await source.queue.delete(receiptHandle);
  } catch (error) {
    failed(error);
  } finally {
    clearInterval(stillAtWork);
  }
}

/** Resolves early when the signal aborts. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(milliseconds, undefined, signal ? { signal } : {}).catch(() => {});
}
