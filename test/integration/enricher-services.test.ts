import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { s3ObjectLinks } from '../../core/aws/s3-object-links.ts';
import { JsonService } from '../../core/http/json-service.ts';
import type { Work } from '../../lambda/enricher/runner.ts';
import { DetonationHttp } from '../../lambda/enricher/steps/detonation/detonation-http.ts';
import { ModelHttp } from '../../lambda/enricher/steps/model/model-http.ts';
import { type LocalS3, startLocalS3 } from '../support/local-s3.ts';
import { attachment, parsedMail } from '../support/parsed-mail.ts';
import { type Posted, WebhookReceiver } from '../support/webhook-receiver.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const ATTACHMENT = attachment();

let receiver: WebhookReceiver;
let answer: (response: ServerResponse, posted: Posted) => void;
beforeAll(async () => {
  receiver = await WebhookReceiver.start((posted, response) => answer(response, posted));
});
afterAll(() => receiver.stop());
beforeEach(() => {
  receiver.posted.length = 0;
});

const json =
  (value: unknown, status = 200) =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

interface Circumstances {
  deadlineMs?: number;
  url?: string;
  local?: boolean;
}

const service = (
  name: string,
  { deadlineMs = 5_000, url = `${receiver.url}/v1/files?tenant=7`, local = true }: Circumstances,
) => new JsonService({ name, url, deadlineMs, allowLoopback: local, key: async () => 'k', now: () => NOW });

const work = (overrides: Partial<Work> = {}): Work => ({
  task: { step: 'detonation', provider: '127.0.0.1', partId: '2', skip: null },
  mail: parsedMail({ attachments: [ATTACHMENT], enrichment: { language: { language: 'de', confidence: 1 } } }),
  attachment: ATTACHMENT,
  signal: new AbortController().signal,
  spend: async () => true,
  ...overrides,
});

const signatureOf = (text: string | Buffer) =>
  `t=1795341600,v1=${createHmac('sha256', 'k').update('1795341600.').update(text).digest('hex')}`;

const links = { link: async () => 'https://s3.example.com/a?X-Amz-Signature=1' };
const detonation = (circumstances: Circumstances = {}) =>
  new DetonationHttp({ service: service('detonation', circumstances), links, now: () => NOW });

