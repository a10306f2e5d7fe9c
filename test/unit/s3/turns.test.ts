import { describe, expect, it, vi } from 'vitest';
import type { Log } from '../../../core/log/log.ts';
import { sharedRun } from '../../../local/disk/shared-run.ts';
import { KeyedLock } from '../../../local/s3/keyed-lock.ts';
import { Notifier } from '../../../local/s3/notifier.ts';
import type { CreatedEvent } from '../../../local/s3/record.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Tasks that the test ends. */
class Tasks {
  readonly ends: { resolve: () => void; reject: (error: Error) => void }[] = [];

  readonly begin = (): Promise<void> =>
    new Promise((resolve, reject) => {
      this.ends.push({ resolve, reject });
    });

  begun(count: number): Promise<void> {
    return vi.waitFor(() => expect(this.ends).toHaveLength(count), { timeout: 100_000 });
  }
}

describe('a shared run', () => {
  it('serves all callers that waited before it started, and none that came later', async () => {
    const tasks = new Tasks();
    const run = sharedRun(tasks.begin);
    const first = [run(), run()];
    await tasks.begun(1);
    const second = [run(), run(), run()];
    tasks.ends[0]?.resolve();
    await Promise.all(first);
    await tasks.begun(2);
    tasks.ends[1]?.resolve();
    await Promise.all(second);
    expect(tasks.ends).toHaveLength(2);
  });

  it('passes a failure to the callers it served, and continues', async () => {
    const tasks = new Tasks();
    const run = sharedRun(tasks.begin);
    const failing = [run(), run()].map((promise) => promise.catch((error: Error) => error.message));
    await tasks.begun(1);
    const next = run();
    tasks.ends[0]?.reject(new Error('disk full'));
    expect(await Promise.all(failing)).toEqual(['disk full', 'disk full']);
    await tasks.begun(2);
    tasks.ends[1]?.resolve();
    await next;
  });
});

describe('a keyed lock', () => {
  it('runs tasks of one name one at a time, in order, even after a failure', async () => {
    const lock = new KeyedLock();
    const tasks = new Tasks();
    const order: string[] = [];
    const run = (name: string, label: string) =>
      lock.run(name, async () => {
        order.push(label);
        await tasks.begin();
      });
    const a1 = run('a', 'a1').catch(() => {});
    const a2 = run('a', 'a2');
    const b1 = run('b', 'b1');
    await tasks.begun(2);
    expect(order).toEqual(['a1', 'b1']);
    tasks.ends[0]?.reject(new Error());
    await tasks.begun(3);
    expect(order).toEqual(['a1', 'b1', 'a2']);
    for (const { resolve } of tasks.ends) resolve();
    await Promise.all([a1, a2, b1]);
  });
});

describe('the notifier', () => {
  const event = (id: string): CreatedEvent => ({
    id,
    name: 'ObjectCreated:Put',
    bucket: 'raw-mail',
    key: `raw/${id}.eml`,
    size: 1,
    etag: 'e',
    time: 0,
  });

  it('retries until an event is accepted, then settles it', async () => {
    const settled: string[] = [];
    const tries: string[] = [];
    const notifier = new Notifier({
      deliver: async (notification) => {
        tries.push(notification);
        if (tries.length < 3) throw new Error('the queue is down');
      },
      settle: (id) => settled.push(id),
      log: quiet,
    });
    notifier.push(event('1'));
    await vi.waitFor(() => expect(settled).toEqual(['1']), { timeout: 100_000 });
    expect(tries).toHaveLength(3);
    expect(new Set(tries).size).toBe(1);
    await notifier.close();
  });

  it('does not let one event delay the others', async () => {
    const settled: string[] = [];
    const notifier = new Notifier({
      deliver: async (notification) => {
        if (notification.includes('raw/poison.eml')) throw new Error('never');
      },
      settle: (id) => settled.push(id),
      log: quiet,
    });
    const ids = Array.from({ length: 100 }, (_, n) => String(n));
    for (const id of ['poison', ...ids]) notifier.push(event(id));
    await vi.waitFor(() => expect(settled).toHaveLength(100), { timeout: 100_000 });
    await notifier.close();
    expect(settled).not.toContain('poison');
  });
});
