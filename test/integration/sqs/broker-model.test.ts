import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redriveTo, TestBroker } from '../../support/test-broker.ts';

const MAX_RECEIVES = 3;
const RETENTION_SECONDS = 60;

interface ModelMessage {
  id: string;
  body: string;
  queue: 'main' | 'dead';
  sentAt: number;
  visibleAt: number;
  receiveCount: number;
  receivesHere: number;
}

interface Handle {
  queue: 'main' | 'dead';
  receipt: string;
  id: string;
  receiveCount: number;
}

const queueName = fc.constantFrom('main' as const, 'main' as const, 'dead' as const);
const pick = fc.nat();
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('send' as const), delay: fc.constantFrom(0, 0, 5_000) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('receive' as const),
      queue: queueName,
      max: fc.integer({ min: 1, max: 10 }),
      visibility: fc.constantFrom(0, 1_000, 30_000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete' as const), pick }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('hide' as const), pick, visibility: fc.constantFrom(0, 500, 20_000) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 1_000, 6_000, 40_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge' as const), queue: queueName }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Reference model of a queue with a dead-letter queue: a list and a loop over it. */
class Model {
  messages: ModelMessage[] = [];
  now: number;

  constructor(now: number) {
    this.now = now;
  }

  advance(): void {
    this.messages = this.messages.filter(({ sentAt }) => sentAt + RETENTION_SECONDS * 1_000 > this.now);
    for (const message of this.messages) {
      const isExhausted = message.queue === 'main' && message.receivesHere >= MAX_RECEIVES;
      if (isExhausted && message.visibleAt <= this.now) Object.assign(message, { queue: 'dead', receivesHere: 0 });
    }
  }

  visible(queue: string): ModelMessage[] {
    return this.messages.filter((message) => message.queue === queue && message.visibleAt <= this.now);
  }

  depth(queue: string) {
    const hidden = this.messages.filter((message) => message.queue === queue && message.visibleAt > this.now);
    const inFlight = hidden.filter(({ receivesHere }) => receivesHere > 0).length;
    return { visible: this.visible(queue).length, inFlight, delayed: hidden.length - inFlight };
  }

  /** The message of a handle, unless a later receive has made the handle stale. */
  held(handle: Handle): ModelMessage | undefined {
    return this.messages.find(
      ({ id, queue, receiveCount }) =>
        id === handle.id && queue === handle.queue && receiveCount === handle.receiveCount,
    );
  }
}

class Run {
  readonly #test: TestBroker;
  readonly #model: Model;
  readonly #handles: Handle[] = [];
  #sent = 0;

  private constructor(test: TestBroker) {
    this.#test = test;
    this.#model = new Model(test.now);
  }

  static async of(script: readonly Step[]): Promise<void> {
    const test = await TestBroker.start();
    try {
      const MessageRetentionPeriod = String(RETENTION_SECONDS);
      await test.define('dead', { MessageRetentionPeriod });
      await test.define('main', { MessageRetentionPeriod, ...redriveTo('dead', MAX_RECEIVES) });
      const run = new Run(test);
      for (const each of [...script, { kind: 'restart' } as const]) {
        await run.#step(each);
        run.#compare();
      }
      expect(test.log.lines).toEqual([]);
    } finally {
      await test.stop();
    }
  }

  async #step(each: Step): Promise<void> {
    switch (each.kind) {
      case 'send':
        return await this.#send(each.delay);
      case 'receive':
        return await this.#receive(each.queue, each.max, each.visibility);
      case 'delete':
        return await this.#delete(each.pick);
      case 'hide':
        return await this.#hide(each.pick, each.visibility);
      case 'wait':
        this.#test.now += each.ms;
        this.#model.now += each.ms;
        return;
      case 'purge':
        this.#model.messages = this.#model.messages.filter(({ queue }) => queue !== each.queue);
        return await this.#test.broker.purge(this.#test.queue(each.queue));
      case 'restart':
        return await this.#test.restart();
    }
  }

  async #send(delay: number): Promise<void> {
    const body = `message ${this.#sent++}`;
    const { messageId: id } = await this.#test.broker.send(this.#test.queue('main'), { body, attributes: {} }, delay);
    const { now } = this.#model;
    const counts = { receiveCount: 0, receivesHere: 0 };
    this.#model.messages.push({ id, body, queue: 'main', sentAt: now, visibleAt: now + delay, ...counts });
  }

  async #receive(queue: 'main' | 'dead', max: number, visibilityMs: number): Promise<void> {
    const visible = this.#model.visible(queue);
    const deliveries = await this.#test.broker.receive(this.#test.queue(queue), { max, visibilityMs, waitMs: 0 });
    expect(deliveries.length).toBe(Math.min(max, visible.length));
    expect(new Set(deliveries.map(({ messageId }) => messageId)).size).toBe(deliveries.length);
    for (const { messageId, receiptHandle, content, receiveCount } of deliveries) {
      const message = visible.find(({ id }) => id === messageId);
      if (message === undefined) throw new Error(`${messageId} was not visible`);
      message.receiveCount += 1;
      message.receivesHere += 1;
      message.visibleAt = this.#model.now + visibilityMs;
      expect({ body: content.body, receiveCount }).toEqual({ body: message.body, receiveCount: message.receiveCount });
      this.#handles.push({ queue, receipt: receiptHandle, id: messageId, receiveCount });
    }
  }

  async #delete(number: number): Promise<void> {
    const handle = this.#handles[number % this.#handles.length];
    if (handle === undefined) return;
    const held = this.#model.held(handle);
    await this.#test.broker.delete(this.#test.queue(handle.queue), handle.receipt);
    this.#model.messages = this.#model.messages.filter((message) => message !== held);
  }

  async #hide(number: number, ms: number): Promise<void> {
    const handle = this.#handles[number % this.#handles.length];
    if (handle === undefined) return;
    const held = this.#model.held(handle);
    const isInFlight = held !== undefined && held.visibleAt > this.#model.now;
    const change = this.#test.broker.changeVisibility(this.#test.queue(handle.queue), handle.receipt, ms);
    if (!isInFlight) return await expect(change).rejects.toThrow();
    await change;
    held.visibleAt = this.#model.now + ms;
  }

  #compare(): void {
    this.#model.advance();
    for (const name of ['main', 'dead']) {
      const { visible, inFlight, delayed } = this.#test.queue(name).index;
      expect({ visible, inFlight, delayed }, name).toEqual(this.#model.depth(name));
    }
  }
}

describe('Broker', () => {
  it('agrees with a model over random operations, restarts and compaction', async () => {
    const script = fc.array(step, { minLength: 20, maxLength: 150, size: 'max' });
    await fc.assert(
      fc.asyncProperty(script, (steps) => Run.of(steps)),
      { numRuns: 25 },
    );
  });
});
