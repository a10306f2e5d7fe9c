import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodeEnvelope, METADATA_ENVELOPE } from '../../../core/mail/envelope.ts';
import { deliveryKey, failedKey, parsedKey, rawKey } from '../../../core/mail/keys.ts';
import type { Flow, MailDetail, MailPage } from '../../../local/console/api/api.ts';
import { EventStream } from '../../support/event-stream.ts';
import { attachment } from '../../support/parsed-mail.ts';
import { BUCKETS, putMail, TestConsole } from '../../support/test-console.ts';

let tested: TestConsole;

beforeAll(async () => {
  tested = await TestConsole.start();
});
afterAll(() => tested.stop());

const list = (query = '') => tested.json<MailPage>(`/api/mails${query}`);
const detail = (id: string) => tested.json<MailDetail>(`/api/mails/${id}`);

describe('a mail', () => {
  it('is listed and searchable as soon as its document is stored', async () => {
    const id = await tested.putMail({ subject: 'Quarterly figures' });
    expect((await list('?search=quarterly+fig')).mails).toMatchObject([
      { id, subject: 'Quarterly figures', state: 'parsed' },
    ]);
  });

  it('is in a list requested while it is still being read', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { objects } = tested.s3;
    const slow = await TestConsole.start({
      store: {
        get: (ref) => gate.then(() => objects.get(ref)),
        head: (ref) => objects.head(ref),
        list: objects.list.bind(objects),
      },
    });
    const id = await tested.putMail();
    slow.console.changed({ bucket: BUCKETS.content, key: parsedKey(id), at: new Date() });
    const page = slow.console.page({ search: '', facets: {}, since: null, until: null, before: null, limit: 50 });
    release();
    expect((await page).mails).toMatchObject([{ id }]);
    await slow.stop();
  });

  it('is shown with its envelope and parts, cut where they are long', async () => {
    const id = await tested.putMail({
      html: `<p>${'x'.repeat(300_000)}`,
      text: '😀'.repeat(200_000),
      attachments: [attachment({ partId: '2' })],
      defects: [{ code: 'mime.truncated', partId: '1', detail: 'no end' }],
      steps: [
        { name: 'malware', partId: '2', status: 'failed', provider: 'clamd', ms: 12, reason: 'gone', costUsd: 0 },
      ],
    });
    const mail = await detail(id);
    expect(mail).toMatchObject({
      id,
      state: 'parsed',
      unreadable: false,
      raw: { bucket: BUCKETS.raw, key: rawKey(id) },
      document: { cut: ['text', 'html'], attachments: [{ partId: '2' }] },
      steps: [{ name: 'malware', status: 'failed', reason: 'gone', ms: 12 }],
      defects: [{ code: 'mime.truncated', rfc: 'RFC 2046 §5.1.1', detail: 'no end' }],
      deliveries: [{ destination: 'parsed-mail', state: 'unrecorded', failure: null }],
    });
    expect(mail.document?.text).not.toMatch(/[\uD800-\uDBFF]$/);
    expect(mail.document?.html?.length).toBeLessThan(300_000);
    expect(mail.timeline.map(({ what }) => what)).toEqual(['received', 'stored', 'parsed']);
    expect(await (await tested.get(`/mails/${id}/raw`)).text()).toBe('Subject: raw\r\n\r\n');
  });

  it('has the delivery state of each destination', async () => {
    const id = tested.id();
    const routes = ['orders', 'archive', 'late'].map((name) => ({ name, recipients: [`${name}@example.com`] }));
    await tested.put(BUCKETS.content, deliveryKey({ id, revision: 1, of: 3 }, 'parsed-mail-orders', 'sent'), '');
    await tested.put(BUCKETS.content, deliveryKey({ id, revision: 1, of: 3 }, 'parsed-mail-late', 'open'), '');
    const failure = { id, destination: 'parsed-mail-archive', route: 'archive', reason: 'sqs.AccessDenied' };
    await tested.putFailure(failure);
    await tested.putMail({ id, routes });
    const { deliveries, state, timeline } = await detail(id);
    expect(deliveries).toMatchObject([
      { destination: 'parsed-mail-orders', state: 'sent', recipients: ['orders@example.com'], failure: null },
      {
        destination: 'parsed-mail-archive',
        state: 'failed',
        failure: { reason: 'sqs.AccessDenied', retryMayHelp: true },
      },
      { destination: 'parsed-mail-late', state: 'open' },
    ]);
    expect(state).toBe('failed');
    expect(timeline.map(({ what, destination }) => [what, destination])).toContainEqual(['sent', 'parsed-mail-orders']);
  });

  it('lists the mails of its conversation, including itself', async () => {
    const first = await tested.putMail({ threadId: 'a thread', subject: 'first' });
    const second = await tested.putMail({ threadId: 'a thread', subject: 'second' });
    expect((await detail(second)).thread).toMatchObject([
      { id: first, subject: 'first' },
      { id: second, subject: 'second' },
    ]);
  });
});

