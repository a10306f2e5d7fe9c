import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeEnvelope, parseEnvelope } from '../../core/mail/envelope.ts';
import { TransientError } from '../../core/mail/errors.ts';
import type { DataHook } from '../../core/settings/edge.ts';
import { DataService } from '../support/data-service.ts';
import { type EdgeChanges, RAW_BUCKET, startTestEdge, type TestEdge } from '../support/edge.ts';

const MB = 1024 * 1024;
const MAIL = 'Subject: one\r\n\r\nsixteen bytes.\r\n';

let service: DataService;
let test: TestEdge;
beforeEach(async () => {
  service = await DataService.start();
});
afterEach(async () => {
  service.stop();
  await test.close();
});

async function start(hook: Partial<DataHook> = {}, changes: EdgeChanges = {}): Promise<void> {
  const dataHook = { provider: 'http', url: service.url, deadlineMs: 30_000, onFailure: 'accept', ...hook } as const;
  test = await startTestEdge({ dataHook, ...changes });
}

/** Delivers a mail and returns the server's reply. */
async function deliver(mail: string | Buffer = MAIL, recipients = ['info@ours.test']): Promise<string> {
  const client = await test.greeted();
  await client.command('MAIL FROM:<a@b.test>');
  for (const recipient of recipients) await client.command(`RCPT TO:<${recipient}>`);
  expect(await client.command('DATA')).toMatch(/^354 /);
  client.send(mail);
  client.send('.\r\n');
  return client.reply();
}

const stored = async () => {
  const objects = await test.store.objects(RAW_BUCKET);
  return {
    held: objects.filter(({ key }) => key.startsWith('raw/held/')),
    mails: objects.filter(({ key }) => key.endsWith('.eml')),
    sidecars: objects.filter(({ key }) => key.endsWith('.envelope.json')),
  };
};

async function verdictOfOnly() {
  const { mails, sidecars } = await stored();
  expect(mails).toHaveLength(1);
  const inline = mails[0]?.metadata['envelope'];
  return (inline === undefined ? parseEnvelope(String(sidecars[0]?.bytes)) : decodeEnvelope(inline)).verdict;
}

const lastLine = () => test.log.findLast(({ message }) => message === 'transaction');

