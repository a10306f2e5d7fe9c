import * as z from 'zod/mini';
import { PermanentError } from '../mail/errors.ts';

/** The part of an SQS event, as Lambda's event source mapping sends it, that this project reads. */
const sqsEventSchema = z.object({
  Records: z.array(
    z.object({
      eventSource: z.literal('aws:sqs'),
      messageId: z.string(),
      receiptHandle: z.string(),
      eventSourceARN: z.optional(z.string()),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.string() }),
      messageAttributes: z.record(z.string(), z.object({ stringValue: z.optional(z.string()) })),
    }),
  ),
});

export interface SqsRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  /** Name of its queue; null when the event does not have it. */
  queue: string | null;
  /** Message attributes that are strings. */
  attributes: Record<string, string>;
  /** Number of times the message was received, over all queues, including this one. */
  receiveCount: number;
}

/** Null when `event` is not an SQS event. */
export function decodeSqsEvent(event: unknown): SqsRecord[] | null {
  const decoded = sqsEventSchema.safeParse(event);
  if (!decoded.success) return null;
  return decoded.data.Records.map(
    ({ messageId, receiptHandle, eventSourceARN, body, attributes, messageAttributes }) => ({
      messageId,
      receiptHandle,
      body,
      queue: eventSourceARN?.split(':').at(-1) ?? null,
      attributes: Object.fromEntries(
        Object.entries(messageAttributes).flatMap(([name, { stringValue: value }]) => (value ? [[name, value]] : [])),
      ),
      receiveCount: Number(attributes.ApproximateReceiveCount),
    }),
  );
}

/** @throws PermanentError `event.invalid` when `event` is not an SQS event */
export function sqsRecords(event: unknown): SqsRecord[] {
  const records = decodeSqsEvent(event);
  if (records === null) throw new PermanentError('event.invalid', 'not an SQS event');
  return records;
}

/** Partial batch response for Lambda (`ReportBatchItemFailures`): SQS delivers these again, the others are deleted. */
export interface SqsBatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Processes all records concurrently. A rejection keeps only its own record on the queue. */
export async function eachRecord(
  records: readonly SqsRecord[],
  handle: (record: SqsRecord) => Promise<void>,
): Promise<SqsBatchResponse> {
  const results = await Promise.allSettled(records.map(handle));
  const failed = records.filter((_record, index) => results[index]?.status === 'rejected');
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
