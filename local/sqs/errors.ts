/** An error of SQS. `code` is its name in the JSON protocol, `queryCode` the one in the older Query protocol. */
export class SqsError extends Error {
  readonly code: string;
  readonly queryCode: string;
  readonly status: number;

  constructor(code: string, message: string, options: { queryCode?: string; status?: number } = {}) {
    super(message);
    this.name = 'SqsError';
    this.code = code;
    this.queryCode = options.queryCode ?? LEGACY_CODES[code] ?? code;
    this.status = options.status ?? 400;
  }

  get fault(): 'Sender' | 'Receiver' {
    return this.status === 500 ? 'Receiver' : 'Sender';
  }
}

/** From the service's Query model; codes that are equal in both protocols are not listed. */
const LEGACY_CODES: Readonly<Record<string, string>> = {
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

export const queueDoesNotExist = (name: string) =>
  new SqsError('QueueDoesNotExist', `The specified queue does not exist: ${name || '(no name)'}`);

export const invalidValue = (parameter: string, value: unknown, reason: string) =>
  new SqsError(
    'InvalidParameterValue',
    `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );

/** For features of AWS this server lacks: rejected explicitly, never approximated. */
export const unsupported = (what: string) =>
  new SqsError('UnsupportedOperation', `The local SQS does not support ${what}.`, { status: 501 });
