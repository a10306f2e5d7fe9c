import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { redriveTo, TestBroker } from '../../support/test-broker.ts';

let test: TestBroker;
/** Lets syncs that a test holds back go on, so that it can be stopped. */
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

describe('a restart', () => {
  it('keeps messages, attributes, groups, delays, receive counts and what is in flight', async () => {
    await test.define('q', { VisibilityTimeout: '7' });
    const attributes = {
      kind: { DataType: 'String', StringValue: 'message' },
      raw: { DataType: 'Binary', BinaryValue: 'AAEC' },
    };
    const content = { body: 'whole ü', attributes, traceHeader: 'Root=1-5', groupId: 'tenant' };
    await test.broker.send(test.queue('q'), content);
    await test.broker.send(test.queue('q'), { body: 'delayed', attributes: {} }, 60_000);
    const [first] = await test.receive('q', 10_000);

    await test.restart();
    expect(test.queue('q').settings.visibilityMs).toBe(7_000);
    expect(await test.receive('q')).toEqual([]);
    expect(test.queue('q').index).toMatchObject({ visible: 0, inFlight: 1, delayed: 1 });

    test.now += 10_000;
    const [second] = await test.receive('q');
    expect(second).toMatchObject({ content, receiveCount: 2, firstReceivedAt: first?.firstReceivedAt });
    test.now += 50_000;
    expect(bodies(await test.receive('q'))).toContain('delayed');
  });

  it('honours the receipt handles from before it', async () => {
    await test.define('q');
    await test.send('q', 'a');
    const [delivery] = await test.receive('q');
    await test.restart();
    await test.broker.delete(test.queue('q'), delivery?.receiptHandle ?? '');
    await test.restart();
    test.now += 60_000;
    expect(await test.receive('q')).toEqual([]);
  });

  it('does not bring back what a queue of the same name held before it was deleted', async () => {
    await test.define('q');
    await test.send('q', 'old');
    await test.broker.deleteQueue(test.queue('q'));
    await test.define('q');
    await test.send('q', 'new');
    await test.restart();
    expect(bodies(await test.receive('q'))).toEqual(['new']);
  });
});

describe('dead letters', () => {
  it('are moved after the last allowed receive, keep id and count, and name their source', async () => {
    await test.define('dead');
    await test.define('q', redriveTo('dead', 2));
    await test.send('q', 'poison');
    const [first] = await test.receive('q', 1_000);
    test.now += 1_000;
    expect(await test.receive('q', 1_000)).toHaveLength(1);
    test.now += 1_000;
    expect(await test.receive('q')).toEqual([]);
    await test.restart();
    const [dead] = await test.receive('dead');
    expect(dead).toMatchObject({ messageId: first?.messageId, receiveCount: 3, deadLetterSource: 'q' });
  });

  it('wake a long poll on the dead-letter queue when nobody polls the source', async () => {
    const clock = setInterval(() => {
      test.now += 10;
    }, 10);
    await test.define('dead');
    await test.define('q', redriveTo('dead', 1));
    await test.send('q', 'poison');
    await test.receive('q', 200);
    const poll = { max: 1, waitMs: 20_000, visibilityMs: 1_000 };
    expect(bodies(await test.broker.receive(test.queue('dead'), poll))).toEqual(['poison']);
    clearInterval(clock);
  });

  it('stay receivable while their dead-letter queue does not exist', async () => {
    await test.define('dead');
    await test.define('q', redriveTo('dead', 1));
    await test.broker.deleteQueue(test.queue('dead'));
    await test.send('q', 'poison');
    for (let count = 1; count <= 3; count += 1) {
      expect((await test.receive('q', 0))[0]).toMatchObject({ receiveCount: count });
    }
  });

  it('do not go round between two queues that are each other’s dead-letter queue', async () => {
    await test.define('a');
    await test.define('b', redriveTo('a', 1));
    await test.define('a', redriveTo('b', 1));
    await test.send('a', 'poison');
    expect(await test.receive('a', 0)).toHaveLength(1);
    expect(await test.receive('b', 0)).toHaveLength(1);
    expect(await test.receive('a', 0)).toHaveLength(1);
  });

  it('need an existing queue that is not the queue itself', async () => {
    await expect(test.define('q', redriveTo('missing', 1))).rejects.toThrow('does not exist');
    await expect(test.define('q', redriveTo('q', 1))).rejects.toThrow('does not exist');
  });
});

