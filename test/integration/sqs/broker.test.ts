import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redriveTo, TestBroker } from '../../support/test-broker.ts';

let test: TestBroker;

beforeEach(async () => {
  test = await TestBroker.start();
});
afterEach(async () => {
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
    const content = { body: 'whole ü', attributes };
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

  it('keeps receipt handles valid', async () => {
    await test.define('q');
    await test.send('q', 'a');
    const [delivery] = await test.receive('q');
    await test.restart();
    await test.broker.delete(test.queue('q'), delivery?.receiptHandle ?? '');
    await test.restart();
    test.now += 60_000;
    expect(await test.receive('q')).toEqual([]);
  });

  it('does not restore messages of a deleted queue with the same name', async () => {
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

  it('do not circulate between two queues that are each other’s dead-letter queue', async () => {
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
  it('removes an expired message, even in flight, and follows a changed setting', async () => {
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

describe('queues', () => {
  it('are created once by many at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => test.define('q')));
    expect(test.broker.state.queues()).toHaveLength(1);
    await test.send('q', 'kept');
    await test.restart();
    expect(test.queue('q').index.visible).toBe(1);
  });

  it('serve long polls in order, each up to its requested number', async () => {
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
