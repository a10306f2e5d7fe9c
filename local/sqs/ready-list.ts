import type { QueuedMessage } from './message.ts';

/** Receivable messages, oldest arrival first: an intrusive linked list, so that any one can be removed in O(1). */
export class ReadyList {
  #first: QueuedMessage | null = null;
  #last: QueuedMessage | null = null;
  #size = 0;

  get first(): QueuedMessage | null {
    return this.#first;
  }

  get size(): number {
    return this.#size;
  }

  push(message: QueuedMessage): void {
    message.slot.previous = this.#last;
    message.slot.next = null;
    if (this.#last) this.#last.slot.next = message;
    else this.#first = message;
    this.#last = message;
    this.#size += 1;
  }

  remove(message: QueuedMessage): void {
    const { previous, next } = message.slot;
    if (previous) previous.slot.next = next;
    else this.#first = next;
    if (next) next.slot.previous = previous;
    else this.#last = previous;
    message.slot.previous = null;
    message.slot.next = null;
    this.#size -= 1;
  }
}
