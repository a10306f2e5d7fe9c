import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestBroker } from '../../support/test-broker.ts';

let test: TestBroker;
/** Releases syncs that a test holds, so that the broker can stop. */
let openSyncs = () => {};

beforeEach(async () => {
  test = await TestBroker.start();
});
afterEach(async () => {
  openSyncs();
  vi.restoreAllMocks();
  await test.stop();
});

const bodies = (deliveries: readonly { content: { body: string } }[]) => deliveries.map(({ content }) => content.body);

describe('compaction', () => {
  it('keeps the journal near the size of the queued messages', async () => {
    await test.define('q');
    await test.send('q', 'stays');
    for (let round = 0; round < 30; round += 1) {
      await Promise.all(Array.from({ length: 10 }, (_, number) => test.send('q', `${round}/${number}`)));
      for (const { content, receiptHandle } of await test.receive('q', 0)) {
        if (content.body !== 'stays') await test.broker.delete(test.queue('q'), receiptHandle);
      }
    }
    const remaining = test.queue('q').index.visible;
    const size = async () => {
      const files = await readdir(test.directory);
      const contents = await Promise.all(files.map((file) => readFile(join(test.directory, file))));
      return contents.reduce((total, { length }) => total + length, 0);
    };
    // 300 messages and their records take about 200 KB.
    await expect.poll(size).toBeLessThan(40_000);
    expect(await readdir(test.directory)).not.toContain('0000000001.log');
    await test.restart();
    expect(test.queue('q').index.visible).toBe(remaining);
  });

  it('neither loses nor restores messages while messages are sent and deleted concurrently', async () => {
    await test.define('q');
    const left = new Set<string>();
    const work = async (worker: number) => {
      for (let number = 0; number < 60; number += 1) {
        const body = `${worker}/${number} ${'x'.repeat(number)}`;
        await test.send('q', body);
        left.add(body);
        const [delivery] = await test.broker.receive(test.queue('q'), { max: 1, waitMs: 0, visibilityMs: 600_000 });
        if (delivery === undefined || number % 3 === 0) continue;
        await test.broker.delete(test.queue('q'), delivery.receiptHandle);
        left.delete(delivery.content.body);
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, worker) => work(worker)));
    test.now += 600_000;
    await test.restart();
    const found: string[] = [];
    for (let batch = await test.receive('q'); batch.length > 0; batch = await test.receive('q')) {
      found.push(...bodies(batch));
    }
    expect(found.sort()).toEqual([...left].sort());
    expect(test.log.lines).toEqual([]);
  });

  it.each([
    ['delete', 0],
    ['purge', 0],
    ['deleteQueue', 0],
    ['changeVisibility', 1],
  ] as const)('does not write a message with its state from before a concurrent %s', async (kind, visible) => {
    await test.restart(1_000_000);
    await test.define('old');
    await test.define('garbage');
    await test.send('old', 'goes');
    const [delivery] = await test.receive('old');
    await Promise.all(Array.from({ length: 100 }, (_, number) => test.send('garbage', String(number))));
    await test.broker.purge(test.queue('garbage'));
    await test.restart();

    const syncs = await gatedSyncs(test.directory);
    const old = test.queue('old');
    // The first append starts a new segment. After it the old one, mostly garbage, is due for compaction.
    const first = test.send('garbage', 'first');
    await syncs.pass(); // whatever the old segment had left to sync
    await syncs.pass(); // the preamble of the new one
    await syncs.arrival();
    const handle = delivery?.receiptHandle ?? '';
    const change = {
      delete: () => test.broker.delete(old, handle),
      changeVisibility: () => test.broker.changeVisibility(old, handle, 0),
      purge: () => test.broker.purge(old),
      deleteQueue: () => test.broker.deleteQueue(old),
    }[kind]();
    await syncs.pass();
    await first;
    await syncs.arrival();
    await syncs.reads();
    openSyncs();
    await change;
    await test.restart();
    const { index = { visible: 0, inFlight: 0 } } = test.broker.state.queue('old') ?? {};
    expect({ visible: index.visible, inFlight: index.inFlight }).toEqual({ visible, inFlight: 0 });
  });
});

/** Holds every file sync until the test lets it pass. */
async function gatedSyncs(directory: string) {
  const handle = await open(directory, 'r');
  await handle.close();
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  const waiting: (() => void)[] = [];
  let isOpen = false;
  const read = vi.spyOn(prototype, 'read');
  vi.spyOn(prototype, 'datasync').mockImplementation(async () => {
    if (!isOpen) await new Promise<void>((resolve) => waiting.push(resolve));
  });
  openSyncs = () => {
    isOpen = true;
    for (const resolve of waiting.splice(0)) resolve();
  };
  const arrival = () => vi.waitFor(() => expect(waiting).toHaveLength(1), { timeout: 100_000 });
  return {
    arrival,
    async pass() {
      await arrival();
      waiting.shift()?.();
    },
    /** Resolves when compaction has read and appended whatever it is going to copy. */
    async reads() {
      await Promise.all(read.mock.results.map(({ value }) => value));
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
