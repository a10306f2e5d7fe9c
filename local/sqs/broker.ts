import { randomUUID } from 'node:crypto';
import type { Log } from '../../core/log/log.ts';
import { Compactor } from './compactor.ts';
import { Dispatcher } from './dispatcher.ts';
import { invalidValue, queueDoesNotExist, SqsError } from './errors.ts';
import { Journal } from './journal.ts';
import type { MessageContent, QueuedMessage } from './message.ts';
import { contentOf, putRecordOf } from './message-record.ts';
import { decodeReceipt, encodeReceipt } from './receipt-handle.ts';
import { type QueueDefinition, recordSchema, type StateRecord } from './records.ts';
import { type LocalQueue, SqsState } from './state.ts';

export interface BrokerOptions {
  directory: string;
  log: Log;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Bytes of one journal file. */
  segmentBytes?: number;
}

export type QueueChange = Pick<QueueDefinition, 'attributes' | 'tags'>;

export interface ReceiveRequest {
  max: number;
  waitMs: number;
  visibilityMs: number;
  signal?: AbortSignal | undefined;
}

/** One message as one receive hands it out. */
export interface Delivery {
  messageId: string;
  receiptHandle: string;
  content: MessageContent;
  sentAt: number;
  firstReceivedAt: number;
  receiveCount: number;
  deadLetterSource: string | null;
}

/**
 * The messages of every queue. Whatever changes them is in the journal, and on disk, before the caller hears of it;
 * what a journal record does to memory happens in the order of the journal.
 */
export class Broker {
  readonly state: SqsState;
  readonly #clock: () => number;
  readonly #log: Log;
  readonly #dispatcher: Dispatcher;
  readonly #journal: Journal;
  readonly #compactor: Compactor;
  #lastDefinition: Promise<void> = Promise.resolve();

