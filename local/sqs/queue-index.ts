import { DueHeap } from './due-heap.ts';
import type { QueuedMessage } from './message.ts';
import { ReadyList } from './ready-list.ts';

/**
 * Which messages of one queue can be received, which are hidden, and what changes next. Nothing here grows slower
 * than O(log n) with the number of messages. The clock is an argument.
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

  /** Files a message by its `visibleAt`: at once, or hidden until then. */
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

  /** Makes what is due visible again; returns what became visible and what outlived its retention (taken out). */
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

  /** Files every message anew, as its end of life moved. */
  setRetention(retentionMs: number, messages: Iterable<QueuedMessage>, now: number): void {
    this.#retentionMs = retentionMs;
    for (const message of messages) {
      this.remove(message);
      this.add(message, now);
    }
  }
}
