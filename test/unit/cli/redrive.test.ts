import { describe, expect, it } from 'vitest';
import { run } from '../../../cli/program.ts';
import { decodeS3Event } from '../../../core/aws/s3-event.ts';
import { TransientError } from '../../../core/mail/errors.ts';
import { rawKey } from '../../../core/mail/keys.ts';
import { documentOf } from '../../../core/outcome/documents.ts';
import {
  beginRedrive,
  type FailedMail,
  failedOf,
  readFailures,
  recordFailure,
} from '../../../core/outcome/failures.ts';
import type { OutgoingMessage, Queue } from '../../../core/ports/queue.ts';
import { testContext } from '../../support/cli-context.ts';
import { MemoryStore } from '../../support/memory-aws.ts';

const CONTENT = 'mail-content';
const ID = '01KB0000000000000000000000';
const FAILURE: FailedMail = {
  schema: 'failed-mail/1',
  id: ID,
  revision: 1,
  destination: 'parsed-mail-orders',
  route: 'orders',
  reason: 'sqs.QueueDoesNotExist',
  lastError: null,
  receiveCount: 5,
  raw: { bucket: 'raw-mail', key: rawKey(ID), versionId: null },
  event: null,
  at: '2026-11-22T10:00:00.000Z',
};

const gone = async () => {
  throw new TransientError('sqs.QueueDoesNotExist', 'gone');
};
const unused = () => Promise.reject(new Error('redrive does not call this'));

function queue(changes: Partial<Queue> = {}): Queue & { sent: OutgoingMessage[] } {
  const sent: OutgoingMessage[] = [];
  return {
    sent,
    depth: async () => ({ visible: 0, inFlight: 0, delayed: 0 }),
    sendAll: async (messages) => {
      sent.push(...messages);
      return [];
    },
    send: unused,
    receive: unused,
    delete: unused,
    changeVisibility: unused,
    ...changes,
  };
}

async function redrive(args: string[], to: Queue, store = new MemoryStore()) {
  await recordFailure(store, CONTENT, FAILURE);
  const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
  const context = testContext(env, { objects: () => store, queue: async () => to });
  const code = await run(['redrive', ...args], context);
  const failures = await readFailures(store, CONTENT, ID);
  return { code, store, failures, printed: context.printed(), complained: context.complained() };
}

describe('redrive', () => {
  it('deletes a failure once the queue has the mail', async () => {
    const to = queue();
    expect(await redrive([ID], to)).toMatchObject({ code: 0, failures: [] });
    expect(to.sent).toHaveLength(1);
  });

  it('changes nothing when the queue does not exist', async () => {
    const touched: string[] = [];
    const store = new MemoryStore(async (name) => touched.push(name));
    const { code, failures } = await redrive([ID], queue({ depth: gone }), store);
    expect([code, failures]).toEqual([1, [FAILURE]]);
    expect(touched.filter((name) => /^(delete|put (?!failed))/.test(name))).toEqual([]);
  });

  it('sends one event for a mail with several failures', async () => {
    const store = new MemoryStore();
    await recordFailure(store, CONTENT, { ...FAILURE, destination: 'parsed-mail' });
    const to = queue();
    expect(await redrive([ID], to, store)).toMatchObject({ code: 0, failures: [] });
    expect(to.sent).toHaveLength(1);
  });

  it('sends one event per mail, however many failures it has and wherever a batch ends', async () => {
    const store = new MemoryStore();
    const ids = Array.from({ length: 13 }, (_, at) => `01KB00000000000000000000${at + 10}`);
    for (const id of ids) {
      const raw = { bucket: 'raw-mail', key: rawKey(id), versionId: null };
      for (const destination of ['parsed-mail', 'parsed-mail-orders', 'event-bus']) {
        await recordFailure(store, CONTENT, { ...FAILURE, id, raw, destination });
      }
      // An interrupted redrive left one of them behind.
      await beginRedrive(store, CONTENT, { ...FAILURE, id, raw });
    }
    const to = queue();
    const { code, printed } = await redrive(['--limit', '13'], to, store);
    expect([code, printed]).toEqual([0, '13 mails queued for parsing\n']);
    expect(to.sent.map(({ body }) => decodeS3Event(JSON.parse(body))?.created[0]?.key)).toEqual(
      [ID, ...ids.slice(0, 12)].map(rawKey),
    );
    for (const id of ids.slice(0, 12)) expect(await readFailures(store, CONTENT, id)).toEqual([]);
    expect(await readFailures(store, CONTENT, ids[12] ?? '')).toHaveLength(3);
  });

  it('resumes after a mail without skipping earlier ones when the redrive of a later mail was interrupted', async () => {
    const store = new MemoryStore();
    const later = { ...FAILURE, id: '01KB0000000000000000000009' };
    await beginRedrive(store, CONTENT, later);
    const to = queue();
    const { printed } = await redrive(['--limit', '1', '--json'], to, store);
    expect(JSON.parse(printed)).toMatchObject({ id: ID });
    await redrive(['--after', ID], to, store);
    expect(await readFailures(store, CONTENT, later.id)).toEqual([]);
  });

  it('keeps the document of a mail whose failure an interrupted redrive has deleted, because it may have been sent', async () => {
    const failure = { ...FAILURE, destination: null, route: null };
    const document = documentOf(CONTENT, ID);
    for (const interrupted of [true, false]) {
      const store = new MemoryStore();
      await store.put(document, Buffer.from('{}'));
      await recordFailure(store, CONTENT, failure);
      if (interrupted) await beginRedrive(store, CONTENT, failure);
      expect(await redrive([ID], queue(), store)).toMatchObject({ code: 0, failures: [] });
      expect(await store.head(document)).toEqual(interrupted ? expect.anything() : null);
    }
  });

  it('changes nothing when one of the ids has no failure', async () => {
    const to = queue();
    const { code, failures, complained } = await redrive([ID, '01KB0000000000000000000009'], to);
    expect([code, failures, to.sent]).toEqual([1, [FAILURE], []]);
    expect(complained).toContain('no failure of 01KB0000000000000000000009');
  });

  it.each<[string, Partial<Queue>]>([
    ['fails', { sendAll: gone }],
    ['refuses it', { sendAll: async ([message]) => (message ? [{ message, reason: 'no' }] : []) }],
  ])('keeps the failure unchanged when the queue %s', async (_what, changes) => {
    const { code, failures, store } = await redrive([ID], queue(changes));
    expect([code, failures]).toEqual([1, [FAILURE]]);
    expect([...store.objects.keys()]).toEqual([`${CONTENT}/${failedOf(CONTENT, FAILURE).key}`]);
  });

  it('loses no mail wherever it is killed, and another redrive resumes', async () => {
    for (let at = 0; ; at += 1) {
      const store = new MemoryStore();
      await recordFailure(store, CONTENT, FAILURE);
      let steps = 0;
      const killed = new MemoryStore(async () => {
        if (steps++ === at) throw new Error('killed');
      }, store.objects);
      const to = queue();
      const context = testContext(
        { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' },
        { objects: () => killed, queue: async () => to },
      );
      await run(['redrive', ID], context);
      const left = await readFailures(store, CONTENT, ID);
      expect(left.length + to.sent.length, `killed at step ${at}`).toBeGreaterThan(0);
      if (steps <= at) break;
      const next = queue();
      if (left.length > 0) expect(await redrive([ID], next, store)).toMatchObject({ code: 0, failures: [] });
      expect(next.sent.length).toBeLessThanOrEqual(1);
    }
  });
});