  private constructor(options: BrokerOptions, journal: Journal, state: SqsState) {
    this.state = state;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#journal = journal;
    this.#compactor = new Compactor(journal, state, options.log);
    this.#dispatcher = new Dispatcher({
      clock: options.clock,
      deadLetter: (queue, message) => this.#deadLetter(queue, message),
      expire: (messages) => this.#expire(messages),
    });
    for (const queue of state.queues()) this.#dispatcher.changed(queue);
  }

  static async open(options: BrokerOptions): Promise<Broker> {
    const state = new SqsState();
    const now = options.clock();
    const journal = await Journal.open({
      directory: options.directory,
      ...(options.segmentBytes === undefined ? {} : { segmentBytes: options.segmentBytes }),
      replay: ({ head }, location) => state.replay(recordSchema.parse(head), location, now),
      preamble: () =>
        ({ op: 'queues', queues: state.queues().map(({ definition }) => definition) }) satisfies StateRecord,
      torn: (file, bytes) => options.log.warn('cut off an unfinished journal record', { file, bytes }),
    });
    return new Broker(options, journal, state);
  }

  /** @throws SqsError QueueDoesNotExist */
  queue(name: string): LocalQueue {
    const queue = this.state.queue(name);
    if (queue === undefined) throw queueDoesNotExist(name);
    this.#dispatcher.advance(queue);
    return queue;
  }

  /**
   * Creates or changes a queue, one at a time: `decide` sees the queue as it is and says what it should be, or null to
   * leave it.
   */
  async defineQueue(name: string, decide: (known: QueueDefinition | null) => QueueChange | null): Promise<void> {
    const turn = this.#lastDefinition.then(async () => {
      const known = this.state.queue(name)?.definition ?? null;
      const change = decide(known);
      if (change === null) return;
      const now = this.#clock();
      const queue = {
        id: known?.id ?? randomUUID(),
        name,
        ...change,
        createdAt: known?.createdAt ?? now,
        modifiedAt: now,
      };
      await this.#append({ op: 'queue', queue }, () => {
        this.#dispatcher.changed(this.state.define(queue, this.#clock()));
      });
    });
    // Only the order of turns: a failed one was told to its own caller.
    this.#lastDefinition = turn.catch(() => {});
    await turn;
  }

  async deleteQueue(queue: LocalQueue): Promise<void> {
    const queueId = queue.definition.id;
    await this.#leaving(queue, { op: 'queueDeleted', queueId }, () => {
      this.state.deleteQueue(queueId);
      this.#dispatcher.forget(queue);
    });
  }

  async purge(queue: LocalQueue): Promise<void> {
    const queueId = queue.definition.id;
    await this.#leaving(queue, { op: 'purged', queueId }, () => this.state.purge(queueId));
  }

  async send(queue: LocalQueue, content: MessageContent, delayMs: number): Promise<{ messageId: string }> {
    const now = this.#clock();
    const id = randomUUID();
    const { head, body } = putRecordOf(
      {
        id,
        queueId: queue.definition.id,
        sentAt: now,
        firstReceivedAt: null,
        receiveCount: 0,
        receivesHere: 0,
        visibleAt: now + delayMs,
        deadLetterSource: null,
      },
      content,
    );
    await this.#journal.append(head, body, (location) => {
      this.state.put(head, location, this.#clock());
      this.#dispatcher.changed(queue);
    });
    this.#compactor.poke();
    return { messageId: id };
  }

  async receive(queue: LocalQueue, request: ReceiveRequest): Promise<Delivery[]> {
    const taken = await this.#dispatcher.poll(queue, request.waitMs, request.signal, () =>
      this.#take(queue, request.max, request.visibilityMs),
    );
    if (taken === undefined) return [];
    await this.#append(taken.record);
    const read = await Promise.all(taken.receipts.map((receipt) => this.#deliver(queue, receipt)));
    return read.filter((delivery) => delivery !== null);
  }

  /** A stale handle deletes nothing, without an error (AWS: the message "might not be deleted"). */
  async delete(queue: LocalQueue, receiptHandle: string): Promise<void> {
    const message = this.#received(queue, receiptHandle);
    if (message === null) return;
    await this.#leaving(message, { op: 'deleted', ids: [message.id] }, () => {
      this.state.remove(message);
      this.#dispatcher.changed(queue);
    });
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

  /** Makes what was received and not deleted visible at once, for a queue whose consumers are known to be gone. */
  async releaseInFlight(queue: LocalQueue): Promise<void> {
    const now = this.#clock();
    await Promise.all(this.state.inFlight(queue).map((message) => this.#makeVisible(queue, message, now)));
  }

  /** Long polls end, what was appended is on disk, files are closed. */
  async close(): Promise<void> {
    this.#dispatcher.close();
    await this.#compactor.close();
    await this.#journal.close();
  }

  async #makeVisible(queue: LocalQueue, message: QueuedMessage, visibleAt: number): Promise<void> {
    await this.#append({ op: 'visible', id: message.id, visibleAt }, () => {
      if (message.slot.state !== 'inFlight') return;
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
    for (const message of messages) this.state.receive(message, visibleAt, at);
    const receipts = messages.map(({ id, receiveCount, receivesHere, firstReceivedAt }) => ({
      id,
      receiveCount,
      receivesHere,
      firstReceivedAt: firstReceivedAt ?? at,
    }));
    this.#dispatcher.changed(queue);
    const received = receipts.map(({ id, receiveCount, receivesHere }) => ({ id, receiveCount, receivesHere }));
    return { receipts, record: { op: 'received', at, visibleAt, messages: received } satisfies StateRecord };
  }

  /** Null when the message was purged or expired between the receive and now. */
  async #deliver(
    queue: LocalQueue,
    receipt: { id: string; receiveCount: number; firstReceivedAt: number },
  ): Promise<Delivery | null> {
    const message = this.state.message(receipt.id);
    if (message === undefined) return null;
    const { id, sentAt, deadLetterSource } = message;
    const { receiveCount, firstReceivedAt } = receipt;
    const content = contentOf(await this.#journal.read(message.location));
    const receiptHandle = encodeReceipt({ queueId: queue.definition.id, messageId: id, receiveCount });
    return { messageId: id, receiptHandle, content, sentAt, firstReceivedAt, receiveCount, deadLetterSource };
  }

  /** The message a handle stands for, when no later receive made the handle stale. */
  #received(queue: LocalQueue, receiptHandle: string): QueuedMessage | null {
    const receipt = decodeReceipt(receiptHandle, queue.definition.id);
    const message = this.state.message(receipt.messageId);
    const current = message?.queueId === receipt.queueId && message.receiveCount === receipt.receiveCount;
    return message !== undefined && current ? message : null;
  }

  /** Done in memory at once; when the journal misses it, a restart brings the message back and it is done again. */
  #deadLetter(queue: LocalQueue, message: QueuedMessage): boolean {
    const { redrive } = queue.settings;
    if (redrive === null || message.receivesHere < redrive.maxReceiveCount) return false;
    if (message.slot.state !== 'ready') return false;
    const target = this.state.queue(redrive.target);
    if (target === undefined) return false;
    const source = queue.definition.name;
    const record = { op: 'deadLettered', id: message.id, queueId: target.definition.id, source } as const;
    this.state.deadLetter(message, record.queueId, source, this.#clock());
    this.#append(record).catch((error) => this.#log.error('a dead-lettered message is not on disk', { error }));
    this.#dispatcher.changed(target);
    return true;
  }

  #expire(messages: QueuedMessage[]): void {
    for (const message of messages) this.state.remove(message);
    const ids = messages.map(({ id }) => id);
    this.#append({ op: 'deleted', ids }).catch((error) => this.#log.error('an expiry is not on disk', { error }));
  }

  async #append(record: StateRecord, applied?: () => void): Promise<void> {
    await this.#journal.append(record, undefined, applied);
    this.#compactor.poke();
  }

  /** Appends a record after which something is gone, and keeps compaction from writing it again meanwhile. */
  async #leaving(subject: { leaving: number }, record: StateRecord, applied: () => void): Promise<void> {
    subject.leaving += 1;
    try {
      await this.#append(record, applied);
    } finally {
      subject.leaving -= 1;
    }
  }
}
