/** Whether trying the same thing again can help. Decides between a retry and a recorded failure. */
export type FailureKind = 'transient' | 'permanent';

/** Base of every error this project raises on purpose. `code` is stable and machine-readable (`raw.missing`). */
export abstract class PipelineError extends Error {
  abstract readonly kind: FailureKind;
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Trying again can help: the store is down, a service throttles, a deadline passed. */
export class TransientError extends PipelineError {
  readonly kind = 'transient';
}

/**
 * A right, a key, a queue or a bucket is missing. That is no property of a mail, and an operator mends it, so a mail is
 * tried again to the last attempt. A program that cannot start its work without it may end here.
 */
export class AccessError extends TransientError {}

/** Trying again cannot help, because of what the mail is: recorded with its reason, never retried. */
export class PermanentError extends PipelineError {
  readonly kind = 'permanent';
}

/** An error nobody classified counts as transient: a retry is cheap, a lost mail is not. */
export function failureKind(error: unknown): FailureKind {
  return error instanceof PipelineError ? error.kind : 'transient';
}

/** One line for a log or a `reason` field, whatever was thrown. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message || error.name;
  return error.cause === undefined ? own : `${own}: ${errorText(error.cause)}`;
}
