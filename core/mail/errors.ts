/** Whether a retry can help: decides between a retry and a recorded failure. */
export type FailureKind = 'transient' | 'permanent';

/** Base of every error that this project raises on purpose. `code` is stable and machine-readable (`raw.missing`). */
export abstract class PipelineError extends Error {
  abstract readonly kind: FailureKind;
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A retry can help: the store is down, a service throttles, a deadline passed. */
export class TransientError extends PipelineError {
  readonly kind = 'transient';
}

/**
 * A permission, a key, a queue or a bucket is missing. An operator can fix that, and the mail is not to blame, so it is
 * retried up to the last attempt. A program that cannot start without it may exit.
 */
export class AccessError extends TransientError {}

/** A retry cannot help, because the mail itself is the cause: recorded with its reason, never retried. */
export class PermanentError extends PipelineError {
  readonly kind = 'permanent';
}

/** An unclassified error counts as transient: a retry is cheap, a lost mail is not. */
export function failureKind(error: unknown): FailureKind {
  return error instanceof PipelineError ? error.kind : 'transient';
}

/** One line for a log or a `reason` field, from any thrown value. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message || error.name;
  return error.cause === undefined ? own : `${own}: ${errorText(error.cause)}`;
}
