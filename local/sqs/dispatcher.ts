import type { QueuedMessage } from './message.ts';
import type { LocalQueue } from './state.ts';

/** A receive waiting for messages. */
interface LongPoll {
  /** Takes visible messages; false when there are none. */
  serve: () => boolean;
  giveUp: () => void;
}

/** setTimeout cannot wait 25 days; a timer that fires early does no harm. */
const LONGEST_TIMER_MS = 3_600_000;

export interface DispatcherOptions {
  clock: () => number;
  /** Moves a message received too often to its dead-letter queue; false when it may be received again. */
  deadLetter: (queue: LocalQueue, message: QueuedMessage) => boolean;
  /** Drops messages past their retention. */
  expire: (messages: QueuedMessage[]) => void;
}

/** Assigns messages to receives: long polls, and one timer per queue for messages that become visible later. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #polls = new Map<LocalQueue, Set<LongPoll>>();
  readonly #timers = new Map<LocalQueue, { at: number; timer: NodeJS.Timeout }>();
  readonly #dirty = new Set<LocalQueue>();
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Removes up to `max` visible messages from the index; the caller adds them back as received. */
  take(queue: LocalQueue, max: number): QueuedMessage[] {
    this.advance(queue);
    const taken: QueuedMessage[] = [];
    while (taken.length < max) {
      const message = queue.index.firstReady;
      if (message === null) break;
      if (this.#options.deadLetter(queue, message)) continue;
      queue.index.remove(message);
      taken.push(message);
    }
    return taken;
  }

  /** The result of `take`, now or as soon as it returns something; undefined on timeout or abort. */
  async poll<T>(queue: LocalQueue, waitMs: number, signal: AbortSignal | undefined, take: () => T | undefined) {
    const first = take();
    if (first !== undefined || waitMs === 0 || this.#closed || signal?.aborted) return first;
    return await new Promise<T | undefined>((resolve) => {
      const polls = this.#polls.get(queue) ?? new Set();
      this.#polls.set(queue, polls);
      const finish = (taken: T | undefined) => {
        polls.delete(poll);
        clearTimeout(timer);
        signal?.removeEventListener('abort', poll.giveUp);
        resolve(taken);
      };
      const poll: LongPoll = {
        serve: () => {
          const taken = take();
          if (taken !== undefined) finish(taken);
          return taken !== undefined;
        },
        giveUp: () => finish(undefined),
      };
      const timer = setTimeout(poll.giveUp, waitMs);
      signal?.addEventListener('abort', poll.giveUp);
      polls.add(poll);
    });
  }

  /**
   * Call whenever messages of a queue were added, hidden or released. Long polls are served once the caller is done,
   * because serving one queue may move messages into another.
   */
  changed(queue: LocalQueue): void {
    if (this.#dirty.size === 0) queueMicrotask(() => this.#serveDirty());
    this.#dirty.add(queue);
  }

  /** Applies visibility timeouts, delays and retention periods that have ended. */
  advance(queue: LocalQueue): void {
    const { released, expired } = queue.index.advance(this.#options.clock());
    for (const message of released) this.#options.deadLetter(queue, message);
    if (expired.length > 0) this.#options.expire(expired);
  }

  /** The queue was deleted. */
  forget(queue: LocalQueue): void {
    clearTimeout(this.#timers.get(queue)?.timer);
    this.#timers.delete(queue);
    for (const poll of this.#polls.get(queue) ?? []) poll.giveUp();
    this.#polls.delete(queue);
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    for (const polls of this.#polls.values()) for (const poll of polls) poll.giveUp();
  }

  #serveDirty(): void {
    for (const queue of this.#dirty) {
      this.#dirty.delete(queue);
      for (const poll of this.#polls.get(queue) ?? []) {
        if (queue.index.visible === 0 || !poll.serve()) break;
      }
      this.#arm(queue);
    }
  }

  #arm(queue: LocalQueue): void {
    const at = queue.index.nextDueAt;
    const armed = this.#timers.get(queue);
    if (this.#closed || at === null || (armed && armed.at <= at)) return;
    clearTimeout(armed?.timer);
    const timer = setTimeout(
      () => {
        this.#timers.delete(queue);
        this.advance(queue);
        this.changed(queue);
      },
      Math.min(Math.max(at - this.#options.clock(), 0), LONGEST_TIMER_MS),
    );
    timer.unref();
    this.#timers.set(queue, { at, timer });
  }
}
