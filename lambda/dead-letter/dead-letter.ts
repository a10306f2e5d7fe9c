import type { SqsRecord } from '../../core/aws/sqs-event.ts';
import { SQS_MAX_RECEIVES } from '../../core/mail/limits.ts';
import { readAttempts } from '../../core/outcome/attempts.ts';
import { type DeadLetterCause, decodeDeadLetter } from '../../core/outcome/dead-letter.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

/** A dead letter and its history. */
export interface DeadLetter {
  /** Its `receiveCount` is the number of attempts at the message: 0 when no function ever received it. */
  cause: DeadLetterCause;
  /** Receives as a dead letter. SQS continues the count when it moves a message itself. */
  receives: number;
}

/** Reads the cause from a dead letter or, if SQS moved it, from what its function counted. */
export async function openDeadLetter(
  { store, contentBucket }: { store: Pick<ObjectStore, 'get'>; contentBucket: string },
  { messageId, attributes, receiveCount }: Pick<SqsRecord, 'messageId' | 'attributes' | 'receiveCount'>,
): Promise<DeadLetter> {
  const cause = decodeDeadLetter(attributes);
  if (cause !== null) return { cause, receives: receiveCount };
  const { count, lastError } = (await readAttempts(store, contentBucket, messageId)) ?? { count: 0, lastError: null };
  return {
    cause: { reason: 'retries.exhausted', lastError, receiveCount: count },
    receives: receiveCount > SQS_MAX_RECEIVES ? receiveCount - SQS_MAX_RECEIVES : receiveCount,
  };
}
