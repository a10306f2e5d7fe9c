import { z } from 'zod';
import { runBatch } from './batch.ts';
import type { Delivery } from './broker.ts';
import { dictionary } from './dictionary.ts';
import { SqsError } from './errors.ts';
import { attributeValueSchema, type MessageContent } from './message.ts';
import { contentBytes, md5, md5OfAttributes, selectAttributes } from './message-attributes.ts';
import { type JsonObject, type OperationContext, operation, queueAt } from './operation.ts';
import { queueArn } from './queue-attributes.ts';
import type { LocalQueue } from './state.ts';

/** AWS quota on the sum of a batch. */
const MAX_BATCH_BYTES = 1_048_576;

const QueueUrl = z.string();
const ReceiptHandle = z.string();
const VisibilityTimeout = z.int().min(0).max(43_200);
const names = z.array(z.string()).default([]);
const message = {
  MessageBody: z.string(),
  DelaySeconds: z.int().min(0).max(900).optional(),
  MessageAttributes: dictionary(attributeValueSchema).default({}),
  MessageDeduplicationId: z.undefined('only FIFO queues support it').optional(),
};
const messageSchema = z.strictObject(message);
type MessageInput = z.output<typeof messageSchema>;

export const messageOperations = {
  SendMessage: operation(z.strictObject({ QueueUrl, ...message }), async (context, { QueueUrl: url, ...input }) => {
    const queue = queueAt(context, url);
    return await send(context, queue, input);
  }),

  SendMessageBatch: operation(
    z.strictObject({ QueueUrl, Entries: z.array(z.strictObject({ Id: z.string(), ...message })) }),
    async (context, { QueueUrl: url, Entries }) => {
      const queue = queueAt(context, url);
      const bytes = Entries.reduce((total, entry) => total + contentBytes(contentOfInput(entry)), 0);
      if (bytes > MAX_BATCH_BYTES) {
        const limit = `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes.`;
        throw new SqsError('BatchRequestTooLong', `${limit} You have sent ${bytes} bytes.`);
      }
      return await runBatch(Entries, async ({ Id: _, ...input }) => await send(context, queue, input));
    },
  ),

  ReceiveMessage: operation(
    z.strictObject({
      QueueUrl,
      MaxNumberOfMessages: z.int().min(1).max(10).default(1),
      WaitTimeSeconds: z.int().min(0).max(20).optional(),
      VisibilityTimeout: VisibilityTimeout.optional(),
      AttributeNames: names,
      MessageSystemAttributeNames: names,
      MessageAttributeNames: names,
      ReceiveRequestAttemptId: z.undefined('only FIFO queues support it').optional(),
    }),
    async (context, input) => {
      const queue = queueAt(context, input.QueueUrl);
      const deliveries = await context.broker.receive(queue, {
        max: input.MaxNumberOfMessages,
        waitMs: input.WaitTimeSeconds === undefined ? queue.settings.waitMs : input.WaitTimeSeconds * 1_000,
        visibilityMs:
          input.VisibilityTimeout === undefined ? queue.settings.visibilityMs : input.VisibilityTimeout * 1_000,
        signal: context.signal,
      });
      const systemNames = [...input.AttributeNames, ...input.MessageSystemAttributeNames];
      const Messages = deliveries.map((delivery) => ({
        ...shownMessage(delivery, input.MessageAttributeNames),
        ...shownSystemAttributes(delivery, systemNames),
      }));
      return Messages.length === 0 ? {} : { Messages };
    },
  ),

  DeleteMessage: operation(z.strictObject({ QueueUrl, ReceiptHandle }), (context, { QueueUrl: url, ...entry }) =>
    remove(context, queueAt(context, url), entry),
  ),

  DeleteMessageBatch: operation(
    z.strictObject({ QueueUrl, Entries: z.array(z.strictObject({ Id: z.string(), ReceiptHandle })) }),
    (context, input) => forEach(context, input, remove),
  ),

  ChangeMessageVisibility: operation(
    z.strictObject({ QueueUrl, ReceiptHandle, VisibilityTimeout }),
    (context, { QueueUrl: url, ...entry }) => hide(context, queueAt(context, url), entry),
  ),

  ChangeMessageVisibilityBatch: operation(
    z.strictObject({
      QueueUrl,
      Entries: z.array(z.strictObject({ Id: z.string(), ReceiptHandle, VisibilityTimeout })),
    }),
    (context, input) => forEach(context, input, hide),
  ),
};

async function forEach<E extends { Id: string }>(
  context: OperationContext,
  { QueueUrl: url, Entries }: { QueueUrl: string; Entries: E[] },
  run: (context: OperationContext, queue: LocalQueue, entry: E) => Promise<JsonObject>,
): Promise<JsonObject> {
  const queue = queueAt(context, url);
  return await runBatch(Entries, (entry) => run(context, queue, entry));
}

async function remove({ broker }: OperationContext, queue: LocalQueue, entry: { ReceiptHandle: string }) {
  await broker.delete(queue, entry.ReceiptHandle);
  return {};
}

async function hide(
  { broker }: OperationContext,
  queue: LocalQueue,
  entry: { ReceiptHandle: string; VisibilityTimeout: number },
) {
  await broker.changeVisibility(queue, entry.ReceiptHandle, entry.VisibilityTimeout * 1_000);
  return {};
}

async function send(context: OperationContext, queue: LocalQueue, input: MessageInput): Promise<JsonObject> {
  const content = contentOfInput(input);
  const { DelaySeconds } = input;
  const { messageId } = await context.broker.send(queue, content, DelaySeconds && DelaySeconds * 1_000);
  context.sent({ queue: queue.definition.name, body: content.body, at: new Date() });
  const hasAttributes = Object.keys(content.attributes).length > 0;
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5(content.body),
    ...(hasAttributes ? { MD5OfMessageAttributes: md5OfAttributes(content.attributes) } : {}),
  };
}

function contentOfInput(input: MessageInput): MessageContent {
  return { body: input.MessageBody, attributes: input.MessageAttributes };
}

function shownMessage({ messageId, receiptHandle, content }: Delivery, wanted: readonly string[]): JsonObject {
  const attributes = selectAttributes(content.attributes, wanted);
  const shown = Object.keys(attributes).length > 0;
  return {
    MessageId: messageId,
    ReceiptHandle: receiptHandle,
    MD5OfBody: md5(content.body),
    Body: content.body,
    ...(shown ? { MessageAttributes: attributes, MD5OfMessageAttributes: md5OfAttributes(attributes) } : {}),
  };
}

export function systemAttributes(delivery: Delivery): Record<string, string> {
  const { deadLetterSource } = delivery;
  return {
    SenderId: '000000000000',
    SentTimestamp: String(delivery.sentAt),
    ApproximateReceiveCount: String(delivery.receiveCount),
    ApproximateFirstReceiveTimestamp: String(delivery.firstReceivedAt),
    ...(deadLetterSource === null ? {} : { DeadLetterQueueSourceArn: queueArn(deadLetterSource) }),
  };
}

function shownSystemAttributes(delivery: Delivery, wanted: readonly string[]): JsonObject {
  const asked = Object.entries(systemAttributes(delivery)).filter(
    ([name]) => wanted.includes('All') || wanted.includes(name),
  );
  return asked.length === 0 ? {} : { Attributes: Object.fromEntries(asked) };
}
