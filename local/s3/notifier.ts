import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../core/log/log.ts';
import { encodeCreatedEvent } from './created-event.ts';
import type { CreatedEvent } from './record.ts';

/** Concurrent deliveries. */
const WORKERS = 16;
/** Milliseconds between delivery attempts: first and longest wait of the backoff. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;

export interface NotifierOptions {
  /** Receives one event notification (JSON). Called again later if it rejects. */
  deliver: (notification: string) => Promise<void>;
  /** The event was delivered and need not be kept. */
  settle: (id: string) => void;
  log: Log;
}

/** Delivers events with retries: at least once, roughly in order. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #waiting: CreatedEvent[] = [];
  readonly #workers = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  push(event: CreatedEvent): void {
    this.#waiting.push(event);
    if (this.#workers.size >= WORKERS || this.#stop.signal.aborted) return;
    const worker = this.#work().finally(() => this.#workers.delete(worker));
    this.#workers.add(worker);
  }

  /** Cancels pending retries and waits for deliveries in progress. The rest is delivered after a restart. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#workers);
  }

  async #work(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const event = this.#waiting.shift();
      if (event === undefined) return;
      await this.#deliver(event);
    }
  }

  async #deliver(event: CreatedEvent): Promise<void> {
    const notification = encodeCreatedEvent(event);
    for (let wait = FIRST_WAIT_MS; !this.#stop.signal.aborted; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
      try {
        await this.#options.deliver(notification);
        this.#options.settle(event.id);
        return;
      } catch (error) {
        this.#options.log.warn('an event could not be delivered', { key: event.key, retryInMs: wait, error });
      }
      await delay(wait, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }
}
