import { DueHeap } from './due-heap.ts';
import type { QueuedMessage } from './message.ts';
import { ReadyList } from './ready-list.ts';

/**
 * Tracks which messages of one queue are receivable and which are hidden, and when that changes next. Every operation
 * takes at most O(log n) per message. The clock is an argument.
 */
export class QueueIndex {
  readonly #ready = new ReadyList();
  readonly #due = new DueHeap();
  #delayed = 0;
  #inFlight = 0;
  #retentionMs: number;

  constructor(retentionMs: number) {
    this.#retentionMs = retentionMs;
  }

  get visible(): number {
    return this.#ready.size;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get delayed(): number {
    return this.#delayed;
  }

  get firstReady(): QueuedMessage | null {
    return this.#ready.first;
  }

  /** Null for an empty queue. */
  get nextDueAt(): number | null {
    return this.#due.first?.slot.dueAt ?? null;
  }

  /** Adds a message as visible, or as hidden until its `visibleAt`. */
  add(message: QueuedMessage, now: number): void {
    const { slot } = message;
    const expiresAt = message.sentAt + this.#retentionMs;
    if (message.visibleAt <= now) {
      slot.state = 'ready';
      slot.dueAt = expiresAt;
      this.#ready.push(message);
    } else {
      slot.state = message.receivesHere === 0 ? 'delayed' : 'inFlight';
      slot.dueAt = Math.min(message.visibleAt, expiresAt);
      if (slot.state === 'delayed') this.#delayed += 1;
      else this.#inFlight += 1;
    }
    this.#due.add(message);
  }

  remove(message: QueuedMessage): void {
    const { slot } = message;
    if (slot.state === 'out') return;
    if (slot.state === 'ready') this.#ready.remove(message);
    else if (slot.state === 'delayed') this.#delayed -= 1;
    else this.#inFlight -= 1;
    this.#due.remove(message);
    slot.state = 'out';
  }

  /** Makes due messages visible; returns those, and the ones removed because their retention has ended. */
  advance(now: number): { released: QueuedMessage[]; expired: QueuedMessage[] } {
    const released: QueuedMessage[] = [];
    const expired: QueuedMessage[] = [];
    for (let message = this.#due.first; message && message.slot.dueAt <= now; message = this.#due.first) {
      this.remove(message);
      if (message.sentAt + this.#retentionMs <= now) {
        expired.push(message);
      } else {
        this.add(message, now);
        released.push(message);
      }
    }
    return { released, expired };
  }

  /** Re-adds every message with the new retention. */
  setRetention(retentionMs: number, messages: Iterable<QueuedMessage>, now: number): void {
    this.#retentionMs = retentionMs;
    for (const message of messages) {
      this.remove(message);
      this.add(message, now);
    }
  }
}
