import { describe, expect, it } from 'vitest';
import { classifyAwsError } from '../../core/aws/aws-error.ts';
import { AccessError, errorText } from '../../core/mail/errors.ts';

const failure = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('the reason'), {
    name,
    ...(httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } }),
  });

describe('classifyAwsError', () => {
  it.each([
    ['InvalidMessageContents', 400, 'permanent'],
    ['EntityTooLarge', 400, 'permanent'],
    ['Unknown', 413, 'permanent'],
    ['IncompleteBody', 400, 'transient'],
    ['BadDigest', 400, 'transient'],
    ['XAmzContentSHA256Mismatch', 400, 'transient'],
    ['XAmzContentChecksumMismatch', 400, 'transient'],
    ['ExpiredToken', 400, 'transient'],
    ['RequestThrottled', 403, 'transient'],
    ['ThrottlingException', 400, 'transient'],
    ['TooManyRequests', 429, 'transient'],
    ['InternalError', 500, 'transient'],
    ['SlowDown', 503, 'transient'],
    ['TimeoutError', undefined, 'transient'],
    ['Error', undefined, 'transient'],
    ['Unknown', 400, 'transient'],
  ])('%s with status %s is %s', (name, status, kind) => {
    expect(classifyAwsError('sqs', 'SendMessage', failure(name, status)).kind).toBe(kind);
  });

  it.each([
    ['AccessDenied', 403],
    ['AllAccessDisabled', 403],
    ['InvalidAccessKeyId', 403],
    ['InvalidToken', 400],
    ['KMS.DisabledException', 400],
    ['NoSuchBucket', 404],
    ['QueueDoesNotExist', 400],
    ['ResourceNotFoundException', 400],
    ['SignatureDoesNotMatch', 403],
    ['Unknown', 403],
    ['ANameOfNextYear', 400],
  ])('%s with status %s is an access error, which fails no mail', (name, status) => {
    const error = classifyAwsError('sqs', 'SendMessage', failure(name, status));
    expect(error).toBeInstanceOf(AccessError);
    expect(error.kind).toBe('transient');
  });

  it('keeps the name as code, and the action and the reason for the log', () => {
    const cause = failure('QueueDoesNotExist', 400);
    const error = classifyAwsError('sqs', 'SendMessage to parsed-mail', cause);
    expect(error.code).toBe('sqs.QueueDoesNotExist');
    expect(errorText(error)).toBe('sqs SendMessage to parsed-mail failed: the reason');
  });

  it('takes anything that was thrown', () => {
    expect(classifyAwsError('sqs', 'SendMessage', 'text').kind).toBe('transient');
  });
});