describe('a mail that failed', () => {
  it('is listed and has a page with people, reason and remedy', async () => {
    const id = tested.id();
    const envelope = encodeEnvelope({
      id,
      receivedAt: '2026-11-22T10:00:00.000Z',
      remoteAddress: '192.0.2.7',
      remotePort: 1,
      helo: 'mx',
      tls: null,
      mailFrom: 'ada@example.org',
      mailParameters: {},
      rcptTo: [{ address: 'bob@example.com', route: null }],
      body: null,
      smtpUtf8: false,
    });
    await tested.put(BUCKETS.raw, rawKey(id), 'Subject: lost\r\n\r\n', { [METADATA_ENVELOPE]: envelope ?? '' });
    await tested.putFailure({ id, reason: 'raw.metadata_invalid', lastError: 'not JSON' });
    const failed = {
      id,
      state: 'failed',
      from: { name: '', address: 'ada@example.org' },
      to: ['bob@example.com'],
      failure: { reason: 'raw.metadata_invalid', destination: null },
    };
    expect((await list('?failed=true&search=ada')).mails).toMatchObject([failed]);
    expect(await detail(id)).toMatchObject({
      state: 'failed',
      document: null,
      sender: null,
      envelope: { mailFrom: 'ada@example.org' },
      failures: [
        { reason: 'raw.metadata_invalid', retryMayHelp: false, remedy: expect.stringMatching(/^The metadata/) },
      ],
    });
    expect((await tested.get(`/mails/${id}`)).status).toBe(200);
    expect(await (await tested.get(`/mails/${id}/raw`)).text()).toBe('Subject: lost\r\n\r\n');
    expect((await tested.get(`/mails/${id}.json`)).status).toBe(404);
  });

  it('is no longer failed once redriven', async () => {
    const id = await tested.putMail({ subject: 'second attempt' });
    await tested.putFailure({ id });
    expect((await list('?failed=true&search=attempt')).mails).toHaveLength(1);
    await tested.s3.store.delete({ bucket: BUCKETS.content, key: failedKey(id) });
    expect((await list('?failed=true&search=attempt')).mails).toHaveLength(0);
    expect((await list('?search=attempt')).mails).toHaveLength(1);
  });

  it('leaves the list when all of its objects are gone', async () => {
    const id = await tested.putFailed({ reason: 'raw.missing' });
    expect((await list('?failed=true')).mails).toContainEqual(expect.objectContaining({ id }));
    await tested.s3.store.delete({ bucket: BUCKETS.content, key: failedKey(id) });
    expect((await list('?failed=true')).mails).not.toContainEqual(expect.objectContaining({ id }));
  });

  it('is shown when its document is unreadable, or when its event named no mail', async () => {
    const unreadable = tested.id();
    await tested.put(BUCKETS.content, parsedKey(unreadable), 'not JSON');
    const event = `0000000000${'A'.repeat(16)}`;
    await tested.putFailure({ id: event, reason: 'event.invalid', at: '2030-01-01T00:00:00.000Z' });
    const { mails } = await list('?failed=true');
    expect(mails[0]).toMatchObject({ id: event, receivedAt: '2030-01-01T00:00:00.000Z' });
    expect(mails.find(({ id }) => id === unreadable)).toMatchObject({ failure: { reason: 'document.unreadable' } });
    expect(await detail(unreadable)).toMatchObject({ state: 'failed', unreadable: true, document: null });
    expect(await (await tested.get(`/mails/${unreadable}.json`)).text()).toBe('not JSON');
  });

  it('does not count as waiting', async () => {
    const id = tested.id();
    await tested.put(BUCKETS.raw, rawKey(id), 'Subject: soon\r\n\r\n');
    expect(await detail(id)).toMatchObject({ state: 'waiting', document: null, failures: [] });
  });
});

