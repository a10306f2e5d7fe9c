import { describe, expect, it } from 'vitest';
import { type RequeueValues, requeue } from '../../../cli/requeue.ts';
import { decodeS3Event } from '../../../core/aws/s3-event.ts';
import { rawKey } from '../../../core/mail/keys.ts';
import type { Requeued } from '../../../core/operations/requeue.ts';
import type { OutgoingMessage, Queue } from '../../../core/ports/queue.ts';
import { testContext } from '../../support/cli-context.ts';

const LOCAL = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
const idOf = (number: string) => `01KAHQ0V00${number.padStart(16, '0')}`;
const keyOf = (number: string) => rawKey(idOf(number));
const mail = (number: string): Requeued => ({
  id: idOf(number),
  raw: { bucket: 'raw-mail', key: keyOf(number), versionId: null },
  revision: 2,
});

async function* mails(count: number): AsyncGenerator<Requeued> {
  for (let index = 1; index <= count; index += 1) yield mail(String(index));
}

function queue(refuse: (message: OutgoingMessage) => boolean = () => false) {
  const sent: string[] = [];
  const unused = () => Promise.reject(new Error('requeue does not call this'));
  const port: Queue = {
    async sendAll(messages) {
      const refused = messages.filter(refuse);
      for (const message of messages) {
        if (!refuse(message)) sent.push(decodeS3Event(JSON.parse(message.body))?.created[0]?.key ?? '');
      }
      return refused.map((message) => ({ message, reason: 'no' }));
    },
    send: unused,
    receive: unused,
    delete: unused,
    changeVisibility: unused,
    depth: async () => ({ visible: 0, inFlight: 0, delayed: 0 }),
  };
  return { ...port, sent };
}

async function run(source: AsyncIterable<Requeued>, values: RequeueValues, to = queue(), signal?: AbortSignal) {
  const context = testContext(LOCAL, { queue: async () => to, ...(signal ? { signal } : {}) });
  const code = await requeue(source, { rate: '100000', ...values }, context);
  return {
    code,
    sent: to.sent,
    printed: context.printed(),
    complained: context.complained(),
    ifInterrupted: context.ifInterruptedNow(),
  };
}

describe('requeue', () => {
  it('sends one event per mail with its revision', async () => {
    const bodies: unknown[] = [];
    const to = queue((message) => {
      bodies.push(decodeS3Event(JSON.parse(message.body))?.created);
      return false;
    });
    await run(mails(1), {}, to);
    expect(bodies[0]).toEqual([{ bucket: 'raw-mail', key: keyOf('001'), versionId: null, revision: 2 }]);
  });

  it('keeps to the rate from the first mail on, and stops sending when interrupted', async () => {
    const stop = new AbortController();
    const to = queue();
    const sendAll = to.sendAll.bind(to);
    to.sendAll = (messages) => {
      stop.abort();
      return sendAll(messages);
    };
    const { code, sent, ifInterrupted } = await run(mails(9), { rate: '1' }, to, stop.signal);
    expect([code, sent]).toEqual([1, [keyOf('1')]]);
    expect(ifInterrupted).toBe(`interrupted: resume with --after ${idOf('1')}`);
  });

  it('sends all and says how many', async () => {
    const { code, sent, printed } = await run(mails(23), {});
    expect(sent).toHaveLength(23);
    expect(printed).toBe('23 mails queued for parsing\n');
    expect(code).toBe(0);
  });

  it('stops at the limit and resumes after a mail', async () => {
    expect((await run(mails(23), { limit: '12' })).sent.at(-1)).toBe(keyOf('012'));
    expect((await run(mails(23), { after: idOf('12') })).sent[0]).toBe(keyOf('013'));
    expect((await run(mails(23), { after: idOf('12'), limit: '3' })).sent).toEqual([
      keyOf('013'),
      keyOf('014'),
      keyOf('015'),
    ]);
  });

  it('does nothing in a dry run, and shows what it would do', async () => {
    const touched: string[] = [];
    const source = async function* () {
      yield { ...mail('001'), before: async () => void touched.push('001') };
    };
    const { sent, printed } = await run(source(), { 'dry-run': true });
    expect(sent).toEqual([]);
    expect(touched).toEqual([]);
    expect(printed).toBe(`${idOf('1')}  revision 2  raw-mail/${keyOf('1')}\n1 mail would be parsed again\n`);
  });

  it('runs the preparation of a mail before sending it', async () => {
    const order: string[] = [];
    const to = queue(() => {
      order.push('sent');
      return false;
    });
    const source = async function* () {
      yield { ...mail('001'), before: async () => void order.push('before') };
    };
    await run(source(), {}, to);
    expect(order[0]).toBe('before');
  });

  it('fails when the queue rejects a mail, but sends the others', async () => {
    const { code, sent, printed, complained } = await run(
      mails(3),
      {},
      queue(({ body }) => body.includes(idOf('2'))),
    );
    expect(sent).toEqual([keyOf('001'), keyOf('003')]);
    expect(printed).toContain('2 mails queued');
    expect(complained).toBe('the queue rejected a mail: no\n');
    expect(code).toBe(1);
  });

  it('says how to resume after Ctrl-C', async () => {
    const interrupt = new AbortController();
    const source = async function* () {
      yield* mails(10);
      interrupt.abort();
      yield* mails(30);
    };
    const { code, sent, ifInterrupted } = await run(source(), {}, queue(), interrupt.signal);
    expect(sent).toHaveLength(10);
    expect(ifInterrupted).toBe(`interrupted: resume with --after ${idOf('10')}`);
    expect(code).toBe(1);
  });

  it('repeats foreign mails rather than skip them', async () => {
    const foreign: Requeued = { ...mail('1'), raw: { ...mail('1').raw, key: 'ses/abc' } };
    const source = async function* () {
      yield* [foreign, mail('20'), mail('5')];
    };
    expect((await run(source(), { after: idOf('10') })).sent).toEqual(['ses/abc', keyOf('20')]);
  });

  it('keeps to its rate', async () => {
    const started = performance.now();
    await run(mails(30), { rate: '100' });
    expect(performance.now() - started).toBeGreaterThanOrEqual(195);
  });

  it('prints JSON lines', async () => {
    const { printed } = await run(mails(2), { json: true });
    expect(
      printed
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { id: idOf('1'), revision: 2, raw: { bucket: 'raw-mail', key: keyOf('001') } },
      { id: idOf('2') },
    ]);
  });
});