describe('retention', () => {
  it('ends a message, also while it is in flight, and follows a changed setting', async () => {
    await test.define('q', { MessageRetentionPeriod: '120' });
    await test.send('q', 'first');
    await test.send('q', 'second');
    await test.broker.receive(test.queue('q'), { max: 1, waitMs: 0, visibilityMs: 600_000 });
    test.now += 60_000;
    await test.send('q', 'third');
    test.now += 60_000;
    expect(bodies(await test.receive('q', 0))).toEqual(['third']);
    expect(test.queue('q').index).toMatchObject({ visible: 1, inFlight: 0 });
    await test.define('q', { MessageRetentionPeriod: '60' });
    expect(test.queue('q').index.visible).toBe(0);
    await test.restart();
    expect(test.queue('q').index.visible).toBe(0);
  });
});

describe('compaction', () => {
  it('keeps the journal near the size of what is queued', async () => {
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
    // 300 messages and what happened to them are some 200 KB.
    await expect.poll(size).toBeLessThan(40_000);
    expect(await readdir(test.directory)).not.toContain('0000000001.log');
    await test.restart();
    expect(test.queue('q').index.visible).toBe(remaining);
  });

  it('loses nothing and brings nothing back while messages come and go side by side', async () => {
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

  it.each(['delete', 'purge', 'deleteQueue'] as const)(
    'does not bring back what a %s under way takes',
    async (kind) => {
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
      // The first append begins a new segment; once it is done the old one, mostly garbage, is worth compacting.
      const first = test.send('garbage', 'first');
      await syncs.pass(); // what the old segment had left
      await syncs.pass(); // the preamble of the new one
      await syncs.arrival();
      const leaving =
        kind === 'delete' ? test.broker.delete(old, delivery?.receiptHandle ?? '') : test.broker[kind](old);
      await syncs.pass();
      await first;
      await syncs.arrival();
      await syncs.reads();
      openSyncs();
      await leaving;
      await test.restart();
      expect(test.broker.state.queue('old')?.index ?? { visible: 0, inFlight: 0 }).toMatchObject({
        visible: 0,
        inFlight: 0,
      });
    },
  );
});

/** Holds every sync of a file until it is told to pass. */
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
  const arrival = () => vi.waitFor(() => expect(waiting).toHaveLength(1));
  return {
    arrival,
    async pass() {
      await arrival();
      waiting.shift()?.();
    },
    /** What compaction means to copy, if anything, it has read and appended. */
    async reads() {
      await Promise.all(read.mock.results.map(({ value }) => value));
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('queues', () => {
  it('are created once by many at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => test.define('q')));
    expect(test.broker.state.queues()).toHaveLength(1);
    await test.send('q', 'kept');
    await test.restart();
    expect(test.queue('q').index.visible).toBe(1);
  });

  it('serve long polls in their order, each up to what it asked for', async () => {
    await test.define('q');
    const poll = () => test.broker.receive(test.queue('q'), { max: 1, waitMs: 20_000, visibilityMs: 1_000 });
    const polls = [poll(), poll(), poll()];
    await test.send('q', 'one');
    expect(bodies((await polls[0]) ?? [])).toEqual(['one']);
    await Promise.all([test.send('q', 'two'), test.send('q', 'three')]);
    expect([bodies((await polls[1]) ?? []), bodies((await polls[2]) ?? [])]).toEqual([['two'], ['three']]);
  });

  it('end long polls empty when they are deleted or the server closes', async () => {
    await test.define('q');
    await test.define('other');
    const poll = (name: string) => test.broker.receive(test.queue(name), { max: 1, waitMs: 20_000, visibilityMs: 0 });
    const polls = [poll('q'), poll('other')];
    await test.broker.deleteQueue(test.queue('q'));
    expect(await polls[0]).toEqual([]);
    await test.restart();
    expect(await polls[1]).toEqual([]);
  });
});

describe('a redrive', () => {
  it('moves each message as a new one, and none is ever in neither queue', async () => {
    await test.define('dead');
    await test.define('q', redriveTo('dead', 1));
    for (let number = 0; number < 15; number += 1) await test.send('q', String(number));
    while ((await test.receive('q', 0)).length > 0);
    expect(test.queue('dead').index.visible).toBe(15);
    test.now += 5_000;
    const target = test.queue('q');
    expect(await test.broker.move(test.queue('dead'), 10, () => target)).toBe(10);
    await test.restart();
    expect(test.queue('dead').index.visible).toBe(5);
    const [moved] = await test.receive('q');
    expect(moved).toMatchObject({ receiveCount: 1, sentAt: test.now, deadLetterSource: null });
  });

  it('leaves a message where it is when its target cannot be told', async () => {
    await test.define('dead');
    await test.send('dead', 'kept');
    const move = test.broker.move(test.queue('dead'), 10, () => {
      throw new Error('whose is it?');
    });
    await expect(move).rejects.toThrow('whose is it?');
    expect(bodies(await test.receive('dead'))).toEqual(['kept']);
  });
});