/** Faults between the enricher and any service. */
const FAULTS: [string, (response: ServerResponse) => void, Circumstances, object][] = [
  ['throttles', json({}, 429), {}, { code: 'busy', kind: 'transient' }],
  ['fails', json({}, 503), {}, { code: 'busy', kind: 'transient' }],
  ['refuses', json({}, 403), {}, { code: 'refused', kind: 'permanent' }],
  ['hangs', () => {}, { deadlineMs: 100 }, { code: 'unreachable', kind: 'transient' }],
  [
    'hangs in the middle',
    (response) => response.write('{'),
    { deadlineMs: 100 },
    { code: 'unreachable', kind: 'transient' },
  ],
  ['hangs up', (response) => response.destroy(), {}, { code: 'unreachable', kind: 'transient' }],
  ['answers no JSON', (response) => response.end('<html>'), {}, { code: 'answer_invalid', kind: 'permanent' }],
  ['answers a list', json([]), {}, { code: 'answer_invalid', kind: 'permanent' }],
  ['answers without an end', (response) => response.end('x'.repeat(300_000)), {}, { code: 'answer_too_large' }],
  [
    'sends elsewhere',
    (response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end(),
    {},
    { code: 'refused', kind: 'permanent' },
  ],
  ['is on this machine, in a deployment', json({}), { local: false }, { code: 'forbidden', kind: 'permanent' }],
  ['is the metadata service', json({}), { url: 'https://169.254.169.254/x' }, { code: 'forbidden', kind: 'permanent' }],
];
const prefixed = (name: string, expected: object) => ({
  ...expected,
  ...('code' in expected ? { code: `${name}.${expected.code}` } : {}),
});

describe('DetonationHttp', () => {
  it('sends a link in a signed request', async () => {
    answer = json({ status: 'done', verdict: 'malicious', score: 97, reference: 'r-1', extra: 1 });
    expect(await detonation().run(work())).toEqual({
      status: 'ok',
      result: { partId: '2', verdict: 'malicious', score: 97, reference: 'r-1' },
      costUsd: 0,
    });
    const [{ path, headers, body } = {}] = receiver.posted;
    expect(path).toBe('/v1/files?tenant=7');
    expect(headers?.['mail-pipeline-signature']).toBe(signatureOf(body ?? ''));
    expect(JSON.parse(String(body))).toEqual({
      schema: 'mail-pipeline/detonation/1',
      mailId: work().mail.id,
      partId: '2',
      filename: 'list.pdf',
      contentType: 'application/pdf',
      size: 4,
      sha256: ATTACHMENT.sha256,
      link: 'https://s3.example.com/a?X-Amz-Signature=1',
      linkExpiresAt: '2026-11-22T10:15:00.000Z',
    });
  });

  it('asks for the report until there is one, and may ask again', async () => {
    answer = json({ status: 'pending', id: 'r-1', pollSeconds: 5 }, 202);
    const pending = { status: 'pending', handle: 'r-1', pollSeconds: 5 };
    expect([await detonation().run(work()), await detonation().resume(work(), 'r-1')]).toEqual([pending, pending]);
    answer = json({ status: 'done', verdict: 'clean' });
    const done = { status: 'ok', result: { partId: '2', verdict: 'clean', score: null, reference: null }, costUsd: 0 };
    expect([await detonation().resume(work(), 'r-1'), await detonation().resume(work(), 'r-1')]).toEqual([done, done]);
    const asked = receiver.posted.at(-1);
    expect(asked?.path).toBe('/v1/files/r-1?tenant=7');
    expect(asked?.headers['mail-pipeline-signature']).toBe(signatureOf('/v1/files/r-1?tenant=7'));
  });

  it.each(FAULTS)('handles a service that %s', async (_what, how, circumstances, expected) => {
    answer = how;
    await expect(detonation(circumstances).run(work())).rejects.toMatchObject(prefixed('detonation', expected));
    await expect(detonation(circumstances).resume(work(), 'r-1')).rejects.toMatchObject(
      prefixed('detonation', expected),
    );
  });

  it.each<[string, object]>([
    ['a verdict of its own', { status: 'done', verdict: 'fine' }],
    ['a score beyond the scale', { status: 'done', verdict: 'clean', score: 101 }],
    ['an id that leads elsewhere', { status: 'pending', id: '../../admin' }],
    ['an id that is a URL', { status: 'pending', id: 'http://169.254.169.254/' }],
    ['dots', { status: 'pending', id: '..' }],
    ['a poll without a pause', { status: 'pending', id: 'r', pollSeconds: 0 }],
  ])('refuses %s', async (_what, value) => {
    answer = json(value);
    await expect(detonation().run(work())).rejects.toMatchObject({ code: 'detonation.answer_invalid' });
  });

  it('does not switch to another report', async () => {
    answer = json({ status: 'pending', id: 'r-2' });
    await expect(detonation().resume(work(), 'r-1')).rejects.toMatchObject({ code: 'detonation.answer_invalid' });
  });

  it('requests no report with an invalid id', async () => {
    await expect(detonation().resume(work(), '../x')).rejects.toMatchObject({ code: 'detonation.report_id' });
    expect(receiver.posted).toEqual([]);
  });

  it('ends at the deadline of the mail', async () => {
    const ending = new AbortController();
    answer = () => ending.abort();
    await expect(detonation().run(work({ signal: ending.signal }))).rejects.toMatchObject({ kind: 'transient' });
  });
});

describe('a link to an attachment', () => {
  let s3: LocalS3;
  beforeAll(async () => {
    s3 = await startLocalS3();
  });
  afterAll(() => s3.stop());

  it('is valid for exactly that object', async () => {
    const ref = { bucket: 'mail-content', key: 'attachments/01KAK3M2Z0000000000000000A/2' };
    await s3.store.put(ref, Buffer.from('%PDF'));
    const link = await s3ObjectLinks(s3.client).link(ref, 900);
    expect(link).toMatch(/X-Amz-Expires=900.*X-Amz-Signature=[0-9a-f]{64}/);
    expect(await (await fetch(link)).text()).toBe('%PDF');
  });
});

describe('ModelHttp', () => {
  const model = (circumstances: Circumstances = {}) =>
    new ModelHttp({ service: service('model', circumstances), costUsd: 0.01 });

  it('sends the text and keeps the answer', async () => {
    answer = json({ urgent: true, tags: ['order'], nested: { a: [1] } });
    expect(await model().run(work())).toEqual({
      status: 'ok',
      result: { urgent: true, tags: ['order'], nested: { a: [1] } },
      costUsd: 0.01,
    });
    const [{ headers, body } = {}] = receiver.posted;
    expect(headers?.['mail-pipeline-signature']).toBe(signatureOf(body ?? ''));
    expect(JSON.parse(String(body))).toEqual({
      schema: 'mail-pipeline/model/1',
      id: work().mail.id,
      subject: 'Zwölf Kisten',
      text: 'Twelve, please.\n',
      language: 'de',
    });
  });

  it('sends the beginning of a long text, in whole characters', async () => {
    answer = json({});
    await model().run(work({ mail: parsedMail({ text: `${'x'.repeat(19_999)}😀 and more` }) }));
    expect(JSON.parse(String(receiver.posted[0]?.body)).text).toBe('x'.repeat(19_999));
  });

  it('reserves the price first', async () => {
    const asked: number[] = [];
    const spend = async (usd: number) => asked.push(usd) === 0;
    expect(await model().run(work({ spend }))).toMatchObject({ status: 'skipped', costUsd: 0 });
    expect([asked, receiver.posted]).toEqual([[0.01], []]);
  });

  it.each(FAULTS)('handles a model that %s', async (_what, how, circumstances, expected) => {
    answer = how;
    await expect(model(circumstances).run(work())).rejects.toMatchObject(prefixed('model', expected));
  });

  it.each<[string, string]>([
    ['a text', '"yes"'],
    ['nothing', 'null'],
    ['levels without an end', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
  ])('refuses %s', async (_what, text) => {
    answer = (response) => response.end(text);
    await expect(model().run(work())).rejects.toMatchObject({ code: 'model.answer_invalid', kind: 'permanent' });
  });
});
