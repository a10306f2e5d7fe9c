import { randomUUID } from 'node:crypto';
import type { SetAside } from '../disk/set-aside.ts';
import { Dispatcher } from './dispatcher.ts';
import { invalidValue, queueDoesNotExist, SqsError } from './errors.ts';
import type { MessageContent, QueuedMessage } from './message.ts';
import { checkContent } from './message-attributes.ts';
import { contentOf, putRecordOf } from './message-record.ts';
import { settingsOf } from './queue-attributes.ts';
import { decodeReceipt, encodeReceipt } from './receipt-handle.ts';
import { newQueueId, type QueueDefinition } from './records.ts';
import type { LocalQueue, SqsState } from './state.ts';
import { StateLog, type StateLogOptions } from './state-log.ts';

export interface ReceiveRequest {
  max: number;
  waitMs: number;
  visibilityMs: number;
  signal?: AbortSignal | undefined;
}

/** A message as returned by one receive. */
export interface Delivery {
  messageId: string;
  receiptHandle: string;
  content: MessageContent;
  sentAt: number;
  firstReceivedAt: number;
  receiveCount: number;
  deadLetterSource: string | null;
}

/** A message at the time of its receive. */
type Receipt = Pick<Delivery, 'firstReceivedAt' | 'receiveCount'> & { id: string; receivesHere: number };

/**
 * Operations on queues and messages. Every change is in the journal, and except for receives synced to disk, before the
 * caller gets an answer.
 */
export class Broker {
  readonly #log: StateLog;
  readonly #clock: () => number;
  readonly #dispatcher: Dispatcher;
  #lastDefinition: Promise<void> = Promise.resolve();

