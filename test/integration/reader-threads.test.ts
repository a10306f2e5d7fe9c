import { describe, expect, it } from 'vitest';
import { TransientError } from '../../core/mail/errors.ts';
import { MIME_LIMITS } from '../../core/mail/limits.ts';
import type { AttachmentStore } from '../../core/mime/describe-attachment.ts';
import { ReaderThreads } from '../../core/reading/reader-threads.ts';

const ENTRY = new URL('../support/misbehaving-reader.mjs', import.meta.url);
const place = { bucket: 'content', key: 'attachments/x/2' };

async function* once(text: string) {
  yield Buffer.from(text);
}

interface Changes {
  threads?: ReaderThreads;
  deadlineMs?: number;
  signal?: AbortSignal;
  store?: AttachmentStore;
  alone?: boolean;
}

/** Reads a mail that tells the thread how to behave. */
function read(mail: string | AsyncIterable<Buffer>, { threads, deadlineMs, signal, store, alone }: Changes = {}) {
  return (threads ?? newThreads()).read(typeof mail === 'string' ? once(mail) : mail, store ?? (async () => place), {
    reading: 'first',
    limits: MIME_LIMITS,
    deadlineMs: deadlineMs ?? 60_000,
    signal: signal ?? new AbortController().signal,
    alone,
  });
}

/** Enough on top of this process's own memory that a thread's heap fills up before the process does. */
const newThreads = () =>
  new ReaderThreads({ entry: ENTRY, memoryMb: 256 + Math.round((2 * process.memoryUsage.rss()) / 2 ** 20) });

describe('reader threads', () => {
  it.each(['loop', 'silent'])('terminate a mail that makes the thread %s at its deadline', async (mail) => {
    await expect(read(mail, { deadlineMs: 200 })).rejects.toMatchObject({ defect: 'parse.deadline' });
  });

  it.each([
    ['throw', 'thrown in the thread'],
    ['exit', 'the reader thread ended'],
    ['objects', 'reaching memory limit'],
    ['arrays', 'reaching memory limit'],
    ['strings', 'reaching memory limit'],
    ['matches', 'reaching memory limit'],
    ['buffers', 'MB of memory'],
    ['fail', 'the reader gave up'],
  ])('report a thread that does "%s" as a crash of that mail', async (mail, message) => {
    await expect(read(mail, { deadlineMs: 180_000 })).rejects.toMatchObject({
      defect: 'parse.crash',
      message: expect.stringContaining(message),
    });
  });

  it('continue with a new thread after losing one, and otherwise reuse the same one', async () => {
    const threads = newThreads();
    for (const mail of ['one', 'loop', 'two', 'exit', 'throw', 'three']) {
      if (BAD.has(mail)) await expect(read(mail, { threads, deadlineMs: 200 })).rejects.toThrow();
      else expect(await read(mail, { threads })).toMatchObject({ text: mail });
    }
  });

  it('start more threads, up to three, for mails waiting behind a slow one', async () => {
    const threads = newThreads();
    const stop = new AbortController();
    const looping = [1, 2].map(() => read('loop', { threads, signal: stop.signal }));
    const texts = await Promise.all(['a', 'b', 'c'].map((mail) => read(mail, { threads })));
    expect(texts.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    stop.abort(new Error('the loops are still running'));
    const reason = { message: 'the loops are still running' };
    expect(await Promise.allSettled(looping)).toMatchObject([{ reason }, { reason }]);
  });

  it('start no second thread while the first one is loading', async () => {
    const entry = new URL('../support/slow-loading-reader.mjs', import.meta.url);
    const threads = new ReaderThreads({ entry, memoryMb: 1024 });
    let started = 0;
    const firstLoaded = new Promise<number>((resolve) => {
      process.on('worker', (worker) => {
        started += 1;
        worker.once('message', () => resolve(started));
      });
    });
    const texts = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((mail) => read(mail, { threads })));
    process.removeAllListeners('worker');
    expect(await firstLoaded).toBe(1);
    expect(texts.map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('interrupt all mails when one exhausts the memory, and then read each alone', async () => {
    const threads = newThreads();
    let store = () => {};
    const stored = new Promise<typeof place>((resolve) => {
      store = () => resolve(place);
    });
    const neighbour = read('store', { threads, store: () => stored, deadlineMs: 180_000 });
    const [[culprit], [beside]] = await Promise.all([
      // The thread may run out of memory before it is interrupted; its neighbour is then read to the end.
      Promise.allSettled([read('buffers', { threads, deadlineMs: 180_000 })]).finally(() => store()),
      Promise.allSettled([neighbour]),
    ]);
    expect(culprit).toMatchObject({ reason: { code: expect.stringMatching(/^parse\.(interrupted|crash)$/) } });
    const unharmed = { value: { text: 'stored' } };
    expect(beside).toMatchObject(beside.status === 'fulfilled' ? unharmed : { reason: { code: 'parse.interrupted' } });
    const [hostile, ordinary, later] = await Promise.allSettled([
      read('buffers', { threads, deadlineMs: 180_000, alone: true }),
      read('store', { threads, alone: true }),
      read('later', { threads }),
    ]);
    expect(hostile).toMatchObject({ reason: { defect: 'parse.crash' } });
    expect(ordinary).toMatchObject({ value: { text: 'stored' } });
    expect(later).toMatchObject({ value: { text: 'later' } });
  });

  it('do not count time spent waiting for the store', async () => {
    const store: AttachmentStore = async () => {
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      return place;
    };
    const threads = newThreads();
    await read('first', { threads });
    expect(await read('store', { threads, deadlineMs: 2_000, store })).toMatchObject({ text: 'stored' });
  });

  it('pass on errors of the store, the source and the signal', async () => {
    const down = new TransientError('s3.down', 'the store is down');
    await expect(read('store', { store: () => Promise.reject(down) })).rejects.toBe(down);
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(70_000);
      throw down;
    }
    await expect(read(broken())).rejects.toBe(down);
    const stop = new AbortController();
    const looping = read('loop', { signal: stop.signal });
    stop.abort(down);
    await expect(looping).rejects.toBe(down);
    await expect(read('unread', { signal: stop.signal })).rejects.toBe(down);
  });
});

const BAD = new Set(['loop', 'exit', 'throw']);
