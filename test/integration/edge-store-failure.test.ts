import { afterEach, describe, expect, it, vi } from 'vitest';
import { defineConfig } from '../../core/config/define-config.ts';
import { TransientError } from '../../core/mail/errors.ts';
import type { PutOptions } from '../../core/ports/object-store.ts';
import { type EdgeChanges, RAW_BUCKET, startTestEdge, type TestEdge } from '../support/edge.ts';
import type { SmtpSocket } from '../support/smtp-socket.ts';

let test: TestEdge;
afterEach(() => test.close());

const MB = 1024 * 1024;
const LINE = 'sixteen bytes.\r\n';

async function inData(changes: EdgeChanges): Promise<SmtpSocket> {
  test = await startTestEdge(changes);
  return another();
}

async function another(): Promise<SmtpSocket> {
  const client = await test.greeted();
  await client.command('MAIL FROM:<a@b.test>');
  await client.command('RCPT TO:<info@ours.test>');
  expect(await client.command('DATA')).toMatch(/^354 /);
  return client;
}

const failing = {
  put: () => Promise.reject(new TransientError('s3.SlowDown', 'the store is busy')),
};

/** Accepts a mail and never responds, like a network that drops packets. */
class HungStore {
  #puts = 0;
  #wake: () => void = () => {};

  put(_ref: unknown, _body: unknown, options: PutOptions = {}): Promise<never> {
    this.#puts++;
    this.#wake();
    return new Promise((_, reject) => {
      options.signal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
  }

  async called(times: number): Promise<void> {
    while (this.#puts < times) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

describe('a store that fails', () => {
  it('causes a 451 for a small mail, and the session continues', async () => {
    const client = await inData({ store: failing });
    client.send(`${LINE}.\r\n`);
    expect(await client.reply()).toMatch(/^451 4\.3\.0 /);
    expect(await client.command('NOOP')).toMatch(/^250 2\.0\.0 /);
  });

  it('causes a 451 for a streamed mail after its end, without waiting for the store', async () => {
    const client = await inData({ store: failing });
    client.send(Buffer.alloc(20 * MB, LINE));
    client.send('.\r\n');
    expect(await client.reply()).toMatch(/^451 4\.3\.0 /);
  });
});

describe('a store that hangs', () => {
  it('causes a 451 at the deadline', async () => {
    const client = await inData({ store: new HungStore(), limits: { storeDeadlineSeconds: 1 } });
    client.send(`${LINE}.\r\n`);
    expect(await client.reply()).toMatch(/^451 4\.3\.0 /);
  });

  it('causes a 451 for a streamed mail, whose back-pressure ends at the deadline', async () => {
    const client = await inData({ store: new HungStore(), limits: { storeDeadlineSeconds: 1 } });
    client.send(Buffer.alloc(20 * MB, LINE));
    client.send('.\r\n');
    expect(await client.reply()).toMatch(/^451 4\.3\.0 /);
  });

  it('causes a 452 once the byte budget is spent, and releases it afterwards', async () => {
    const store = new HungStore();
    const first = await inData({ store, limits: { storeDeadlineSeconds: 2, inFlightBytes: 24 * MB } });
    const second = await another();
    const third = await another();
    first.send(Buffer.concat([Buffer.alloc(20 * MB, LINE), Buffer.from('.\r\n')]));
    await store.called(1);
    second.send(Buffer.concat([Buffer.alloc(5 * MB, LINE), Buffer.from('.\r\n')]));
    await store.called(2);
    third.send(Buffer.concat([Buffer.alloc(4 * MB, LINE), Buffer.from('.\r\n')]));
    expect(await third.reply()).toMatch(/^452 4\.3\.1 /);
    expect(await first.reply()).toMatch(/^451 4\.3\.0 /);
    expect(await first.command('MAIL FROM:<a@b.test> SIZE=20000000')).toMatch(/^250 /);
  });
});

describe('a mail that exceeds a limit', () => {
  it('is refused at MAIL when its declared size is over the limit', async () => {
    test = await startTestEdge({ maxMessageBytes: MB });
    const client = await test.greeted();
    expect(await client.command(`MAIL FROM:<a@b.test> SIZE=${MB + 1}`)).toMatch(/^552 5\.3\.4 /);
  });

  it('gets 552 after its end when it is a little over the limit', async () => {
    const client = await inData({ maxMessageBytes: MB });
    client.send(Buffer.alloc(MB + 16, LINE));
    client.send('.\r\n');
    expect(await client.reply()).toMatch(/^552 5\.3\.4 /);
    expect(await client.command('NOOP')).toMatch(/^250 /);
    expect(await test.store.objects(RAW_BUCKET)).toEqual([]);
  });

  it('gets 552 and loses its connection one MiB past the limit', async () => {
    const client = await inData({ maxMessageBytes: MB });
    client.send(Buffer.alloc(2 * MB + 1024, LINE));
    expect(await client.reply()).toMatch(/^552 5\.3\.4 /);
    await client.closed();
    expect(await test.store.objects(RAW_BUCKET)).toEqual([]);
  });

  it('of 150 MB gets 552 as soon as one MiB past the default limit was read', async () => {
    const client = await inData({});
    client.send(Buffer.alloc(150 * MB, LINE));
    expect(await client.reply()).toMatch(/^552 5\.3\.4 /);
    await client.closed();
    const { bytes } = await vi.waitUntil(() => test.log.find(({ message }) => message === 'transaction'), {
      timeout: 100_000,
    });
    // Plus at most one read.
    expect(bytes).toBeLessThanOrEqual(defineConfig({}).smtp.maxMessageBytes + MB + 64 * 1024);
    expect(await test.store.objects(RAW_BUCKET)).toEqual([]);
  });

  it('gets 554 when it has passed too many servers', async () => {
    const client = await inData({});
    client.send(`${'Received: from x by y; z\r\n'.repeat(51)}\r\nbody\r\n.\r\n`);
    expect(await client.reply()).toMatch(/^554 5\.4\.6 /);
  });
});

describe('a drain', () => {
  it('lets a mail in DATA finish with 250, then answers 421', async () => {
    const client = await inData({});
    const idle = await test.greeted();
    client.send(LINE);
    const drained = test.edge.drain();
    expect(await idle.reply()).toMatch(/^421 4\.3\.2 /);
    client.send(`${LINE}.\r\n`);
    expect(await client.reply()).toMatch(/^250 2\.0\.0 queued as /);
    expect(await client.reply()).toMatch(/^421 4\.3\.2 /);
    await drained;
    expect(await test.store.objects(RAW_BUCKET)).toHaveLength(1);
  });
});
