import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ParsedMail, parsedMailSchema } from '../../core/mail/parsed-mail.ts';
import { queueMessage } from '../../core/mail/queue-message.ts';
import { beginAttempt } from '../../core/outcome/attempts.ts';
import type { Webhook } from '../../core/settings/webhook.ts';
import { type DeliverDeps, deliver, type Target } from '../../lambda/webhook/deliver.ts';
import { MemoryQueue, MemoryStore } from '../support/memory-aws.ts';
import { attachment, parsedMail } from '../support/parsed-mail.ts';
import { quietLog } from '../support/quiet-log.ts';
import { type Posted, WebhookReceiver } from '../support/webhook-receiver.ts';

const PDF = Buffer.from('%PDF');
const RAW = 'Subject: raw\r\n\r\nraw\r\n';
const MAIL = parsedMail({ attachments: [attachment()], text: 'x'.repeat(20_000) });
const CONTENT = 'mail-content';
const NOW = new Date('2026-11-22T10:00:00Z');

let receiver: WebhookReceiver;
let answer: (response: ServerResponse, posted: Posted) => void;
beforeAll(async () => {
  receiver = await WebhookReceiver.start((posted, response) => answer(response, posted));
});
afterAll(() => receiver.stop());
beforeEach(() => {
  receiver.posted.length = 0;
  answer = (response) => response.end('thanks');
});

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(code, headers).end();

/** Delivers one message to the receiver. */
async function run(
  changes: Partial<Webhook> = {},
  { mail = MAIL, receiveCount = 1, key = 'k', local = true, store = new MemoryStore() } = {},
) {
  await store.put(mail.document, Buffer.from(JSON.stringify(mail)));
  await store.put(mail.raw, Buffer.from('T'.repeat(mail.raw.traceBytes) + RAW));
  for (const ref of mail.attachments) await store.put(ref, PDF);
  const hidden: number[] = [];
  const counted: string[] = [];
  const deadLetters = new MemoryQueue();
  const deps: DeliverDeps = {
    store,
    contentBucket: CONTENT,
    allowLoopback: local,
    retryBaseSeconds: 60,
    log: quietLog(),
    metrics: { add: (metric) => counted.push(metric) },
    now: () => NOW,
  };
  const webhook: Webhook = {
    route: null,
    url: `${receiver.url}/hook`,
    format: 'parsed-mail',
    key: null,
    deadlineMs: 5_000,
    maxBodyBytes: 1024 * 1024,
    maxAttempts: 5,
    ...changes,
  };
  const target: Target = {
    webhook,
    queue: {
      changeVisibility: async (_handle, seconds) => {
        hidden.push(seconds);
      },
    },
    deadLetters,
    key: async () => key || null,
  };
  const { body, attributes } = queueMessage(mail, 16 * 1024);
  const strings = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));
  const record = { messageId: 'm', receiptHandle: 'h', queue: 'parsed-mail', body, attributes: strings, receiveCount };
  const error = await deliver(deps, target, record).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { error, hidden, counted, letters: deadLetters.sent };
}

const formOf = ({ body, headers }: Posted) =>
  new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();

describe('the posted body', () => {
  it('is the whole document, signed with its time', async () => {
    expect(await run()).toEqual({ error: null, hidden: [], counted: ['posted'], letters: [] });
    const [{ headers, body, path } = { headers: {}, body: Buffer.of(), path: '' }] = receiver.posted;
    const posted: ParsedMail = parsedMailSchema.parse(JSON.parse(body.toString()));
    expect(posted).toEqual(MAIL);
    expect(path).toBe('/hook');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'mail-pipeline-delivery': `${MAIL.dedupKey}/1`,
      'mail-pipeline-signature': `t=1795341600,v1=${createHmac('sha256', 'k')
        .update('1795341600.')
        .update(body)
        .digest('hex')}`,
    });
  });

  it('is unsigned without a key, and names the route', async () => {
    await run({ route: 'vip' }, { key: '', mail: { ...MAIL, route: 'vip' } });
    expect(receiver.posted[0]?.headers).not.toHaveProperty('mail-pipeline-signature');
    expect(receiver.posted[0]?.headers['mail-pipeline-delivery']).toBe(`${MAIL.dedupKey}/1/vip`);
    expect(JSON.parse(receiver.posted[0]?.body.toString() ?? '')).toMatchObject({ route: 'vip' });
  });

  it('includes attachments as Postmark does', async () => {
    await run({ format: 'postmark' });
    expect(JSON.parse(receiver.posted[0]?.body.toString() ?? '')).toMatchObject({
      TextBody: MAIL.text,
      Attachments: [{ Name: 'list.pdf', Content: PDF.toString('base64') }],
    });
  });

  it.each(['sendgrid', 'mailgun'] as const)('is a form as that of %s', async (format) => {
    await run({ format });
    const [posted] = receiver.posted;
    if (posted === undefined) throw new Error('nothing was posted');
    const form = await formOf(posted);
    const file = form.get(format === 'sendgrid' ? 'attachment1' : 'attachment-1');
    if (!(file instanceof File)) throw new Error('the attachment is no file');
    expect(Buffer.from(await file.arrayBuffer())).toEqual(PDF);
    if (format === 'sendgrid') return;
    const signed = createHmac('sha256', 'k')
      .update(`${form.get('timestamp')}${form.get('token')}`)
      .digest('hex');
    expect(form.get('signature')).toBe(signed);
  });

  it('includes a short mail as SES does, without the trace header', async () => {
    await run({ format: 'ses' });
    expect(JSON.parse(receiver.posted[0]?.body.toString() ?? '')).toMatchObject({
      notificationType: 'Received',
      content: RAW,
    });
  });
});