  private constructor(log: StateLog, clock: () => number) {
    this.#log = log;
    this.#clock = clock;
    this.#dispatcher = new Dispatcher({
      clock,
      deadLetter: (queue, message) => this.#deadLetter(queue, message),
      expire: (messages) => this.#expire(messages),
    });
    for (const queue of this.state.queues()) this.#dispatcher.changed(queue);
  }

  static async open(options: StateLogOptions): Promise<Broker> {
    return new Broker(await StateLog.open(options), options.clock);
  }

  /** Files with damaged parts of the journal, from this start and earlier ones. */
  get setAside(): readonly SetAside[] {
    return this.#log.setAside;
  }

  get state(): SqsState {
    return this.#log.state;
  }

  /** @throws SqsError QueueDoesNotExist */
  queue(name: string): LocalQueue {
    const queue = this.state.queue(name);
    if (queue === undefined) throw queueDoesNotExist(name);
    this.#dispatcher.advance(queue);
    return queue;
  }

  /**
   * Creates or changes queues one at a time: `decide` receives the current queue and returns its attributes, or null to
   * keep them.
   */
  async defineQueue(
    name: string,
    decide: (known: QueueDefinition | null) => QueueDefinition['attributes'] | null,
  ): Promise<void> {
    const turn = this.#lastDefinition.then(async () => {
      const known = this.state.queue(name)?.definition ?? null;
      const attributes = decide(known);
      if (attributes === null) return;
      this.#checkRedrive(name, attributes);
      const now = this.#clock();
      const identity = { id: known?.id ?? newQueueId(name), name, createdAt: known?.createdAt ?? now };
      const queue = { ...identity, attributes, modifiedAt: now };
      await this.#log.append({ op: 'queue', queue }, () => {
        this.#dispatcher.changed(this.state.define(queue, this.#clock()));
      });
    });
    // Only for ordering; a failure was reported to its own caller.
    this.#lastDefinition = turn.catch(() => {});
    await turn;
  }

  async deleteQueue(queue: LocalQueue): Promise<void> {
    const queueId = queue.definition.id;
    await this.#log.appendPending(queue, { op: 'queueDeleted', queueId }, () => {
      this.state.deleteQueue(queueId);
      this.#dispatcher.forget(queue);
    });
  }

  async purge(queue: LocalQueue): Promise<void> {
    const queueId = queue.definition.id;
    await this.#log.appendPending(queue, { op: 'purged', queueId }, () => this.state.purge(queueId));
  }

  /**
   * @param delayMs the queue's own delay when undefined
   * @throws SqsError InvalidMessageContents, InvalidParameterValue
   */
  async send(queue: LocalQueue, content: MessageContent, delayMs?: number): Promise<{ messageId: string }> {
    checkContent(content, queue.settings.maximumMessageBytes);
    const now = this.#clock();
    const state = {
      id: randomUUID(),
      queueId: queue.definition.id,
      sentAt: now,
      firstReceivedAt: null,
      receiveCount: 0,
      receivesHere: 0,
      visibleAt: now + (delayMs ?? queue.settings.delayMs),
      deadLetterSource: null,
    };
    const { head, body } = putRecordOf(state, content);
    await this.#log.appendMessage(head, body, (location) => {
      this.state.put(head, location, this.#clock());
      this.#dispatcher.changed(queue);
    });
    return { messageId: state.id };
  }

  async receive(queue: LocalQueue, request: ReceiveRequest): Promise<Delivery[]> {
    const { max, waitMs, visibilityMs, signal } = request;
    const taken = await this.#dispatcher.poll(queue, waitMs, signal, () => this.#take(queue, max, visibilityMs));
    if (taken === undefined) return [];
    const delivering = taken.receipts.map((receipt) => this.#deliver(queue, receipt));
    const [deliveries] = await Promise.all([Promise.all(delivering), taken.written]);
    return deliveries.filter((delivery) => delivery !== null);
  }

  /** A stale handle deletes nothing and causes no error (AWS: the message "might not be deleted"). */
  async delete(queue: LocalQueue, receiptHandle: string): Promise<void> {
    const message = this.#received(queue, receiptHandle);
    if (message === null) return;
    await this.#log.appendPending(message, { op: 'deleted', ids: [message.id] }, () => this.state.remove(message));
  }

  async changeVisibility(queue: LocalQueue, receiptHandle: string, ms: number): Promise<void> {
    const message = this.#received(queue, receiptHandle);
    if (message === null) {
      const reason = 'Message does not exist or is not available for visibility timeout change.';
      throw invalidValue('ReceiptHandle', receiptHandle, reason);
    }
    if (message.slot.state !== 'inFlight') {
      throw new SqsError('MessageNotInflight', 'The specified message is not in flight.');
    }
    await this.#makeVisible(queue, message, this.#clock() + ms);
  }

  /** Makes in-flight messages visible at once, for a queue whose consumers are known to be gone. */
  async releaseInFlight(queue: LocalQueue): Promise<void> {
    const now = this.#clock();
    await Promise.all(this.state.inFlight(queue).map((message) => this.#makeVisible(queue, message, now)));
  }

  /** Ends long polls, syncs the journal and closes its files. */
  async close(): Promise<void> {
    this.#dispatcher.close();
    await this.#log.close();
  }

  #checkRedrive(name: string, attributes: QueueDefinition['attributes']): void {
    const { redrive } = settingsOf(attributes);
    if (redrive === null || (redrive.target !== name && this.state.queue(redrive.target) !== undefined)) return;
    throw invalidValue('RedrivePolicy', redrive.target, 'Dead letter target does not exist.');
  }

  async #makeVisible(queue: LocalQueue, message: QueuedMessage, visibleAt: number): Promise<void> {
    const { receiveCount } = message;
    await this.#log.appendPending(message, { op: 'visible', id: message.id, visibleAt }, () => {
      // In the meantime it may have become visible and been received again.
      if (message.slot.state !== 'inFlight' || message.receiveCount !== receiveCount) return;
      this.state.hide(message, visibleAt, this.#clock());
      this.#deadLetter(queue, message);
      this.#dispatcher.changed(queue);
    });
  }

  #take(queue: LocalQueue, max: number, visibilityMs: number) {
    const messages = this.#dispatcher.take(queue, max);
    if (messages.length === 0) return undefined;
    const at = this.#clock();
    const visibleAt = at + visibilityMs;
    const receipts: Receipt[] = messages.map((message) => {
      this.state.receive(message, visibleAt, at);
      const { id, receiveCount, receivesHere, firstReceivedAt } = message;
      return { id, receiveCount, receivesHere, firstReceivedAt: firstReceivedAt ?? at };
    });
    const counts = receipts.map(({ id, receiveCount, receivesHere }) => ({ id, receiveCount, receivesHere }));
    // Appended before anything else can happen to these messages, so the journal has the right order. A receive lost in
    // a power failure is like a visibility timeout that ended early: the message is received again.
    const written = this.#log.write({ op: 'received', at, visibleAt, messages: counts });
    for (const message of messages) this.#deadLetter(queue, message);
    this.#dispatcher.changed(queue);
    return { receipts, written };
  }

  /**
   * Null when the message has been purged or expired since the receive, or is damaged; the others are still delivered.
   */
  async #deliver(queue: LocalQueue, { id, receiveCount, firstReceivedAt }: Receipt): Promise<Delivery | null> {
    const message = this.state.message(id);
    if (message === undefined) return null;
    const { sentAt, deadLetterSource } = message;
    const record = await this.#log.read(message.location);
    if (record === null) return null;
    const content = contentOf(record);
    const receiptHandle = encodeReceipt({ queueId: queue.definition.id, messageId: id, receiveCount });
    return { messageId: id, receiptHandle, content, sentAt, firstReceivedAt, receiveCount, deadLetterSource };
  }

  /** The message of a handle, unless a later receive made the handle stale. */
  #received(queue: LocalQueue, receiptHandle: string): QueuedMessage | null {
    const receipt = decodeReceipt(receiptHandle, queue.definition.id);
    const message = this.state.message(receipt.messageId);
    const isCurrent = message?.queueId === receipt.queueId && message.receiveCount === receipt.receiveCount;
    return message !== undefined && isCurrent ? message : null;
  }

  #deadLetter(queue: LocalQueue, message: QueuedMessage): boolean {
    const { redrive } = queue.settings;
    if (redrive === null || message.receivesHere < redrive.maxReceiveCount) return false;
    const target = this.state.queue(redrive.target);
    if (target === undefined || message.slot.state !== 'ready') return false;
    const source = queue.definition.name;
    const queueId = target.definition.id;
    this.state.deadLetter(message, queueId, source, this.#clock());
    this.#log.appendInBackground({ op: 'deadLettered', id: message.id, queueId, source });
    this.#dispatcher.changed(target);
    return true;
  }

  #expire(messages: QueuedMessage[]): void {
    for (const message of messages) this.state.remove(message);
    this.#log.appendInBackground({ op: 'deleted', ids: messages.map(({ id }) => id) });
  }
}
