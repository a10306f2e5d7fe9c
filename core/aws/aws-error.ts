import * as z from 'zod/mini';
import { PermanentError, type PipelineError, TransientError } from '../mail/errors.ts';

/** What the SDK notes on every error of a request it sent. */
const metadataSchema = z.object({
  $metadata: z.object({ httpStatusCode: z.optional(z.number()), attempts: z.optional(z.number()) }),
});

/**
 * Client errors (4xx) that time mends: throttling, quotas over a period, another writer at the same key, a clock that
 * the SDK corrects, credentials that it renews.
 */
const TRANSIENT_NAMES: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'ConditionalRequestConflict',
  'ExpiredToken',
  'ExpiredTokenException',
  'KmsThrottled',
  'KMS.ThrottlingException',
  'LimitExceededException',
  'OperationAborted',
  'OverLimit',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 429]);
/** What the SDK calls an error without a name: that of a HEAD, whose answer has no body. */
const UNNAMED = 'Unknown';

/**
 * What an AWS SDK call failed with, as transient or permanent. A request that got no answer, or a 5xx, is transient; a
 * 4xx is permanent unless it speaks of throttling. The code is the service's own error name: `sqs.QueueDoesNotExist`.
 *
 * @param service prefix of the code: `s3`, `sqs`, `textract`
 * @param action what was tried, for the message: `SendMessage to parsed-mail`
 */
export function classifyAwsError(service: string, action: string, error: unknown): PipelineError {
  const name = error instanceof Error ? error.name : UNNAMED;
  const Kind = isPermanent(name, httpStatus(error)) ? PermanentError : TransientError;
  return new Kind(`${service}.${name}`, `${service} ${action} failed`, { cause: error });
}

/** The caller's own signal ended the request: neither a failure of the service nor of the request. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function isPermanent(name: string, status: number | undefined): boolean {
  if (status === undefined || status < 400 || status >= 500) return false;
  // A key that KMS throttles and credentials that have just expired are among what S3 answers 400 to.
  if (status === 400 && name === UNNAMED) return false;
  return !TRANSIENT_STATUSES.has(status) && !TRANSIENT_NAMES.has(name);
}

/** Undefined when no answer came. */
export function httpStatus(error: unknown): number | undefined {
  return metadataNumber(error, 'httpStatusCode');
}

/** Name of a service's error (`PreconditionFailed`); undefined for what is no error at all. */
export const awsErrorName = (error: unknown): string | undefined => (error instanceof Error ? error.name : undefined);

/** How often the SDK sent the request that failed; 1 when it does not say. */
export const attemptsOf = (error: unknown): number => metadataNumber(error, 'attempts') ?? 1;

function metadataNumber(error: unknown, field: 'httpStatusCode' | 'attempts'): number | undefined {
  const parsed = metadataSchema.safeParse(error);
  return parsed.success ? parsed.data.$metadata[field] : undefined;
}
