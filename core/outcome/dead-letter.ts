import { errorText, PipelineError } from '../mail/errors.ts';
import type { MessageAttributes } from '../ports/queue.ts';

/** What a dead letter says of why it is one. */
export interface DeadLetterCause {
  /** Stable code: `raw.missing`, `envelope.invalid`, `event.invalid` … */
  reason: string;
  /** For people. Null when the function ended without a word: a timeout, or no memory left. */
  lastError: string | null;
  /** How often the event was tried. */
  receiveCount: number;
}

/** The cause of a message that is given up because of `error`. */
export const causeOf = (error: unknown, receiveCount: number): DeadLetterCause => ({
  reason: error instanceof PipelineError ? error.code : 'unknown',
  lastError: errorText(error),
  receiveCount,
});

const REASON = 'failureReason';
const LAST_ERROR = 'lastError';
const RECEIVE_COUNT = 'failureReceiveCount';

/** Attributes are for words, not for stack traces. */
const ERROR_LENGTH = 1_000;

/** The event as it came, with the cause in attributes: SQS's own redrive carries none. */
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

/** Null when no program of ours gave it up: SQS moved it. */
export function decodeDeadLetter(attributes: MessageAttributes): DeadLetterCause | null {
  const reason = attributes[REASON];
  if (reason === undefined) return null;
  return { reason, lastError: attributes[LAST_ERROR] ?? null, receiveCount: Number(attributes[RECEIVE_COUNT]) };
}

/** SQS takes the characters of XML 1.0 only, and no empty value. */
const printable = (text: string): string =>
  text.slice(0, ERROR_LENGTH).replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD]/g, '?') || '?';
