import * as z from 'zod/mini';
import { AccessError, PermanentError, type PipelineError, TransientError } from '../mail/errors.ts';

/** Metadata that the SDK attaches to every error of a request it sent. */
const metadataSchema = z.object({
  $metadata: z.object({ httpStatusCode: z.optional(z.number()), attempts: z.optional(z.number()) }),
});

/** 4xx that concern the request itself: the same bytes are refused every time. */
const PERMANENT_NAMES: ReadonlySet<string> = new Set([
  // S3
  'EntityTooLarge',
  'EntityTooSmall',
  'InvalidRange',
  'KeyTooLongError',
  'MetadataTooLarge',
  'NoSuchKey',
  'NoSuchVersion',
  // SQS
  'BatchRequestTooLong',
  'InvalidAttributeValue',
  'InvalidMessageContents',
  'InvalidParameterValue',
  'MessageNotInflight',
  'MissingParameter',
  'ReceiptHandleIsInvalid',
  // EventBridge
  'InvalidArgument',
  'MalformedDetail',
  // Textract, Comprehend
  'BadDocumentException',
  'DocumentTooLargeException',
  'IdempotentParameterMismatchException',
  'InvalidJobIdException',
  'InvalidParameterException',
  'InvalidRequestException',
  'TextSizeLimitExceededException',
  'UnsupportedDocumentException',
  'UnsupportedLanguageException',
  'ValidationException',
]);
/** Payload too large, URI too long, range not satisfiable, header fields too large. */
const PERMANENT_STATUSES: ReadonlySet<number> = new Set([413, 414, 416, 431]);
/**
 * Errors that pass by themselves: throttling, another writer at the same key, a clock, a token, bytes lost in transit.
 */
const PASSING_NAMES: ReadonlySet<string> = new Set([
  'BadDigest',
  'BandwidthLimitExceeded',
  'ConditionalRequestConflict',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteBody',
  'InvalidDigest',
  'KmsThrottled',
  'KMS.ThrottlingException',
  'LimitExceededException',
  'NoSuchUpload',
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
  'XAmzContentChecksumMismatch',
  'XAmzContentSHA256Mismatch',
]);
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 429]);
/** The SDK's name for an error without one: that of a HEAD, whose answer has no body. */
const UNNAMED = 'Unknown';

/**
 * Classifies the error of an AWS SDK call. Permanent are only errors about the content of the request, because they
 * fail a mail at its first attempt. A missing answer, a 5xx, throttling and damage in transit are transient; every
 * other 4xx is an AccessError: denied, a disabled key, a missing queue or bucket, a name that this list does not know.
 * The code is the service's own error name: `sqs.QueueDoesNotExist`.
 *
 * @param service prefix of the code: `s3`, `sqs`, `textract`
 * @param action for the message: `SendMessage to parsed-mail`
 */
export function classifyAwsError(service: string, action: string, error: unknown): PipelineError {
  const name = error instanceof Error ? error.name : UNNAMED;
  const Kind = errorClass(name, httpStatus(error));
  return new Kind(`${service}.${name}`, `${service} ${action} failed`, { cause: error });
}

/** Resolves like `send`, whose errors are classified. @throws TransientError, PermanentError, AccessError */
export async function classified<T>(service: string, action: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw classifyAwsError(service, action, error);
  }
}

/** @param status undefined without an answer */
export function errorClass(name: string, status: number | undefined): typeof PermanentError | typeof TransientError {
  if (status === undefined || status < 400 || status >= 500) return TransientError;
  if (PERMANENT_NAMES.has(name) || PERMANENT_STATUSES.has(status)) return PermanentError;
  // S3 also answers 400 when KMS throttles a key, and when credentials have just expired.
  const passing = PASSING_NAMES.has(name) || PASSING_STATUSES.has(status) || (status === 400 && name === UNNAMED);
  return passing ? TransientError : AccessError;
}

/** Undefined without an answer. */
export function httpStatus(error: unknown): number | undefined {
  return metadataNumber(error, 'httpStatusCode');
}

/** Name of a service's error (`PreconditionFailed`); undefined for anything that is not an Error. */
export const awsErrorName = (error: unknown): string | undefined => (error instanceof Error ? error.name : undefined);

/** How often the SDK sent the failed request; 1 when it does not say. */
export const attemptsOf = (error: unknown): number => metadataNumber(error, 'attempts') ?? 1;

function metadataNumber(error: unknown, field: 'httpStatusCode' | 'attempts'): number | undefined {
  const parsed = metadataSchema.safeParse(error);
  return parsed.success ? parsed.data.$metadata[field] : undefined;
}
