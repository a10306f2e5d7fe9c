import { setTimeout } from 'node:timers/promises';
import type { Log } from '../../core/log/log.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { failedMessageIds, type SqsMessage, sqsEvent } from './sqs-event.ts';

const RETRY_DELAY_MS = 1_000;

/** A queue that triggers a function. */
export interface EventSource {
  readonly arn: string;
  /** Waits for at least one message, or until the signal aborts and there is none. */
  receive(max: number, signal: AbortSignal): Promise<SqsMessage[]>;
  delete(receiptHandles: readonly string[]): Promise<void>;
}

export interface EventSourceMappingOptions {
  source: EventSource;
  target: Pick<LambdaFunction, 'definition' | 'invoke'>;
  /** Maximum messages per invocation. */
  batchSize: number;
  log: Log;
}

/**
 * Lambda's poller for an SQS queue: processes as many batches concurrently as the function has environments, and
 * deletes the messages that succeeded. The others become visible again after the visibility timeout, and the queue's
 * redrive policy eventually moves them to the dead-letter queue.
 */
export class EventSourceMapping {
  readonly #options: EventSourceMappingOptions;
  readonly #stopping = new AbortController();
  readonly #pollers: Promise<void>[];

  constructor(options: EventSourceMappingOptions) {
    this.#options = options;
    this.#pollers = Array.from({ length: options.target.definition.maxConcurrency }, () => this.#poll());
  }

  /** Stops receiving and resolves when the batches in progress are done. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#pollers);
  }

  async #poll(): Promise<void> {
    const { source, batchSize, log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const messages = await source.receive(batchSize, signal);
        if (messages.length > 0) await this.#handle(messages);
      } catch (error) {
        // The queue could not be read or written (a full disk, for example); received messages become visible again.
        log.error('polling failed', { queue: source.arn, error });
        await setTimeout(RETRY_DELAY_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  async #handle(messages: SqsMessage[]): Promise<void> {
    const { source, target, log } = this.#options;
    const outcome = await target.invoke(sqsEvent(messages, source.arn));
    if (outcome.status === 'error') {
      log.error('a batch failed and stays in the queue', {
        function: target.definition.name,
        messages: messages.map((message) => message.MessageId),
        reason: `${outcome.errorType}: ${outcome.errorMessage}`,
      });
      return;
    }
    const failed = failedMessageIds(outcome.payload, messages);
    if (failed.size > 0) {
      log.warn('messages failed and stay in the queue', { function: target.definition.name, messages: [...failed] });
    }
    await source.delete(
      messages.filter(({ MessageId }) => !failed.has(MessageId)).map((message) => message.ReceiptHandle),
    );
  }
}
