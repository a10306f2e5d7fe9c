import type { QueuedMessage } from './message.ts';

/** Binary min-heap by `slot.dueAt`. Messages store their index, so that any one can be removed in O(log n). */
export class DueHeap {
  readonly #items: QueuedMessage[] = [];

  get first(): QueuedMessage | undefined {
    return this.#items[0];
  }

  add(message: QueuedMessage): void {
    this.#place(message, this.#items.length);
    this.#rise(message);
  }

  remove(message: QueuedMessage): void {
    const index = message.slot.heapIndex;
    const last = this.#items.pop();
    message.slot.heapIndex = -1;
    if (last === undefined || last === message) return;
    this.#place(last, index);
    this.#rise(last);
    this.#sink(last);
  }

  #place(message: QueuedMessage, index: number): void {
    this.#items[index] = message;
    message.slot.heapIndex = index;
  }

  #rise(message: QueuedMessage): void {
    for (let index = message.slot.heapIndex; index > 0; ) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#items[parentIndex];
      if (parent === undefined || parent.slot.dueAt <= message.slot.dueAt) return;
      this.#place(parent, index);
      this.#place(message, parentIndex);
      index = parentIndex;
    }
  }

  #sink(message: QueuedMessage): void {
    for (let index = message.slot.heapIndex; ; ) {
      const child = this.#smallerChild(index);
      if (child === undefined || child.slot.dueAt >= message.slot.dueAt) return;
      const childIndex = child.slot.heapIndex;
      this.#place(child, index);
      this.#place(message, childIndex);
      index = childIndex;
    }
  }

  #smallerChild(index: number): QueuedMessage | undefined {
    const left = this.#items[2 * index + 1];
    const right = this.#items[2 * index + 2];
    if (left === undefined || right === undefined) return left;
    return right.slot.dueAt < left.slot.dueAt ? right : left;
  }
}
