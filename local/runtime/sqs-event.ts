import * as z from 'zod/mini';
import { jsonOf } from '../../core/mail/json.ts';

/** A received message in the form of SQS's `ReceiveMessage`. */
export interface SqsMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  /** System attributes such as ApproximateReceiveCount and SentTimestamp. */
  Attributes: Readonly<Record<string, string>>;
  MD5OfMessageAttributes?: string | undefined;
  MessageAttributes?:
    | Readonly<Record<string, { DataType: string; StringValue?: string | undefined; BinaryValue?: string | undefined }>>
    | undefined;
}

/** The event that Lambda's poller passes to a function ("Using Lambda with Amazon SQS", developer guide). */
export function sqsEvent(messages: readonly SqsMessage[], queueArn: string) {
  return { Records: messages.map((message) => record(message, queueArn)) };
}

function record(message: SqsMessage, queueArn: string) {
  const attributes = Object.entries(message.MessageAttributes ?? {});
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(
      attributes.map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          ...(StringValue === undefined ? {} : { stringValue: StringValue }),
          ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType: DataType,
        },
      ]),
    ),
    ...(attributes.length === 0 ? {} : { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3] ?? '',
  };
}

const responseSchema = z.nullable(
  z.object({ batchItemFailures: z.nullish(z.array(z.object({ itemIdentifier: z.string().check(z.minLength(1)) }))) }),
);

/**
 * Ids of the failed messages by the rules of `ReportBatchItemFailures`: no result, null or an empty list means that all
 * succeeded; any other form, or an id not in this batch, means that all failed.
 *
 * @param payload JSON text that the function returned
 */
export function failedMessageIds(payload: string, messages: readonly SqsMessage[]): Set<string> {
  const all = new Set(messages.map((message) => message.MessageId));
  const response = responseSchema.safeParse(jsonOf(payload));
  if (!response.success) return all;
  const failed = (response.data?.batchItemFailures ?? []).map((item) => item.itemIdentifier);
  return failed.every((id) => all.has(id)) ? new Set(failed) : all;
}
