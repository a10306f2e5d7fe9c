import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { run } from '../../../cli/program.ts';
import { claimCheckBody } from '../../../core/mail/claim-check.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { Queue, ReceivedMessage } from '../../../core/ports/queue.ts';
import { testContext } from '../../support/cli-context.ts';

const LOCAL = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
const MAIL = {
  id: '01KAHQ0V00AAAAAAAAAAAAAAAA',
  receivedAt: '2026-11-16T08:15:00.123Z',
  from: [{ name: 'Ada', address: 'ada@example.org' }],
  subject: 'Hello \x1b[31m\u202eworld',
  kind: 'bounce',
  attachments: [{ size: 1 }, { size: 2 }],
  defects: [{ code: 'mime.truncated' }, { code: 'mime.truncated' }],
};

/** A queue that delivers `bodies` once, in order, and records what was deleted. */
function scriptedQueue(bodies: string[], onEmpty: () => void = () => {}) {
  const left = [...bodies.entries()];
  const deleted: string[] = [];
  const asked: number[] = [];
  const unused = () => Promise.reject(new Error('tail does not call this'));
  const queue: Queue = {
    async receive({ max = 10 } = {}) {
      asked.push(max);
      if (left.length === 0) onEmpty();
      return left.splice(0, max).map(([index, body]) => received(index, body));
    },
    async delete(handle) {
      deleted.push(handle);
    },
    send: unused,
    sendAll: unused,
    changeVisibility: unused,
    depth: unused,
  };
  return { ...queue, deleted, asked };
}

/** A read-only object store with these objects. */
function memoryObjects(objects: Record<string, string>): ObjectStore {
  const unused = () => Promise.reject(new Error('tail does not call this'));
  return {
    async get({ bucket, key }) {
      const content = objects[`${bucket}/${key}`];
      if (content === undefined) return null;
      const head = {
        size: content.length,
        lastModified: new Date(),
        etag: '"x"',
        contentType: null,
        metadata: {},
        versionId: null,
      };
      return { ...head, body: Readable.from([Buffer.from(content)]) };
    },
    async *list() {},
    put: unused,
    copy: unused,
    head: unused,
    delete: unused,
  };
}

function received(index: number, body: string): ReceivedMessage {
  return {
    messageId: `m${index}`,
    receiptHandle: `h${index}`,
    body,
    attributes: {},
    receiveCount: 1,
    sentAt: new Date(),
  };
}

async function tail(bodies: string[], ...args: string[]) {
  const queue = scriptedQueue(bodies);
  const context = testContext(LOCAL, { queue: async () => queue });
  const code = await run(['tail', '--idle', '0', ...args], context);
  return { code, queue, printed: context.printed(), complained: context.complained() };
}

describe('tail', () => {
  it('prints a line for each mail and deletes it', async () => {
    const { code, queue, printed } = await tail([JSON.stringify(MAIL)]);
    expect(printed).toBe(
      '01KAHQ0V00AAAAAAAAAAAAAAAA  2026-11-16 08:15:00  ada@example.org  Hello \\u001b[31m\\u202eworld  bounce  2 attachments  defects: mime.truncated\n',
    );
    expect(queue.deleted).toEqual(['h0']);
    expect(code).toBe(0);
  });

  it('prints the whole message as one line of JSON', async () => {
    const { printed } = await tail([JSON.stringify({ ...MAIL, later: ['field'] }, null, 2)], '--json');
    expect(printed.split('\n')).toHaveLength(2);
    expect(JSON.parse(printed)).toEqual({ ...MAIL, later: ['field'] });
    expect(printed).not.toContain('\u202e');
  });

  it('prints a mail without sender and subject', async () => {
    const { printed } = await tail([JSON.stringify({ ...MAIL, from: [], subject: null })]);
    expect(printed).toContain('(no sender)  (no subject)');
  });

  it.each(['not json', '{}', '[]', 'null'])('leaves %j on the queue', async (body) => {
    const { queue, printed, complained } = await tail([body, JSON.stringify(MAIL)]);
    expect(complained).toBe('left on the queue, not a parsed mail: message m0\n');
    expect(queue.deleted).toEqual(['h1']);
    expect(printed).toContain(MAIL.id);
  });

  it('prints the mail a message points to', async () => {
    const pointer = claimCheckBody({ bucket: 'content', key: 'parsed/a.json' });
    const queue = scriptedQueue([pointer]);
    const store = memoryObjects({ 'content/parsed/a.json': JSON.stringify(MAIL) });
    const context = testContext(LOCAL, { queue: async () => queue, objects: () => store });
    expect(await run(['tail', '--idle', '0'], context)).toBe(0);
    expect(context.printed()).toContain(MAIL.id);
    expect(queue.deleted).toEqual(['h0']);
  });

  it('receives no more than the limit', async () => {
    const { code, queue } = await tail(Array(12).fill(JSON.stringify(MAIL)), '--limit', '11');
    expect(queue.deleted).toHaveLength(11);
    expect(queue.asked).toEqual([10, 1]);
    expect(code).toBe(0);
  });

  it('fails when fewer mails arrive than the limit', async () => {
    expect((await tail([JSON.stringify(MAIL)], '--limit', '2')).code).toBe(1);
  });

  it('ends with success on Ctrl-C', async () => {
    const interrupt = new AbortController();
    const queue = scriptedQueue([JSON.stringify(MAIL)], () => interrupt.abort());
    const context = testContext(LOCAL, { queue: async () => queue, signal: interrupt.signal });
    expect(await run(['tail'], context)).toBe(0);
    expect(queue.deleted).toEqual(['h0']);
  });

  it('deletes only printed mails', async () => {
    const queue = scriptedQueue([JSON.stringify(MAIL)]);
    const context = testContext(LOCAL, { queue: async () => queue });
    context.out.write = () => Promise.reject(new Error('gone'));
    expect(await run(['tail', '--idle', '0'], context)).toBe(1);
    expect(queue.deleted).toEqual([]);
  });
});
