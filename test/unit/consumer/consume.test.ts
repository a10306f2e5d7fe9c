import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { type ConsumeOptions, consume, type MailSource } from '../../../consumer/consume.ts';
import { AccessError, TransientError } from '../../../core/mail/errors.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { Queue, ReceivedMessage } from '../../../core/ports/queue.ts';
import { parsedMail } from '../../support/parsed-mail.ts';

/**
 * A queue that delivers `bodies` and then aborts `done`, because the consumer would otherwise poll forever. A receive
 * throws any error among the bodies.
 */
function source(bodies: (unknown | Error)[], objects: Record<string, string> = {}) {
  const done = new AbortController();
  const calls = { deleted: [] as string[], extended: [] as [string, number][], asked: [] as number[] };
  const left = bodies.map((body, index) => ({ body, index }));
  const unused = () => Promise.reject(new Error('consume does not call this'));
  const queue: Queue = {
    async receive({ max = 10 } = {}) {
      calls.asked.push(max);
      const [next] = left;
      if (next === undefined) done.abort();
      if (next?.body instanceof Error) throw left.shift()?.body;
      const fault = left.findIndex(({ body }) => body instanceof Error);
      return left.splice(0, fault === -1 ? max : Math.min(max, fault)).map(({ body, index }) => message(index, body));
    },
    async delete(handle) {
      calls.deleted.push(handle);
    },
    async changeVisibility(handle, seconds) {
      calls.extended.push([handle, seconds]);
    },
    send: unused,
    sendAll: unused,
    depth: unused,
  };
  const store: Pick<ObjectStore, 'get'> = {
    async get({ bucket, key }) {
      const text = objects[`${bucket}/${key}`];
      if (text === undefined) return null;
      const head = {
        size: text.length,
        lastModified: new Date(),
        etag: '"x"',
        contentType: null,
        metadata: {},
        versionId: null,
      };
      return { ...head, body: Readable.from([Buffer.from(text)]) };
    },
  };
  const mails: MailSource = { queue, objects: store };
  return { mails, calls, signal: done.signal };
}

function message(index: number, body: unknown): ReceivedMessage {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    messageId: `m${index}`,
    receiptHandle: `h${index}`,
    body: text,
    attributes: {},
    receiveCount: 1,
    sentAt: new Date(),
  };
}

async function run(bodies: (unknown | Error)[], options: Partial<ConsumeOptions>, objects?: Record<string, string>) {
  const { mails, calls, signal } = source(bodies, objects);
  const errors: unknown[] = [];
  const handled: string[] = [];
  await consume(mails, {
    handle: async (mail) => {
      handled.push(mail.id);
    },
    onError: (error) => errors.push(error),
    signal,
    ...options,
  });
  return { ...calls, errors, handled };
}

const [FIRST, SECOND] = [parsedMail({ id: 'A', dedupKey: 'a' }), parsedMail({ id: 'B', dedupKey: 'b' })];

