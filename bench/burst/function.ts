import type { Invocation } from './durations.ts';
import { Fifo } from './fifo.ts';
import { PUBLISHED } from './published.ts';
import type { Random } from './random.ts';
import { TokenBucket } from './rate-limit.ts';
import type { Waiting } from './waiting.ts';

/** Limits of one queue and its function. */
export interface Polling {
  /** Concurrent invocations: initial and maximum. */
  start: number;
  maximum: number;
  /** Concurrent invocations added per minute while messages wait. */
  perMinute: number;
  batchSize: number;
}

/** Concurrent executions shared by all functions of the account. */
export class Account {
  running = 0;
  readonly concurrency: number;

  constructor(concurrency: number) {
    this.concurrency = concurrency;
  }
}

export interface FunctionOptions {
  name: string;
  polling: Polling;
  account: Account;
  invocation: Invocation;
  random: Random;
  waiting: Waiting;
  /** Schedules the end of a batch after the given seconds. */
  begun: (seconds: number, batch: number) => void;
}

/**
 * A standard queue, Lambda's pollers and the function they invoke. A throttled batch waits until there is room, because
 * the pollers retry. Scaling in is not modelled: a burst is over before that.
 */
export class QueueFunction {
  readonly #options: FunctionOptions;
  readonly #queue = new Fifo();
  readonly #environments = new TokenBucket(
    PUBLISHED.environmentsPerSecond.value,
    PUBLISHED.environmentsPerSecond.value * 10,
  );
  readonly #batches: number[][] = [];
  readonly #freeBatches: number[] = [];
  #allowed: number;
  #running = 0;
  #inFlight = 0;
  #started = 0;
  /** The limit that delayed the last message. */
  #reason = '';
  largestBacklog = 0;
  peak = 0;

  constructor(options: FunctionOptions) {
    this.#options = options;
    this.#allowed = Math.min(options.polling.start, options.polling.maximum);
  }

  get backlog(): number {
    return this.#queue.length;
  }

  push(now: number, message: number): void {
    this.#queue.push(message);
    this.dispatch(now);
    this.largestBacklog = Math.max(this.largestBacklog, this.#queue.length);
  }

  /** Returns the messages of a finished batch. */
  end(batch: number): readonly number[] {
    const messages = this.#batches[batch] ?? [];
    this.#freeBatches.push(batch);
    this.#running -= 1;
    this.#inFlight -= messages.length;
    this.#options.account.running -= 1;
    return messages;
  }

  /** Invokes as often as all limits allow. */
  dispatch(now: number): void {
    while (this.#queue.length > 0) {
      const reason = this.#bound(now);
      if (reason !== null) {
        this.#reason = reason;
        return;
      }
      this.#invoke();
    }
  }

  /** Called once a second: while messages wait, Lambda adds pollers. */
  tick(now: number, seconds: number): void {
    const { polling, name, waiting } = this.#options;
    if (this.#queue.length === 0) return;
    waiting.add(`${name}: ${this.#reason}`, this.#queue.length * seconds);
    this.#allowed = Math.min(polling.maximum, this.#allowed + (polling.perMinute * seconds) / 60);
    this.dispatch(now);
  }

  /** Null when there is room for another invocation. */
  #bound(now: number): string | null {
    const { polling, account } = this.#options;
    if (this.#running >= Math.floor(this.#allowed)) {
      return this.#allowed < polling.maximum ? 'pollers still scaling' : `${polling.maximum} at a time`;
    }
    if (account.running >= account.concurrency) return `account concurrency ${account.concurrency}`;
    if (this.#inFlight >= PUBLISHED.inFlight.value) return 'messages in flight';
    if (this.#running < this.#started) return null;
    if (!this.#environments.take(now)) return 'new environments a second';
    return null;
  }

  #invoke(): void {
    const { polling, account, invocation, random, begun } = this.#options;
    const batch = this.#freeBatches.pop() ?? this.#batches.length;
    const messages: number[] = [];
    while (messages.length < polling.batchSize && this.#queue.length > 0) messages.push(this.#queue.shift());
    this.#batches[batch] = messages;
    const cold = this.#running >= this.#started;
    this.#running += 1;
    this.#started = Math.max(this.#started, this.#running);
    this.#inFlight += messages.length;
    account.running += 1;
    this.peak = Math.max(this.peak, this.#running);
    begun(invocation(messages.length, cold, random), batch);
  }
}