describe('a mail that the receiver does not accept', () => {
  it.each([301, 302, 307, 400, 403, 404, 429, 500, 503])('is posted again later after %i', async (code) => {
    answer = status(code, { location: '/elsewhere' });
    const { error, hidden, counted, letters } = await run();
    expect(error).toMatchObject({ code: 'webhook.failed', message: `the receiver answered ${code}` });
    expect({ hidden, counted, letters }).toEqual({ hidden: [60], counted: ['postRetried'], letters: [] });
    expect(receiver.posted.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('waits four times as long each time, six hours at most', async () => {
    answer = status(500);
    const waits = [];
    const store = new MemoryStore();
    for (let receiveCount = 1; receiveCount < 10; receiveCount += 1) {
      waits.push((await run({ maxAttempts: 10 }, { receiveCount, store })).hidden[0]);
    }
    expect(waits).toEqual([60, 240, 960, 3_840, 15_360, 21_600, 21_600, 21_600, 21_600]);
  });

  it('fails permanently at the last attempt, with the reason', async () => {
    answer = status(500);
    const { error, hidden, letters, counted } = await run({ maxAttempts: 1 });
    expect({ error, hidden, counted }).toEqual({ error: null, hidden: [], counted: ['postGivenUp'] });
    expect(letters).toMatchObject([
      {
        body: expect.stringContaining(MAIL.id),
        attributes: {
          failureReason: 'webhook.failed',
          lastError: 'the receiver answered 500',
          failureReceiveCount: '1',
        },
      },
    ]);
  });

  it('counts no throttled deliveries: all attempts remain after hundreds of them', async () => {
    answer = status(500);
    const store = new MemoryStore();
    const runs = [];
    for (let receiveCount = 900; receiveCount < 905; receiveCount += 1) {
      runs.push(await run({}, { receiveCount, store }));
    }
    expect(runs.map(({ hidden: [seconds] }) => seconds)).toEqual([60, 240, 960, 3_840, undefined]);
    expect(runs.at(-1)?.letters).toMatchObject([{ attributes: { failureReceiveCount: '5' } }]);
  });

  it('fails permanently when its attempts kill the function, and is not posted any more', async () => {
    const store = new MemoryStore();
    for (const receiveCount of [1, 2, 3, 4, 5]) {
      expect(await beginAttempt(store, CONTENT, { messageId: 'm', receiveCount }, 5)).toMatchObject({
        hopeless: false,
      });
    }
    const { letters } = await run({}, { receiveCount: 6, store });
    expect(letters).toMatchObject([{ attributes: { failureReason: 'retries.exhausted' } }]);
    expect(receiver.posted).toEqual([]);
  });

  it.each([
    ['postmark', 403],
    ['mailgun', 406],
    ['parsed-mail', 410],
  ] as const)('fails permanently at once with %s for %i', async (format, code) => {
    answer = status(code);
    const { error, letters } = await run({ format });
    expect(error).toBeNull();
    expect(letters).toMatchObject([{ attributes: { failureReason: 'webhook.refused' } }]);
  });

  it('waits for a silent receiver until the deadline', async () => {
    answer = () => {};
    expect(await run({ deadlineMs: 100 })).toMatchObject({ error: { code: 'webhook.unreachable' }, hidden: [60] });
  });

  it('reads an endless answer only once', async () => {
    answer = (response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('more '.repeat(1_000)), 1);
      response.on('close', () => clearInterval(more));
    };
    expect((await run()).error).toBeNull();
  });

  it.each([
    ['the metadata service', 'http://169.254.169.254/latest/meta-data', 'webhook.forbidden'],
    ['the metadata service, with TLS', 'https://169.254.169.254/', 'webhook.forbidden'],
    ['the metadata service, mapped', 'https://[::ffff:169.254.169.254]/', 'webhook.forbidden'],
    ['another machine without TLS', 'http://192.0.2.1/', 'webhook.forbidden'],
  ])('is never posted to %s', async (_what, url, failureReason) => {
    expect((await run({ url })).letters).toMatchObject([{ attributes: { failureReason } }]);
  });

  it('is posted to this machine in local mode only, by whatever name', async () => {
    for (const url of [`${receiver.url}/`, `https://localhost:${new URL(receiver.url).port}/`]) {
      expect((await run({ url }, { local: false })).letters).toMatchObject([
        { attributes: { failureReason: 'webhook.forbidden' } },
      ]);
    }
    expect(receiver.posted).toEqual([]);
  });

  it('is not posted when its body exceeds the limit, and its attachments are not fetched', async () => {
    const huge = parsedMail({ attachments: [attachment({ size: 10_000_000, key: 'attachments/not-there' })] });
    for (const [mail, format] of [
      [huge, 'postmark'],
      [parsedMail({ text: 'x'.repeat(70_000) }), 'parsed-mail'],
    ] as const) {
      expect((await run({ format, maxBodyBytes: 64 * 1024 }, { mail })).letters).toMatchObject([
        { attributes: { failureReason: 'webhook.too_large' } },
      ]);
    }
    expect(receiver.posted).toEqual([]);
  });
});
