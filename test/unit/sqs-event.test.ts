import { describe, expect, it } from 'vitest';
import { failedMessageIds, type SqsMessage, sqsEvent } from '../../local/runtime/sqs-event.ts';

const ARN = 'arn:aws:sqs:us-east-1:000000000000:raw-mail';

const message = (id: string, more: Partial<SqsMessage> = {}): SqsMessage => ({
  MessageId: id,
  ReceiptHandle: `handle of ${id}`,
  Body: '{}',
  MD5OfBody: '99914b932bd37a50b983c5e7c90ae93b',
  Attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '1545082649183',
    SenderId: '000000000000',
    ApproximateFirstReceiveTimestamp: '1545082649185',
  },
  ...more,
});

describe('the event of an SQS event source', () => {
  it('has the form that Lambda gives it', () => {
    expect(sqsEvent([message('a')], ARN)).toEqual({
      Records: [
        {
          messageId: 'a',
          receiptHandle: 'handle of a',
          body: '{}',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: '1545082649183',
            SenderId: '000000000000',
            ApproximateFirstReceiveTimestamp: '1545082649185',
          },
          messageAttributes: {},
          md5OfBody: '99914b932bd37a50b983c5e7c90ae93b',
          eventSource: 'aws:sqs',
          eventSourceARN: ARN,
          awsRegion: 'us-east-1',
        },
      ],
    });
  });

  it('carries message attributes in lower camel case', () => {
    const attributes = {
      kind: { DataType: 'String', StringValue: 'bounce' },
      raw: { DataType: 'Binary', BinaryValue: 'AQ==' },
    };
    const event = sqsEvent([message('a', { MessageAttributes: attributes, MD5OfMessageAttributes: 'md5' })], ARN);
    expect(event.Records[0]).toMatchObject({
      md5OfMessageAttributes: 'md5',
      messageAttributes: {
        kind: { stringValue: 'bounce', stringListValues: [], binaryListValues: [], dataType: 'String' },
        raw: { binaryValue: 'AQ==', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
      },
    });
  });
});

describe('partial batch responses', () => {
  const batch = [message('a'), message('b')];

  it.each([
    ['null', []],
    ['{}', []],
    ['{"batchItemFailures":null}', []],
    ['{"batchItemFailures":[]}', []],
    ['{"batchItemFailures":[{"itemIdentifier":"b"}]}', ['b']],
    ['{"batchItemFailures":[{"itemIdentifier":"nobody"}]}', ['a', 'b']],
    ['{"batchItemFailures":[{"itemIdentifier":""}]}', ['a', 'b']],
    ['{"batchItemFailures":[{"itemIdentifier":null}]}', ['a', 'b']],
    ['{"batchItemFailures":[{"id":"b"}]}', ['a', 'b']],
    ['"fine"', ['a', 'b']],
    ['', ['a', 'b']],
  ])('%s leaves %j in the queue', (payload, failed) => {
    expect([...failedMessageIds(payload, batch)]).toEqual(failed);
  });
});
