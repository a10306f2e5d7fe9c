/** An error answer of S3: status, and the code and message of the XML body. */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'S3Error';
    this.status = status;
    this.code = code;
  }
}

export const invalid = (message: string): S3Error => new S3Error(400, 'InvalidRequest', message);
export const notImplemented = (message: string): S3Error => new S3Error(501, 'NotImplemented', message);
export const noSuchKey = (key: string): S3Error =>
  new S3Error(404, 'NoSuchKey', `The specified key does not exist: ${key}`);
export const noSuchUpload = (): S3Error =>
  new S3Error(
    404,
    'NoSuchUpload',
    'The multipart upload does not exist: it was completed, aborted, or the server restarted',
  );
export const malformedXml = (): S3Error =>
  new S3Error(400, 'MalformedXML', 'The XML is not well-formed, or not valid for this operation');
export const preconditionFailed = (condition: string): S3Error =>
  new S3Error(412, 'PreconditionFailed', `At least one of the preconditions did not hold: ${condition}`);

/**
 * Maps any failure to an answer. A full disk is 507, which SDKs do not retry, so that the caller learns at once and can
 * tell its own client. Running out of file descriptors is 503 SlowDown, which SDKs do retry.
 */
export function asS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new S3Error(507, 'InsufficientStorage', 'The disk is full. Free some space, then try again');
  }
  if (code === 'EMFILE' || code === 'ENFILE') return new S3Error(503, 'SlowDown', 'Too many open files; try again');
  return new S3Error(500, 'InternalError', 'An internal error occurred; see the log of the server');
}

/** A code such as `ENOENT`, from anywhere in the chain of causes. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return systemCode(error.cause);
}
