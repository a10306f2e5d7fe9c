import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AccessError, PermanentError } from '../../core/mail/errors.ts';
import { SQS_MESSAGE_MAX_BYTES } from '../../core/mail/limits.ts';
import type { OutgoingMessage, Queue, ReceivedMessage } from '../../core/ports/queue.ts';

export interface QueueUnderTest {
  queue: Queue;
  /** A queue that does not exist. */
  missing: Queue;
  stop(): Promise<void>;
}

const WAIT_SECONDS = 5;

/**
 * The contract of `core/ports/queue.ts`, for any implementation. Needs a queue that nothing else uses, and drains it.
 */
export function queueConformance(name: string, start: () => Promise<QueueUnderTest>): void {
  describe(`queue conformance: ${name}`, () => {
    let subject: QueueUnderTest;
    let queue: Queue;

    beforeAll(async () => {
      subject = await start();
      queue = subject.queue;
    });
    beforeEach(() => drain(queue));
    afterAll(() => subject?.stop());

    it('returns what was sent, once it is received', async () => {
      const before = Date.now();
      const attributes = { schema: 'parsed-mail/1', 'recipient.domain': 'bücher.example' };
      const { messageId } = await queue.send({ body: BODY, attributes: { ...attributes, size: 17 } });
      const message = await receiveOne(queue);
      expect(message).toMatchObject({
        messageId,
        body: BODY,
        attributes: { ...attributes, size: '17' },
        receiveCount: 1,
      });
      expect(Math.abs(message.sentAt.getTime() - before)).toBeLessThan(60_000);
      await queue.delete(message.receiptHandle);
    });

    it('keeps a received message from others until its visibility ends, and counts receives', async () => {
      await queue.send({ body: 'again' });
      const first = await receiveOne(queue, { visibilitySeconds: 1 });
      expect(await queue.receive({ waitSeconds: 0 })).toEqual([]);
      const second = await receiveOne(queue);
      expect(second).toMatchObject({ messageId: first.messageId, receiveCount: 2 });
      expect(second.receiptHandle).not.toBe(first.receiptHandle);
      await queue.delete(second.receiptHandle);
    });

    it('makes a message visible at once with visibility 0', async () => {
      await queue.send({ body: 'back' });
      const first = await receiveOne(queue);
      await queue.changeVisibility(first.receiptHandle, 0);
      const second = await receiveOne(queue);
      expect(second).toMatchObject({ messageId: first.messageId, receiveCount: 2 });
      await queue.delete(second.receiptHandle);
    });

    it('extends a visibility timeout', async () => {
      await queue.send({ body: 'longer' });
      const first = await receiveOne(queue, { visibilitySeconds: 1 });
      await queue.changeVisibility(first.receiptHandle, 600);
      expect(await queue.receive({ waitSeconds: 2 })).toEqual([]);
      await queue.delete(first.receiptHandle);
    });

    it('deletes for good, and a second time without an error', async () => {
      await queue.send({ body: 'gone' });
      const message = await receiveOne(queue, { visibilitySeconds: 1 });
      await queue.delete(message.receiptHandle);
      await queue.delete(message.receiptHandle);
      expect(await queue.receive({ waitSeconds: 2 })).toEqual([]);
    });

    it('holds a message back for its delay', async () => {
      const before = Date.now();
      await queue.send({ body: 'later', delaySeconds: 1 });
      const message = await receiveOne(queue);
      expect(Date.now() - before).toBeGreaterThanOrEqual(900);
      await queue.delete(message.receiptHandle);
    });

    it('ends a long poll as soon as a message comes', async () => {
      const polling = receiveOne(queue);
      const { messageId } = await queue.send({ body: 'woken' });
      const message = await polling;
      expect(message.messageId).toBe(messageId);
      await queue.delete(message.receiptHandle);
    });

    it('ends a long poll without messages when the signal aborts, and receives nothing afterwards', async () => {
      const controller = new AbortController();
      const polling = queue.receive({ waitSeconds: 20, signal: controller.signal });
      controller.abort();
      expect(await polling).toEqual([]);
      await queue.send({ body: 'not for the one who left' });
      const message = await receiveOne(queue);
      expect(message.receiveCount).toBe(1);
      await queue.delete(message.receiptHandle);
    });

    it('sends any number, in batches of ten and of 1 MiB', async () => {
      const small = Array.from({ length: 23 }, (_, index) => ({ body: `small ${index}` }));
      const large = Array.from({ length: 4 }, (_, index) => ({ body: `large ${index} ${'x'.repeat(400_000)}` }));
      const sent = [...small, ...large];
      expect(await queue.sendAll(sent)).toEqual([]);
      const bodies = (await takeAll(queue, sent.length)).map(({ body }) => body);
      expect(bodies.sort()).toEqual(sent.map(({ body }) => body).sort());
    });

    it('names the messages it refused and sends the others', async () => {
      const tooLong = { body: 'x'.repeat(SQS_MESSAGE_MAX_BYTES + 1) };
      const forbidden = { body: 'a control character: \u0001' };
      const refused = await queue.sendAll([{ body: 'fine' }, tooLong, forbidden, { body: 'fine too' }]);
      expect(refused.map(({ message }) => message).sort(byLength)).toEqual([forbidden, tooLong]);
      for (const { reason } of refused) expect(reason).not.toBe('');
      const bodies = (await takeAll(queue, 2)).map(({ body }) => body);
      expect(bodies.sort()).toEqual(['fine', 'fine too']);
    });

    it('accepts 1 MiB with attributes, and not one byte more', async () => {
      const attributes = { kind: 'message' };
      const room = SQS_MESSAGE_MAX_BYTES - 'kind'.length - 'String'.length - 'message'.length;
      await queue.send({ body: 'x'.repeat(room), attributes });
      const tooLong = queue.send({ body: 'x'.repeat(room + 1), attributes });
      await expect(tooLong).rejects.toBeInstanceOf(PermanentError);
      const [message] = await takeAll(queue, 1);
      expect(message?.body.length).toBe(room);
    });

    it('refuses an empty body and characters that SQS refuses', async () => {
      for (const body of ['', 'NUL \u0000', 'noncharacter \uFFFE']) {
        await expect(queue.send({ body }), JSON.stringify(body)).rejects.toBeInstanceOf(PermanentError);
      }
    });

    it('refuses an invalid receipt handle', async () => {
      await expect(queue.delete('no handle')).rejects.toBeInstanceOf(PermanentError);
      await expect(queue.changeVisibility('no handle', 0)).rejects.toBeInstanceOf(PermanentError);
    });

    it('returns the number of visible, in-flight and delayed messages', async () => {
      const before = await queue.depth();
      await queue.sendAll([{ body: 'one' }, { body: 'two' }, { body: 'later', delaySeconds: 900 }]);
      await receiveOne(queue);
      const added = async () => {
        const { visible, inFlight, delayed } = await queue.depth();
        return [visible - before.visible, inFlight - before.inFlight, delayed - before.delayed];
      };
      // AWS can take up to a minute to update its counters.
      await expect.poll(added).toEqual([1, 1, 1]);
    });

    it('rejects with an access error for a missing queue', async () => {
      const { missing } = subject;
      await expect(missing.send({ body: 'nowhere' })).rejects.toBeInstanceOf(AccessError);
      await expect(missing.receive({ waitSeconds: 0 })).rejects.toBeInstanceOf(AccessError);
      await expect(missing.depth()).rejects.toBeInstanceOf(AccessError);
    });
  });
}