describe('mail stored before the start', () => {
  it('is read in the background, newest first, and counted', async () => {
    const ids: string[] = [];
    const other = await TestConsole.start({}, async (s3) => {
      for (let at = 0; at < 30; at++) ids.push(await putMail(s3, tested.id(), { subject: `mail ${at}` }));
    });
    expect((await other.json<MailPage>('/api/mails')).index).toMatchObject({
      state: 'building',
      mails: 0,
      total: null,
    });
    await other.console.build();
    const { mails, index } = await other.json<MailPage>('/api/mails?limit=200');
    expect(mails.map(({ id }) => id)).toEqual(ids.reverse());
    expect(index).toEqual({ state: 'ready', mails: 30, total: 30, since: null });
    const { balance } = await other.json<Flow>('/api/flow');
    expect(balance).toEqual({ received: 30, parsed: 30, failed: 0, waiting: 0, oldestWaitingAt: null });
    await other.stop();
  });
});

describe('the events', () => {
  const clients = (count: number) => vi.waitFor(() => expect(tested.console.hub.clients).toBe(count), 10_000);
  const open = (headers = {}) => EventStream.open(`${tested.origin}/api/events`, headers);

  it('tell of each mail that arrives or fails', async () => {
    const stream = await open();
    const id = await tested.putMail({ subject: 'live' });
    expect(await stream.next('mail')).toMatchObject({ data: { id, subject: 'live', state: 'parsed' } });
    await tested.putFailure({ id });
    expect(await stream.next('mail')).toMatchObject({ data: { id, state: 'failed' } });
    stream.close();
  });

  it('resume after the last one, or request a refresh when it is no longer remembered', async () => {
    const stream = await open();
    await tested.putMail({ subject: 'one' });
    const last = await stream.next('mail');
    stream.close();
    const missed = await tested.putMail({ subject: 'two' });
    await list();
    const again = await open({ 'last-event-id': last.id });
    expect(await again.next('mail')).toMatchObject({ data: { id: missed } });
    again.close();
    for (const unknown of ['of-another-start', `${last.id.split('-')[0]}-999999`]) {
      const lost = await open({ 'last-event-id': unknown });
      expect((await lost.next('refresh')).id).toMatch(/^[0-9a-f]+-\d+$/);
      lost.close();
    }
  });

  it('are limited to 32 pages, and a page that leaves makes room', async () => {
    await clients(0);
    const streams = await Promise.all(Array.from({ length: 32 }, () => open()));
    expect((await open()).status).toBe(503);
    streams[0]?.close();
    await clients(31);
    const next = await open();
    expect(next.status).toBe(200);
    for (const stream of [...streams, next]) stream.close();
    await clients(0);
  });

  it('tell of the flow when it changes', async () => {
    const { balance } = await tested.json<Flow>('/api/flow');
    const stream = await open();
    await tested.putMail();
    const parsed = async () => JSON.parse(JSON.stringify((await stream.next('flow')).data)).balance.parsed;
    await expect.poll(parsed).toBe(balance.parsed + 1);
    stream.close();
  });
});
