import * as z from 'zod/mini';

/** The part of an SQS event, as Lambda's event source mapping sends it, that this project reads. */
const sqsEventSchema = z.object({
  Records: z.array(
    z.object({
      eventSource: z.literal('aws:sqs'),
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.string(), SentTimestamp: z.string() }),
    }),
  ),
});

export interface SqsRecord {
  messageId: string;
  body: string;
  /** How often the message was received, this time included. */
  receiveCount: number;
  sentAt: Date;
}

/** Null when `event` is no SQS event. */
export function decodeSqsEvent(event: unknown): SqsRecord[] | null {
  const decoded = sqsEventSchema.safeParse(event);
  if (!decoded.success) return null;
  return decoded.data.Records.map(({ messageId, body, attributes }) => ({
    messageId,
    body,
    receiveCount: Number(attributes.ApproximateReceiveCount),
    sentAt: new Date(Number(attributes.SentTimestamp)),
  }));
}

/** What Lambda wants to hear of a batch (`ReportBatchItemFailures`): these come again, the others are deleted. */
export interface SqsBatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Handles all records at once. A rejection keeps its own record on the queue and no other. */
export async function eachRecord(
  records: readonly SqsRecord[],
  handle: (record: SqsRecord) => Promise<void>,
): Promise<SqsBatchResponse> {
  const results = await Promise.allSettled(records.map(handle));
  const failed = records.filter((_record, index) => results[index]?.status === 'rejected');
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
