import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Broker } from '../../local/sqs/broker.ts';
import type { LocalQueue } from '../../local/sqs/state.ts';
import { quietLog } from './quiet-log.ts';

/** A broker on its own directory that can be stopped and restarted, with a manual clock. */
export class TestBroker {
  readonly log = quietLog();
  now = 1_000_000;
  broker: Broker;
  readonly directory: string;

  private constructor(directory: string, broker: Broker) {
    this.directory = directory;
    this.broker = broker;
  }

  static async start(): Promise<TestBroker> {
    const directory = await mkdtemp(join(tmpdir(), 'broker-'));
    const clock = () => Date.now();
    const broker = await Broker.open({ directory, log: quietLog(), clock });
    const test = new TestBroker(directory, broker);
    await test.restart();
    return test;
  }

  /** @param segmentBytes small by default, so that compaction runs constantly */
  async restart(segmentBytes = 2_000): Promise<void> {
    await this.broker.close();
    const { directory, log } = this;
    this.broker = await Broker.open({ directory, log, clock: () => this.now, segmentBytes });
  }

  async define(name: string, attributes: Record<string, string> = {}): Promise<LocalQueue> {
    await this.broker.defineQueue(name, () => attributes);
    return this.queue(name);
  }

  queue(name: string): LocalQueue {
    return this.broker.queue(name);
  }

  async send(name: string, body: string): Promise<void> {
    await this.broker.send(this.queue(name), { body, attributes: {} });
  }

  async receive(name: string, visibilityMs = 30_000) {
    return await this.broker.receive(this.queue(name), { max: 10, waitMs: 0, visibilityMs });
  }

  async stop(): Promise<void> {
    await this.broker.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

export const redriveTo = (name: string, maxReceiveCount: number) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${name}`, maxReceiveCount }),
});
