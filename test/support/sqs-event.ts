import { encodeS3Event, type RawObjectCreated } from '../../core/aws/s3-event.ts';
import type { ReceivedMessage } from '../../core/ports/queue.ts';

/** A function's answer when it has processed every message of its batch. */
export const ALL_DONE = { status: 'ok', payload: '{"batchItemFailures":[]}' };

/** An SQS event as the event source mapping sends it, with one S3 event in each body. */
export function sqsEvent(...bodies: (RawObjectCreated | string)[]) {
  return eventOf(
    bodies.map((body, index) => ({
      messageId: `message-${index}`,
      receiptHandle: `handle-${index}`,
      body: typeof body === 'string' ? body : encodeS3Event(body),
      attributes: {},
      receiveCount: 1,
    })),
  );
}

/** The same, for messages received from a queue. */
export function eventOf(messages: readonly Omit<ReceivedMessage, 'sentAt'>[]) {
  return {
    Records: messages.map(({ messageId, receiptHandle, body, attributes, receiveCount }) => ({
      messageId,
      receiptHandle,
      body,
      attributes: { ApproximateReceiveCount: String(receiveCount), SentTimestamp: '1795341600000' },
      messageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue, dataType: 'String' }]),
      ),
      eventSource: 'aws:sqs',
      awsRegion: 'us-east-1',
    })),
  };
}
