import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METADATA_ENVELOPE } from '../../core/mail/envelope.ts';
import { mintMailId } from '../../core/mail/id.ts';
import { failedKey, parsedKey, rawKey } from '../../core/mail/keys.ts';
import type {
  ActionResult,
  ApiError,
  Balance,
  Faults,
  FloodState,
  Flow,
  ReplayDiff,
  SentMail,
} from '../../local/console/api/api.ts';
import { TestPipeline, textMail } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const CONTENT = 'mail-content';
const path = temporaryDirectory();
let pipeline: TestPipeline;
let token: string;

beforeAll(async () => {
  pipeline = await TestPipeline.start(path('data'));
  token = /"token":"([^"]+)"/.exec(await (await fetch(pipeline.consoleUrl)).text())?.[1] ?? '';
});
afterAll(() => pipeline.program.killAll());

async function get<T>(at: string): Promise<T> {
  return (await fetch(`${pipeline.consoleUrl}${at}`)).json() as Promise<T>;
}

async function post<T>(at: string, body: unknown): Promise<{ status: number; answer: T }> {
  const response = await fetch(`${pipeline.consoleUrl}${at}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-console-token': token },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as T };
}

async function postFile(query: string, body: Buffer, headers = {}) {
  const response = await fetch(`${pipeline.consoleUrl}/api/send/eml${query}`, {
    method: 'POST',
    headers: { 'content-type': 'message/rfc822', 'x-console-token': token, ...headers },
    body: Uint8Array.from(body),
  });
  return { status: response.status, answer: (await response.json()) as { mails: SentMail[] } & ApiError };
}

/** Starts an upload that declares its length. */
function beginUpload(length: number): ClientRequest {
  return request(`${pipeline.consoleUrl}/api/send/eml?from=ada@example.org&to=bob@example.com`, {
    method: 'POST',
    headers: { 'content-type': 'message/rfc822', 'x-console-token': token, 'content-length': length },
  });
}

const document = (id: string) => pipeline.store.head({ bucket: CONTENT, key: parsedKey(id) });
const balance = async () => (await get<{ balance: Balance }>('/api/flow')).balance;

describe('sending', () => {
  it('delivers a sample, a composed mail, and a file', async () => {
    const { samples } = await get<{ samples: { name: string }[] }>('/api/samples');
    expect(samples.map(({ name }) => name)).toContain('plain-text.eml');
    const compose = { from: 'ada@example.org', to: ['bob@example.com'], subject: 'Grüße', text: 'Ein Gruß\n.\nEnde' };
    const ids: string[] = [];
    for (const body of [
      { kind: 'sample', name: 'plain-text.eml' },
      { kind: 'compose', ...compose },
      textMail('from a file'),
    ]) {
      const { status, answer } = Buffer.isBuffer(body)
        ? await postFile('?from=&to=bob@example.com', body)
        : await post<{ mails: SentMail[] }>('/api/send', body);
      expect([status, answer.mails.length, answer.mails[0]?.reply]).toEqual([200, 1, expect.stringMatching(/^250 /)]);
      ids.push(answer.mails[0]?.id ?? '');
    }
    const mails = await pipeline.receive(ids);
    expect(ids.map((id) => mails.get(id)?.subject)).toEqual(['Order for tomorrow', 'Grüße', 'from a file']);
    expect(mails.get(ids[1] ?? '')?.text).toContain('Ein Gruß\n.\nEnde');
    expect(mails.get(ids[2] ?? '')?.envelope).toMatchObject({ mailFrom: '' });
    const { latency } = await get<Flow>('/api/flow');
    const times = { messages: 3, p50Ms: expect.any(Number), p99Ms: expect.any(Number) };
    expect(latency).toMatchObject({ until: 'queue', ...times });
    expect(latency.byDestination).toEqual([{ destination: 'parsed-mail', ...times }]);
  });

  it('reports what the edge refuses, and names an invalid field', async () => {
    const body = { kind: 'compose', from: 'ada@example.org', to: ['no address'], subject: '', text: '' };
    expect(await post('/api/send', body)).toMatchObject({ status: 400, answer: { error: { code: 'body.invalid' } } });
    const refused = await post<{ mails: SentMail[] }>('/api/send', { ...body, to: ['bob'] });
    expect(refused.answer.mails).toEqual([{ id: null, reply: expect.stringMatching(/^5\d\d /) }]);
    expect((await post('/api/send', { kind: 'sample', name: '../secret' })).status).toBe(404);
  });
});

describe('a file', () => {
  it('is streamed: more than the page could hold as JSON reaches the edge byte for byte', async () => {
    const lines = Buffer.from(`${'x'.repeat(76)}\r\n`.repeat(200_000));
    const message = Buffer.concat([textMail('large'), lines]);
    const { answer } = await postFile('?from=ada@example.org&to=bob@example.com', message);
    const id = answer.mails[0]?.id ?? '';
    const raw = await pipeline.store.get({ bucket: 'raw-mail', key: rawKey(id) });
    const stored = raw && (await buffer(raw.body));
    expect(stored?.subarray(-message.length).equals(message)).toBe(true);
    await expect.poll(() => document(id)).not.toBeNull();
  });

  it('is not delivered when its upload is aborted', async () => {
    const before = await balance();
    const upload = beginUpload(2_000_000);
    upload.on('error', () => {});
    await new Promise((resolve) =>
      upload.write(Buffer.concat([textMail('half'), Buffer.alloc(900_000, 'x')]), resolve),
    );
    upload.destroy();
    await pipeline.receive([await pipeline.send(textMail('whole'))]);
    expect((await balance()).received).toBe(before.received + 1);
  });

  it('above the limit is refused before it is sent, with the limit and its setting', async () => {
    const upload = beginUpload(40 * 1024 * 1024 + 1);
    upload.on('error', () => {});
    upload.flushHeaders();
    const [response]: IncomingMessage[] = await once(upload, 'response');
    expect(response?.statusCode).toBe(413);
    const { error }: ApiError = JSON.parse(response === undefined ? '' : await text(response));
    expect(error.message).toContain('41943040 (smtp.maxMessageBytes in the configuration)');
    upload.destroy();
  });

  it('is refused without a recipient, the token or its type', async () => {
    const mail = textMail('refused');
    expect(await postFile('?from=ada@example.org', mail)).toMatchObject({
      status: 400,
      answer: { error: { message: expect.stringContaining('Parameter to') } },
    });
    expect((await postFile('?to=bob@example.com', mail, { 'x-console-token': '' })).status).toBe(403);
    expect((await postFile('?to=bob@example.com', mail, { 'content-type': 'application/json' })).status).toBe(415);
  });
});

describe('replay and redrive', () => {
  it('show what a replay would change, and replay', async () => {
    const id = await pipeline.send(textMail('replayed'));
    const mail = (await pipeline.receive([id])).get(id);
    expect(await get<ReplayDiff>(`/api/mails/${id}/replay`)).toEqual({ id, changes: [] });
    const older = Buffer.from(JSON.stringify({ ...mail, subject: 'read wrongly' }));
    await pipeline.store.put({ bucket: CONTENT, key: parsedKey(id) }, older);
    const changes = [{ field: 'subject', before: '"read wrongly"', after: '"replayed"' }];
    expect(await get<ReplayDiff>(`/api/mails/${id}/replay`)).toEqual({ id, changes });
    const { answer } = await post<{ results: ActionResult[] }>('/api/replay', { ids: [id, mintMailId()] });
    expect(answer.results).toMatchObject([
      { id, outcome: 'queued', revision: 2 },
      { outcome: 'refused', message: expect.stringContaining('has no document') },
    ]);
    expect((await pipeline.receive([id])).get(id)).toMatchObject({ revision: 2, subject: 'replayed' });
  });

  it('redrive a failed mail and wait for its outcome', async () => {
    const id = mintMailId();
    const place = { bucket: 'raw-mail', key: rawKey(id) };
    await pipeline.store.put(place, textMail('fails'), { metadata: { [METADATA_ENVELOPE]: 'unreadable' } });
    const failed = () => pipeline.store.head({ bucket: CONTENT, key: failedKey(id) });
    await expect.poll(failed).not.toBeNull();
    const again = await post<{ results: ActionResult[] }>('/api/redrive', { ids: [id] });
    expect(again.answer.results).toMatchObject([
      { id, outcome: 'queued', became: 'failed', message: expect.stringContaining('envelope.invalid') },
    ]);
    await pipeline.store.put(place, textMail('works'));
    await expect.poll(failed).not.toBeNull();
    const { answer } = await post<{ results: ActionResult[] }>('/api/redrive', { ids: [id] });
    expect(answer.results).toMatchObject([{ id, outcome: 'queued', became: 'parsed', message: '' }]);
    expect((await post('/api/redrive', { ids: [id] })).answer).toMatchObject({ results: [{ outcome: 'refused' }] });
  });
});

describe('breaking things', () => {
  it('takes the store down: the edge defers mail, and accepts it when the store is back', async () => {
    await post('/api/faults', { store: { mode: 'down' } });
    expect(await get<Faults>('/api/faults')).toMatchObject({ store: { mode: 'down' } });
    await expect(pipeline.send(textMail('refused'))).rejects.toThrow(/^4/);
    const flow = () => get<Flow>('/api/flow');
    await expect.poll(async () => (await flow()).nodes.find(({ name }) => name === 'edge')?.failures).toBe(1);
    expect(await flow()).toMatchObject({ store: { mode: 'down' }, failures: [{ place: 'edge' }] });
    await post('/api/faults', { store: { mode: 'slow', delayMs: 50 } });
    const slow = await pipeline.send(textMail('slow'));
    await post('/api/faults', { store: { mode: 'well' } });
    expect((await pipeline.receive([slow])).has(slow)).toBe(true);
  });

  it('kills a function and the edge, which are replaced', async () => {
    const pidsOf = async (name: string) =>
      (await get<Faults>('/api/faults')).functions.find((program) => program.name === name)?.pids ?? [];
    for (const name of ['parser', 'edge-mta']) {
      const before = await pidsOf(name);
      expect(before.length).toBeGreaterThan(0);
      expect((await post('/api/faults', { kill: name })).status).toBe(200);
      await expect.poll(() => pidsOf(name)).not.toEqual(before);
    }
    await expect.poll(() => pipeline.send(textMail('afterwards')).catch(() => null)).not.toBeNull();
    expect((await post('/api/faults', { kill: 'nothing' })).status).toBe(404);
  });

  it('delivers a flood while the parser is killed, and loses nothing', async () => {
    const before = await balance();
    expect((await post('/api/flood', { mails: 60 })).answer).toEqual({ mails: 60 });
    expect((await post('/api/flood', { mails: 1 })).status).toBe(409);
    await post('/api/faults', { kill: 'parser' });
    const state = () => get<FloodState>('/api/flood');
    await expect.poll(async () => (await state()).running).toBe(false);
    const { accepted, deferred, refused } = await state();
    expect(accepted + deferred + refused).toBe(60);
    await expect.poll(state, { timeout: 120_000 }).toMatchObject({ queued: accepted, failed: 0 });
    await expect.poll(balance, { timeout: 120_000 }).toMatchObject({ waiting: 0 });
    expect((await balance()).received - before.received).toBe(accepted);
    expect((await post('/api/flood', { mails: 10_001 })).status).toBe(400);
  });

  it('ends with a restart', async () => {
    await post('/api/faults', { store: { mode: 'down' } });
    process.kill(pipeline.program.child.pid ?? 0, 'SIGINT');
    expect(await pipeline.program.exited()).toBe(130);
    pipeline = await TestPipeline.start(path('data'));
    expect(await get<Faults>('/api/faults')).toMatchObject({ store: { mode: 'well' } });
    const id = await pipeline.send(textMail('back'));
    await expect.poll(() => document(id)).not.toBeNull();
  });
});