describe('consume', () => {
  it('passes each mail to the handler and deletes its message', async () => {
    const { handled, deleted, errors } = await run([FIRST, SECOND], {});
    expect(handled).toEqual(['A', 'B']);
    expect(deleted.sort()).toEqual(['h0', 'h1']);
    expect(errors).toEqual([]);
  });

  it('keeps fields that a later v1 adds', async () => {
    const { errors } = await run([{ ...FIRST, later: 1 }], {
      handle: async (mail) => expect(mail).toHaveProperty('later', 1),
    });
    expect(errors).toEqual([]);
    expect.assertions(2);
  });

  it('leaves a mail on the queue when its handler fails, and continues', async () => {
    const failure = new Error('no');
    const { deleted, errors } = await run([FIRST, SECOND], {
      handle: (mail) => (mail.id === 'A' ? Promise.reject(failure) : Promise.resolve()),
    });
    expect(deleted).toEqual(['h1']);
    expect(errors).toEqual([failure]);
  });

  it.each(['no json', '{}', '[]'])('leaves %j on the queue', async (body) => {
    const { deleted, errors } = await run([body], {});
    expect(deleted).toEqual([]);
    expect(errors).toMatchObject([{ code: 'message.invalid' }]);
  });

  it('handles no more mails concurrently than configured', async () => {
    let atWork = 0;
    let most = 0;
    const { deleted } = await run(Array(20).fill(FIRST), {
      parallelism: 3,
      handle: async () => {
        atWork += 1;
        most = Math.max(most, atWork);
        await new Promise(setImmediate);
        atWork -= 1;
      },
    });
    expect(most).toBe(3);
    expect(deleted).toHaveLength(20);
  });

  it('handles a mail once when given a deduplication', async () => {
    const seen = new Set<string>();
    const deduplication = { seen: (key: string) => seen.has(key), remember: (key: string) => void seen.add(key) };
    const revised = { ...FIRST, revision: 2 };
    const { handled, deleted } = await run([FIRST, FIRST, revised], { deduplication, parallelism: 1 });
    expect(handled).toEqual(['A', 'A']);
    expect([...seen]).toEqual(['a/1', 'a/2']);
    expect(deleted).toHaveLength(3);
  });

  it('does not remember a failed mail', async () => {
    const remembered: string[] = [];
    const deduplication = { seen: () => false, remember: (key: string) => void remembered.push(key) };
    await run([FIRST], { deduplication, handle: () => Promise.reject(new Error('no')) });
    expect(remembered).toEqual([]);
  });

  it('extends the visibility timeout while a handler is running', async () => {
    const { mails, calls, signal } = source([FIRST]);
    const handle = () =>
      vi.waitFor(() => expect(calls.extended.length).toBeGreaterThan(1), { interval: 5, timeout: 100_000 });
    await consume(mails, { handle: async () => void (await handle()), visibilitySeconds: 0.02, signal });
    expect(calls.extended[0]).toEqual(['h0', 0.02]);
  });

  it('continues after an error of the queue', async () => {
    const fault = new TransientError('sqs.down', 'down');
    const { handled, errors } = await run([fault, FIRST], {});
    expect(handled).toEqual(['A']);
    expect(errors).toEqual([fault]);
  });

  it('rejects with what onError throws, after finishing the mails in progress', async () => {
    const own = new Error('a bug of the consumer');
    const running = run([FIRST], {
      handle: () => Promise.reject(new Error('no')),
      onError: () => {
        throw own;
      },
    });
    await expect(running).rejects.toBe(own);
  });

  it('rejects a parallelism below 1', async () => {
    await expect(run([FIRST], { parallelism: 0 })).rejects.toThrow('parallelism is 0: give 1 or more');
  });

  it('rejects when access to the queue is denied, after finishing the mails in progress', async () => {
    const denied = new AccessError('sqs.AccessDenied', 'denied');
    let finished = false;
    const running = run([FIRST, denied], {
      handle: async () => {
        await new Promise(setImmediate);
        finished = true;
      },
      parallelism: 5,
    });
    await expect(running).rejects.toBe(denied);
    expect(finished).toBe(true);
  });

  it('finishes mails in progress when aborted', async () => {
    const stop = new AbortController();
    const { mails, calls } = source([FIRST]);
    await consume(mails, {
      signal: stop.signal,
      handle: async () => {
        stop.abort();
        await new Promise(setImmediate);
      },
    });
    expect(calls.deleted).toEqual(['h0']);
  });
});

describe('a stored mail', () => {
  const whole = parsedMail({ id: 'A', text: 'long', document: { bucket: 'c', key: 'd' } });
  const objects = { 'c/d': JSON.stringify(whole), 'c/a': 'bytes', 'r/k': 'tracedata' };

  it('has the fields omitted from the message', async () => {
    const short = { ...whole, text: null, omitted: ['text'] };
    const handle: ConsumeOptions['handle'] = async (_mail, stored) => expect((await stored.whole()).text).toBe('long');
    expect((await run([short], { handle }, objects)).errors).toEqual([]);
    expect.assertions(2);
  });

  it('is not fetched when the message is complete', async () => {
    const { errors } = await run([whole], {
      handle: async (mail, stored) => expect(await stored.whole()).toBe(mail),
    });
    expect(errors).toEqual([]);
    expect.assertions(2);
  });

  it('gives access to attachments and the original bytes', async () => {
    const raw = { ...whole.raw, bucket: 'r', key: 'k', traceBytes: 5 };
    const { errors } = await run(
      [{ ...whole, raw }],
      {
        handle: async (_mail, stored) => {
          expect((await buffer(await stored.attachment({ bucket: 'c', key: 'a' }))).toString()).toBe('bytes');
          expect((await buffer(await stored.raw())).toString()).toBe('data');
        },
      },
      objects,
    );
    expect(errors).toEqual([]);
    expect.assertions(3);
  });

  it('is fetched through a pointer of the extended client', async () => {
    const pointer = ['software.amazon.payloadoffloading.PayloadS3Pointer', { s3BucketName: 'c', s3Key: 'd' }];
    const { handled, deleted } = await run([pointer], {}, objects);
    expect(handled).toEqual(['A']);
    expect(deleted).toEqual(['h0']);
  });

  it('can be missing', async () => {
    const { errors, deleted } = await run([{ ...whole, omitted: ['text'] }], {
      handle: async (_mail, stored) => void (await stored.whole()),
    });
    expect(errors).toMatchObject([{ code: 'object.missing' }]);
    expect(deleted).toEqual([]);
  });
});
