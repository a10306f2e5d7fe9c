import type { Log } from '../../core/log/log.ts';
import type { Journal } from './journal.ts';
import type { QueuedMessage } from './message.ts';
import { contentOf, messageState, putRecordOf } from './message-record.ts';
import type { SqsState } from './state.ts';

/** Garbage, in segments, that is not worth compacting. */
const SLACK_SEGMENTS = 2;
/** Milliseconds until the next attempt after a failure, such as a full disk. */
const RETRY_MS = 10_000;
/** Messages copied concurrently, up to 8 MiB in memory. */
const COPIES_AT_ONCE = 8;

/**
 * Keeps the journal below twice the size of the queued messages: copies the live messages of its oldest segment to the
 * end and drops the segment. Always the oldest, so that a delete record is never dropped before the record it deletes.
 */
export class Compactor {
  readonly #journal: Journal;
  readonly #state: SqsState;
  readonly #log: Log;
  #running: Promise<void> | null = null;
  #closed = false;
  #notBefore = 0;

  constructor(journal: Journal, state: SqsState, log: Log) {
    this.#journal = journal;
    this.#state = state;
    this.#log = log;
  }

  /** Starts a run if it is worthwhile and none is in progress. */
  poke(): void {
    if (this.#running || this.#closed || !this.#worthwhile() || performance.now() < this.#notBefore) return;
    this.#running = this.#run()
      .catch((error) => {
        this.#notBefore = performance.now() + RETRY_MS;
        this.#log.error('the queue journal could not be compacted', { error });
      })
      .finally(() => {
        this.#running = null;
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  #worthwhile(): boolean {
    const slack = SLACK_SEGMENTS * this.#journal.segmentBytes;
    return this.#journal.oldestClosed !== null && this.#journal.bytes > 2 * this.#state.liveBytes + slack;
  }

  async #run(): Promise<void> {
    while (!this.#closed && this.#worthwhile()) {
      const segment = this.#journal.oldestClosed;
      if (segment === null || !(await this.#empty(segment))) return;
      await this.#journal.drop(segment);
    }
  }

  /** False when messages with pending changes remain; a later run handles them. */
  async #empty(segment: number): Promise<boolean> {
    const messages = this.#state.messagesIn(segment);
    for (let index = 0; index < messages.length; index += COPIES_AT_ONCE) {
      await Promise.all(messages.slice(index, index + COPIES_AT_ONCE).map((message) => this.#copy(message, segment)));
    }
    return this.#state.messagesIn(segment).length === 0;
  }

  async #copy(message: QueuedMessage, segment: number): Promise<void> {
    if (message.location.segment !== segment || this.#isPending(message)) return;
    const record = await this.#journal.read(message.location);
    if (this.#isPending(message)) return;
    // Keep the segment: its damaged part is set aside at the next start.
    if (record === null) throw new Error(`message ${message.id} is damaged in segment ${segment}`);
    const { head, body } = putRecordOf(messageState(message), contentOf(record));
    await this.#journal.append(head, body, (location) => this.#state.relocate(message, location));
  }

  #isPending(message: QueuedMessage): boolean {
    const queue = this.#state.queueOf(message);
    return (
      this.#state.message(message.id) !== message || message.pending > 0 || queue === undefined || queue.pending > 0
    );
  }
}
