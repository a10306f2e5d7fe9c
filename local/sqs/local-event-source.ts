import type { EventSource } from '../runtime/event-source-mapping.ts';
import type { SqsMessage } from '../runtime/sqs-event.ts';
import type { Broker, Delivery } from './broker.ts';
import { md5, md5OfAttributes } from './message-attributes.ts';
import { systemAttributes } from './message-operations.ts';
import { queueArn } from './queue-attributes.ts';

/** The maximum wait of a long poll (AWS quota). */
const LONG_POLL_MS = 20_000;

/** A queue of this process for Lambda's poller: whole messages without HTTP. */
export class LocalEventSource implements EventSource {
  readonly arn: string;
  readonly #broker: Broker;
  readonly #name: string;

  constructor(broker: Broker, name: string) {
    this.arn = queueArn(name);
    this.#broker = broker;
    this.#name = name;
  }

  async receive(max: number, signal: AbortSignal): Promise<SqsMessage[]> {
    const queue = this.#broker.queue(this.#name);
    const { visibilityMs } = queue.settings;
    const deliveries = await this.#broker.receive(queue, { max, waitMs: LONG_POLL_MS, visibilityMs, signal });
    return deliveries.map(message);
  }

  async delete(receiptHandles: readonly string[]): Promise<void> {
    const queue = this.#broker.queue(this.#name);
    await Promise.all(receiptHandles.map((handle) => this.#broker.delete(queue, handle)));
  }

  /** Releases messages received before this process started, because their receivers are gone. */
  async takeBack(): Promise<void> {
    await this.#broker.releaseInFlight(this.#broker.queue(this.#name));
  }
}

function message(delivery: Delivery): SqsMessage {
  const { messageId, receiptHandle, content } = delivery;
  return {
    MessageId: messageId,
    ReceiptHandle: receiptHandle,
    Body: content.body,
    MD5OfBody: md5(content.body),
    Attributes: systemAttributes(delivery),
    MessageAttributes: content.attributes,
    MD5OfMessageAttributes: md5OfAttributes(content.attributes),
  };
}