const BODY = JSON.stringify({ subject: 'Grüße – 日本語 😀', text: 'a\r\nb\tc' });

const byLength = (a: OutgoingMessage, b: OutgoingMessage) => a.body.length - b.body.length;

async function receiveOne(queue: Queue, options: { visibilitySeconds?: number } = {}): Promise<ReceivedMessage> {
  const [message] = await queue.receive({ max: 1, waitSeconds: WAIT_SECONDS, ...options });
  if (message === undefined) throw new Error('nothing was received');
  return message;
}

/** Receives and deletes `count` messages. */
async function takeAll(queue: Queue, count: number): Promise<ReceivedMessage[]> {
  const taken: ReceivedMessage[] = [];
  while (taken.length < count) {
    const messages = await queue.receive({ waitSeconds: WAIT_SECONDS });
    if (messages.length === 0) throw new Error(`${taken.length} of ${count} messages came`);
    await Promise.all(messages.map(({ receiptHandle }) => queue.delete(receiptHandle)));
    taken.push(...messages);
  }
  return taken;
}

/** Removes messages left by a failed test, which would mislead the next one. */
async function drain(queue: Queue): Promise<void> {
  for (let messages = await queue.receive({ waitSeconds: 0 }); messages.length > 0; ) {
    await Promise.all(messages.map(({ receiptHandle }) => queue.delete(receiptHandle)));
    messages = await queue.receive({ waitSeconds: 0 });
  }
}
