import { emptySlot, type Location, type QueuedMessage } from './message.ts';
import { type QueueSettings, settingsOf } from './queue-attributes.ts';
import { QueueIndex } from './queue-index.ts';
import { nameOfQueueId, type PutRecord, type QueueDefinition, type StateRecord } from './records.ts';

/** 14 days (SQS quota). */
const MAX_RETENTION_SECONDS = '1209600';

export interface LocalQueue {
  definition: QueueDefinition;
  settings: QueueSettings;
  readonly index: QueueIndex;
  /** Purges and deletes being written: see QueuedMessage.pending. */
  pending: number;
}

/**
 * All queues and messages in memory: the sum of the journal's records. Live operations and the replay at start call the
 * same methods, so both produce the same state.
 */
export class SqsState {
  readonly #byName = new Map<string, LocalQueue>();
  readonly #byId = new Map<string, LocalQueue>();
  readonly #messages = new Map<string, QueuedMessage>();
  readonly #bySegment = new Map<number, Set<QueuedMessage>>();
  #liveBytes = 0;

  /** Bytes of the live records. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  queues(): LocalQueue[] {
    return [...this.#byName.values()];
  }

  queue(name: string): LocalQueue | undefined {
    return this.#byName.get(name);
  }

  message(id: string): QueuedMessage | undefined {
    return this.#messages.get(id);
  }

  messagesIn(segment: number): QueuedMessage[] {
    return [...(this.#bySegment.get(segment) ?? [])];
  }

  inFlight(queue: LocalQueue): QueuedMessage[] {
    return this.#messagesOf(queue.definition.id).filter((message) => message.slot.state === 'inFlight');
  }

  queueOf(message: QueuedMessage): LocalQueue | undefined {
    return this.#byId.get(message.queueId);
  }

  replay(record: StateRecord, location: Location, now: number): void {
    switch (record.op) {
      case 'queues':
        for (const queue of record.queues) this.define(queue, now);
        return;
      case 'queue':
        this.define(record.queue, now);
        return;
      case 'queueDeleted':
        this.deleteQueue(record.queueId);
        return;
      case 'purged':
        this.purge(record.queueId);
        return;
      case 'put':
        this.put(record, location, now);
        return;
      case 'received':
        this.#replayReceived(record, now);
        return;
      case 'visible':
        this.#withMessage(record.id, (message) => this.hide(message, record.visibleAt, now));
        return;
      case 'deadLettered':
        this.#withMessage(record.id, (message) => this.deadLetter(message, record.queueId, record.source, now));
        return;
      case 'deleted':
        for (const id of record.ids) this.#withMessage(id, (message) => this.remove(message));
        return;
    }
  }

  define(definition: QueueDefinition, now: number): LocalQueue {
    const settings = settingsOf(definition.attributes);
    const known = this.#byId.get(definition.id);
    if (known === undefined) {
      const queue = { definition, settings, index: new QueueIndex(settings.retentionMs), pending: 0 };
      this.#byName.set(definition.name, queue);
      this.#byId.set(definition.id, queue);
      return queue;
    }
    if (known.settings.retentionMs !== settings.retentionMs) {
      known.index.setRetention(settings.retentionMs, this.#messagesOf(definition.id), now);
    }
    known.definition = definition;
    known.settings = settings;
    return known;
  }

  /**
   * Restores a queue whose definition is lost. Its attributes are the defaults, except for the maximum retention, so
   * that nothing expires before they are set again.
   *
   * @returns false when its name is unknown
   */
  bringBack(id: string, now: number): boolean {
    if (this.#byId.has(id)) return true;
    const name = nameOfQueueId(id);
    if (name === null || this.#byName.has(name)) return false;
    const attributes = { MessageRetentionPeriod: MAX_RETENTION_SECONDS };
    this.define({ id, name, attributes, createdAt: now, modifiedAt: now }, now);
    return true;
  }

  deleteQueue(queueId: string): void {
    const queue = this.#byId.get(queueId);
    if (queue === undefined) return;
    this.purge(queueId);
    this.#byId.delete(queueId);
    if (this.#byName.get(queue.definition.name) === queue) this.#byName.delete(queue.definition.name);
  }

  purge(queueId: string): void {
    for (const message of this.#messagesOf(queueId)) this.remove(message);
  }

  /** Adds or replaces a message. Null when its queue has been deleted. */
  put(record: PutRecord, location: Location, now: number): QueuedMessage | null {
    const queue = this.#byId.get(record.queueId);
    this.#withMessage(record.id, (message) => this.remove(message));
    if (queue === undefined) return null;
    const message: QueuedMessage = {
      id: record.id,
      queueId: queue.definition.id,
      sentAt: record.sentAt,
      firstReceivedAt: record.firstReceivedAt,
      receiveCount: record.receiveCount,
      receivesHere: record.receivesHere,
      visibleAt: record.visibleAt,
      deadLetterSource: record.deadLetterSource,
      location,
      pending: 0,
      slot: emptySlot(),
    };
    this.#messages.set(message.id, message);
    this.#occupy(message);
    queue.index.add(message, now);
    return message;
  }

  /** Compaction rewrote the message: only its location changed. */
  relocate(message: QueuedMessage, location: Location): void {
    if (this.#messages.get(message.id) !== message) return;
    this.#vacate(message);
    message.location = location;
    this.#occupy(message);
  }

  remove(message: QueuedMessage): void {
    if (!this.#messages.delete(message.id)) return;
    this.#vacate(message);
    this.queueOf(message)?.index.remove(message);
  }

  hide(message: QueuedMessage, visibleAt: number, now: number): void {
    const queue = this.queueOf(message);
    queue?.index.remove(message);
    message.visibleAt = visibleAt;
    queue?.index.add(message, now);
  }

  receive(message: QueuedMessage, visibleAt: number, now: number): void {
    message.receiveCount += 1;
    message.receivesHere += 1;
    message.firstReceivedAt ??= now;
    this.hide(message, visibleAt, now);
  }

  /** Moves a message to its dead-letter queue: receivable there at once, with the same id and age. */
  deadLetter(message: QueuedMessage, queueId: string, source: string, now: number): void {
    this.queueOf(message)?.index.remove(message);
    message.queueId = queueId;
    message.receivesHere = 0;
    message.visibleAt = now;
    message.deadLetterSource = source;
    this.queueOf(message)?.index.add(message, now);
  }

  #replayReceived(record: Extract<StateRecord, { op: 'received' }>, now: number): void {
    for (const { id, receiveCount, receivesHere } of record.messages) {
      this.#withMessage(id, (message) => {
        message.receiveCount = receiveCount;
        message.receivesHere = receivesHere;
        message.firstReceivedAt ??= record.at;
        this.hide(message, record.visibleAt, now);
      });
    }
  }

  #messagesOf(queueId: string): QueuedMessage[] {
    return [...this.#messages.values()].filter((message) => message.queueId === queueId);
  }

  #withMessage(id: string, act: (message: QueuedMessage) => void): void {
    const message = this.#messages.get(id);
    if (message !== undefined) act(message);
  }

  #occupy(message: QueuedMessage): void {
    const { segment, length } = message.location;
    const messages = this.#bySegment.get(segment) ?? new Set();
    this.#bySegment.set(segment, messages.add(message));
    this.#liveBytes += length;
  }

  #vacate(message: QueuedMessage): void {
    const { segment, length } = message.location;
    const messages = this.#bySegment.get(segment);
    messages?.delete(message);
    if (messages?.size === 0) this.#bySegment.delete(segment);
    this.#liveBytes -= length;
  }
}
