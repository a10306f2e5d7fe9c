import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { SQS_MESSAGE_MAX_BYTES } from '../mail/limits.ts';
import type { OutgoingMessage, Queue, QueueDepth, ReceivedMessage, ReceiveOptions } from '../ports/queue.ts';
import { classified } from './aws-error.ts';
import { required } from './required.ts';
import { batchesOf, messageBytes } from './sqs-batches.ts';
import { messageInput } from './sqs-message.ts';

type Refusal = Awaited<ReturnType<Queue['sendAll']>>[number];

/** One SQS standard queue behind the Queue port. The local server speaks the same protocol, so it serves both. */
export class SqsQueue implements Queue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #name: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#name = queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
  }

  async send(message: OutgoingMessage): Promise<{ messageId: string }> {
    const sent = await this.#call('SendMessage', () =>
      this.#client.send(new SendMessageCommand({ QueueUrl: this.#queueUrl, ...messageInput(message) })),
    );
    return { messageId: required('sqs', 'SendMessage', 'MessageId', sent.MessageId) };
  }

  /** Rejects when a whole request fails: the caller sends all again, as at-least-once delivery allows. */
  async sendAll(messages: readonly OutgoingMessage[]): Promise<Refusal[]> {
    const refused: Refusal[] = [];
    const sendable = messages.filter((message) => {
      const bytes = messageBytes(message);
      if (bytes <= SQS_MESSAGE_MAX_BYTES) return true;
      refused.push({ message, reason: `the message has ${bytes} bytes, SQS accepts ${SQS_MESSAGE_MAX_BYTES}` });
      return false;
    });
    for (const batch of batchesOf(sendable)) refused.push(...(await this.#sendBatch(batch)));
    return refused;
  }

  async #sendBatch(batch: readonly OutgoingMessage[]): Promise<Refusal[]> {
    const entries = batch.map((message, index) => ({ Id: String(index), ...messageInput(message) }));
    const result = await this.#call('SendMessageBatch', () =>
      this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries: entries })),
    );
    return (result.Failed ?? []).flatMap((failed) => {
      const message = batch[Number(failed.Id)];
      return message ? [{ message, reason: `${failed.Code}: ${failed.Message ?? ''}` }] : [];
    });
  }

  async receive(options: ReceiveOptions = {}): Promise<ReceivedMessage[]> {
    const { max = 10, waitSeconds = 20, visibilitySeconds, signal } = options;
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#queueUrl,
      MaxNumberOfMessages: max,
      WaitTimeSeconds: waitSeconds,
      ...(visibilitySeconds === undefined ? {} : { VisibilityTimeout: visibilitySeconds }),
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
    });
    try {
      const result = await this.#call('ReceiveMessage', () =>
        this.#client.send(command, signal ? { abortSignal: signal } : {}),
      );
      return (result.Messages ?? []).map(fromSqs);
    } catch (error) {
      if (signal?.aborted) return [];
      throw error;
    }
  }

  async delete(receiptHandle: string): Promise<void> {
    await this.#call('DeleteMessage', () =>
      this.#client.send(new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle: receiptHandle })),
    );
  }

  async changeVisibility(receiptHandle: string, seconds: number): Promise<void> {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.#queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    });
    await this.#call('ChangeMessageVisibility', () => this.#client.send(command));
  }

  async depth(): Promise<QueueDepth> {
    const command = new GetQueueAttributesCommand({
      QueueUrl: this.#queueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    });
    const { Attributes: counts = {} } = await this.#call('GetQueueAttributes', () => this.#client.send(command));
    return {
      visible: Number(counts.ApproximateNumberOfMessages),
      inFlight: Number(counts.ApproximateNumberOfMessagesNotVisible),
      delayed: Number(counts.ApproximateNumberOfMessagesDelayed),
    };
  }

  #call<T>(operation: string, run: () => Promise<T>): Promise<T> {
    return classified('sqs', `${operation} on ${this.#name}`, run);
  }
}

function fromSqs({
  MessageId,
  ReceiptHandle,
  Body,
  Attributes = {},
  MessageAttributes = {},
}: Message): ReceivedMessage {
  const answered = <T>(field: string, value: T | undefined): T => required('sqs', 'ReceiveMessage', field, value);
  const { ApproximateReceiveCount, SentTimestamp } = Attributes;
  return {
    messageId: answered('MessageId', MessageId),
    receiptHandle: answered('ReceiptHandle', ReceiptHandle),
    body: answered('Body', Body),
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
        StringValue === undefined ? [] : [[name, StringValue]],
      ),
    ),
    receiveCount: Number(answered('ApproximateReceiveCount', ApproximateReceiveCount)),
    sentAt: new Date(Number(answered('SentTimestamp', SentTimestamp))),
  };
}
