import { errorText, PipelineError } from '../mail/errors.ts';
import type { MessageAttributes } from '../ports/queue.ts';

/** Why a dead letter is one. */
export interface DeadLetterCause {
  /** Stable code: `raw.missing`, `envelope.invalid`, `event.invalid` … */
  reason: string;
  /** For people. Null when the function ended without an error message: a timeout, or out of memory. */
  lastError: string | null;
  /** Number of attempts at the event. */
  receiveCount: number;
}

/** The cause of a message that fails permanently because of `error`. */
export const causeOf = (error: unknown, receiveCount: number): DeadLetterCause => ({
  reason: error instanceof PipelineError ? error.code : 'unknown',
  lastError: errorText(error),
  receiveCount,
});

const REASON = 'failureReason';
const LAST_ERROR = 'lastError';
const RECEIVE_COUNT = 'failureReceiveCount';

/** Attributes hold a message, not a stack trace. */
const ERROR_LENGTH = 1_000;

/** The original event, with the cause in attributes: SQS's own redrive carries none. */
export function encodeDeadLetter(
  body: string,
  cause: DeadLetterCause,
): { body: string; attributes: MessageAttributes } {
  return {
    body,
    attributes: {
      [REASON]: cause.reason,
      [RECEIVE_COUNT]: String(cause.receiveCount),
      ...(cause.lastError === null ? {} : { [LAST_ERROR]: printable(cause.lastError) }),
    },
  };
}

/** Null when SQS moved the message, not a program of ours. */
export function decodeDeadLetter(attributes: MessageAttributes): DeadLetterCause | null {
  const reason = attributes[REASON];
  if (reason === undefined) return null;
  return { reason, lastError: attributes[LAST_ERROR] ?? null, receiveCount: Number(attributes[RECEIVE_COUNT]) };
}

/** SQS accepts only the characters of XML 1.0, and no empty value. */
const printable = (text: string): string =>
  text.slice(0, ERROR_LENGTH).replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD]/g, '?') || '?';
