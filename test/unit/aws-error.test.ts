import { describe, expect, it } from 'vitest';
import { classifyAwsError } from '../../core/aws/aws-error.ts';
import { errorText } from '../../core/mail/errors.ts';

const failure = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('the reason'), {
    name,
    ...(httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } }),
  });

describe('classifyAwsError', () => {
  it.each([
    ['QueueDoesNotExist', 400, 'permanent'],
    ['AccessDenied', 403, 'permanent'],
    ['NoSuchBucket', 404, 'permanent'],
    ['RequestThrottled', 403, 'transient'],
    ['ThrottlingException', 400, 'transient'],
    ['TooManyRequests', 429, 'transient'],
    ['InternalError', 500, 'transient'],
    ['SlowDown', 503, 'transient'],
    ['TimeoutError', undefined, 'transient'],
    ['Error', undefined, 'transient'],
    ['Unknown', 400, 'transient'],
    ['Unknown', 403, 'permanent'],
  ])('%s with status %s is %s', (name, status, kind) => {
    expect(classifyAwsError('sqs', 'SendMessage', failure(name, status)).kind).toBe(kind);
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
