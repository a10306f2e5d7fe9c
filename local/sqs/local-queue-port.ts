import { AccessError, PermanentError, TransientError } from '../../core/mail/errors.ts';
import type { OutgoingMessage, Queue, QueueDepth, ReceivedMessage, ReceiveOptions } from '../../core/ports/queue.ts';
import type { Broker, Delivery } from './broker.ts';
import { SqsError } from './errors.ts';
import type { MessageContent } from './message.ts';

/** A queue of this process behind the Queue port: what SQS over HTTP does, without HTTP. */
export class LocalQueuePort implements Queue {
  readonly #broker: Broker;
  readonly #name: string;

  constructor(broker: Broker, name: string) {
    this.#broker = broker;
    this.#name = name;
  }

  send(message: OutgoingMessage): Promise<{ messageId: string }> {
    const { delaySeconds } = message;
    return this.#call(() => {
      const queue = this.#broker.queue(this.#name);
      return this.#broker.send(queue, contentOfMessage(message), delaySeconds && delaySeconds * 1_000);
    });
  }

  async sendAll(messages: readonly OutgoingMessage[]): Promise<{ message: OutgoingMessage; reason: string }[]> {
    const results = await Promise.allSettled(messages.map((message) => this.send(message)));
    return results.flatMap((result, index) => {
      const message = messages[index];
      if (result.status === 'fulfilled' || message === undefined) return [];
      if (!(result.reason instanceof PermanentError)) throw result.reason;
      return [{ message, reason: result.reason.message }];
    });
  }

  receive(options: ReceiveOptions = {}): Promise<ReceivedMessage[]> {
    const { max = 10, waitSeconds = 20, visibilitySeconds, signal } = options;
    return this.#call(async () => {
      const queue = this.#broker.queue(this.#name);
      const visibilityMs = visibilitySeconds === undefined ? queue.settings.visibilityMs : visibilitySeconds * 1_000;
      const waitMs = waitSeconds * 1_000;
      return (await this.#broker.receive(queue, { max, waitMs, visibilityMs, signal })).map(received);
    });
  }

  delete(receiptHandle: string): Promise<void> {
    return this.#call(() => this.#broker.delete(this.#broker.queue(this.#name), receiptHandle));
  }

  changeVisibility(receiptHandle: string, seconds: number): Promise<void> {
    return this.#call(() => {
      return this.#broker.changeVisibility(this.#broker.queue(this.#name), receiptHandle, seconds * 1_000);
    });
  }

  depth(): Promise<QueueDepth> {
    return this.#call(async () => {
      const { visible, inFlight, delayed } = this.#broker.queue(this.#name).index;
      return { visible, inFlight, delayed };
    });
  }

  async #call<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (cause) {
      const code = cause instanceof SqsError ? cause.code : 'InternalError';
      const Kind =
        code === 'QueueDoesNotExist' ? AccessError : cause instanceof SqsError ? PermanentError : TransientError;
      throw new Kind(`sqs.${code}`, `queue ${this.#name}`, { cause });
    }
  }
}

function contentOfMessage({ body, attributes = {} }: OutgoingMessage): MessageContent {
  const typed = Object.entries(attributes).map(([name, value]) => [
    name,
    { DataType: typeof value === 'number' ? 'Number' : 'String', StringValue: String(value) },
  ]);
  return { body, attributes: Object.fromEntries(typed) };
}

function received({ messageId, receiptHandle, content, receiveCount, sentAt }: Delivery): ReceivedMessage {
  const texts = Object.entries(content.attributes).flatMap(([name, { StringValue }]) =>
    StringValue === undefined ? [] : [[name, StringValue]],
  );
  const attributes = Object.fromEntries(texts);
  return { messageId, receiptHandle, body: content.body, attributes, receiveCount, sentAt: new Date(sentAt) };
}