describe('the data hook', () => {
  it('is called when the mail is stored but triggers no event yet; an accepted mail is committed with its tags', async () => {
    await start();
    const atQuestion: unknown[] = [];
    service.answer = async ({ body }, response) => {
      const { held, mails } = await stored();
      const question = JSON.parse(body.toString());
      atQuestion.push(question, held[0]?.key, held[0]?.bytes.subarray(question.held.traceBytes).toString(), mails);
      response.end('{"action":"accept","tags":["newsletter","de"]}');
    };
    const id = /^250 2\.0\.0 queued as (\S+)$/.exec(await deliver())?.[1];
    expect(atQuestion).toEqual([
      {
        id,
        receivedAt: expect.stringMatching(/Z$/),
        envelope: {
          mailFrom: 'a@b.test',
          rcptTo: ['info@ours.test'],
          remoteAddress: '127.0.0.1',
          remotePort: expect.any(Number),
          helo: 'client.test',
          tls: null,
          smtpUtf8: false,
        },
        size: MAIL.length,
        held: { bucket: RAW_BUCKET, key: expect.stringMatching(`^raw/held/.*/${id}$`), traceBytes: expect.any(Number) },
      },
      expect.stringMatching(`/${id}$`),
      MAIL,
      [],
    ]);
    expect(service.asked[0]).toMatchObject({
      path: '/verdict?tenant=7',
      headers: { 'content-type': 'application/json' },
    });
    const { held, mails } = await stored();
    expect(mails[0]?.bytes).toEqual(held[0]?.bytes);
    expect(mails[0]?.metadata['trace-bytes']).toBe(held[0]?.metadata['trace-bytes']);
    expect(await verdictOfOnly()).toMatchObject({
      provider: 'http',
      status: 'ok',
      reason: null,
      said: { action: 'accept', tags: ['newsletter', 'de'] },
    });
    expect(lastLine()).toMatchObject({ outcome: 'accepted', verdict: 'accept' });
  });

  it('rejects and defers in its own words, bounded and printable, and such a mail is not committed', async () => {
    await start();
    service.says({ action: 'reject', text: `no\r\n250 OK ü ${'x'.repeat(1_000)}` });
    expect(await deliver()).toMatch(/^550 5\.7\.1 no 250 OK {3}x{300,400}$/);
    expect(lastLine()).toMatchObject({ outcome: 'rejected', verdict: 'reject' });
    service.says({ action: 'defer' });
    expect(await deliver()).toBe('451 4.7.1 The mail is not accepted now, try again later');
    const { held, mails, sidecars } = await stored();
    expect([held.length, mails, sidecars]).toEqual([2, [], []]);
  });

  it('handles a streamed mail like a small one', async () => {
    await start();
    expect(await deliver(Buffer.alloc(20 * MB, 'sixteen bytes.\r\n'))).toMatch(/^250 /);
    expect(JSON.parse(String(service.asked[0]?.body))).toMatchObject({ size: 20 * MB });
    expect(await verdictOfOnly()).toMatchObject({ status: 'ok' });
    service.says({ action: 'reject' });
    expect(await deliver(Buffer.alloc(20 * MB, 'sixteen bytes.\r\n'))).toMatch(/^550 5\.7\.1 /);
    expect((await stored()).mails).toHaveLength(1);
  });

  it('puts an envelope with a verdict too long for metadata into a sidecar ahead of the mail', async () => {
    await start();
    service.says({ action: 'accept', tags: Array(50).fill('x'.repeat(200)) });
    expect(await deliver()).toMatch(/^250 /);
    expect(await verdictOfOnly()).toMatchObject({ said: { tags: Array(20).fill('x'.repeat(100)) } });
    expect((await stored()).sidecars).toHaveLength(1);
  });

  it.each([
    ['a status that is not 200', 'it answered 500', (response) => response.writeHead(500).end()],
    ['a redirect', 'it answered 302', (response) => response.writeHead(302, { location: service.url }).end()],
    ['no JSON', 'the answer is not', (response) => response.end('<html>')],
    ['an action that is none', 'the answer is not', (response) => response.end('{"action":"drop"}')],
    ['an endless answer', 'longer than 262144 bytes', (response) => response.end(Buffer.alloc(300_000, 32))],
    [
      'an answer cut off',
      '',
      (response) => response.writeHead(200, { 'content-length': 50 }).write('{"act', () => response.destroy()),
    ],
  ] satisfies [string, string, (response: Parameters<DataService['answer']>[1]) => unknown][])(
    'treats %s as a failure: the mail is accepted, and its envelope says so',
    async (_, reason, answer) => {
      await start();
      service.answer = (_question, response) => answer(response);
      expect(await deliver()).toMatch(/^250 /);
      expect(await verdictOfOnly()).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining(reason),
        said: null,
      });
      expect(test.log).toContainEqual(expect.objectContaining({ message: 'data hook failed' }));
    },
  );

  it('never delays a mail beyond its deadline', async () => {
    await start({ deadlineMs: 50 });
    service.answer = () => {};
    expect(await deliver()).toMatch(/^250 /);
    expect(await verdictOfOnly()).toMatchObject({ status: 'timed-out', reason: 'no answer within 50 ms', said: null });
    expect(lastLine()).toMatchObject({ outcome: 'accepted', verdict: 'timed-out' });
  });

  it('defers with 451 when it is late or down and onFailure is "defer"', async () => {
    await start({ deadlineMs: 50, onFailure: 'defer' });
    service.answer = () => {};
    expect(await deliver()).toBe('451 4.3.0 The mail cannot be checked now, try again later');
    service.stop();
    expect(await deliver()).toMatch(/^451 4\.3\.0 /);
    expect((await stored()).mails).toEqual([]);
  });

  it('releases the memory of every mail', async () => {
    await start({}, { limits: { inFlightBytes: 40 * MB } });
    for (const action of ['accept', 'reject', 'defer', 'drop']) {
      service.says({ action });
      expect(await deliver(Buffer.alloc(15 * MB, 'sixteen bytes.\r\n'))).not.toMatch(/^452/);
    }
    const metrics = await fetch(`http://127.0.0.1:${test.edge.healthPort}/metrics`).then((answer) => answer.text());
    expect(metrics).toMatch(/in_flight_bytes\S* 0\n/);
  });

  it('answers 451 when the store cannot commit an accepted mail, and 250 when it already has it', async () => {
    const put = async () => ({ outcome: 'created' as const, versionId: null });
    const copies = [
      () => Promise.reject(new TransientError('s3.SlowDown', 'the store is busy')),
      // The response to the first copy request was lost.
      async () => ({ outcome: 'exists' as const, versionId: null }),
    ];
    await start({}, { deps: { store: { put, copy: () => (copies.shift() ?? put)() } } });
    expect(await deliver()).toMatch(/^451 4\.3\.0 The mail could not be stored/);
    expect(await deliver()).toMatch(/^250 /);
  });

  it('ends a mail with its verdict while the edge drains', async () => {
    await start();
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      service.answer = (_, response) => {
        answer = () => response.end('{"action":"accept"}');
        resolve();
      };
    });
    const reply = deliver();
    await asked;
    const drained = test.edge.drain();
    answer();
    expect(await reply).toMatch(/^250 /);
    await drained;
  });
});
