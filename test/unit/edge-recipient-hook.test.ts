import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { jsonLog } from '../../core/log/log.ts';
import { recipientLookup } from '../../edge-mta/policy/recipient-hook.ts';
import { REPLIES } from '../../edge-mta/replies.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';

let stop: () => void = () => {};
afterEach(() => stop());

/** A hook over real HTTP: a recipient starts with the status code it gets. The test itself answers `wait`. */
async function hook({ cacheSeconds = 60, deadlineMs = 10_000 } = {}) {
  const asked: string[] = [];
  const waiting: ServerResponse[] = [];
  const server = createServer((request, response) => {
    const recipient = new URL(request.url ?? '', 'http://hook.test').searchParams.get('recipient') ?? '';
    asked.push(recipient);
    if (recipient.startsWith('wait')) waiting.push(response);
    else response.writeHead(Number(recipient.slice(0, 3))).end();
  });
  const port = await listenOnLoopback(server, 0);
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
  const log: Record<string, unknown>[] = [];
  const clock = { now: 0 };
  const settings = { url: `http://127.0.0.1:${port}/`, deadlineMs, cacheSeconds };
  const lookup = recipientLookup(
    settings,
    jsonLog('test', (line) => log.push(JSON.parse(line))),
    () => clock.now,
  );
  return { lookup, asked, waiting, log, clock, server };
}

describe('the recipient hook', () => {
  it('caches 200 and 404 per recipient and sender, but no failure', async () => {
    const { lookup, asked, clock } = await hook({ cacheSeconds: 5 });
    const ask = async (recipient: string, sender = 'a@b.test') => (await lookup(recipient, sender))?.code ?? 250;
    for (let turn = 0; turn < 2; turn++) {
      expect([await ask('200'), await ask('404'), await ask('500')]).toEqual([250, 550, 451]);
    }
    expect(asked).toEqual(['200', '404', '500', '500']);
    await ask('200', 'other@b.test');
    expect(asked).toHaveLength(5);
    clock.now = 5_000;
    await ask('200');
    expect(asked).toHaveLength(6);
  });

  it('is queried once for concurrent identical questions', async () => {
    const { lookup, asked, waiting } = await hook();
    const answers = [1, 2, 3].map(() => lookup('wait', ''));
    await vi.waitUntil(() => waiting.length === 1);
    waiting[0]?.writeHead(404).end();
    expect(await Promise.all(answers)).toEqual(Array(3).fill(REPLIES.unknownRecipient));
    expect(asked).toEqual(['wait']);
  });

  it('has at most 64 requests in flight, and queues the rest', async () => {
    const { lookup, waiting, asked } = await hook();
    const answers = Array.from({ length: 70 }, (_, at) => lookup(`wait${at}`, ''));
    await vi.waitUntil(() => waiting.length === 64);
    for (const response of waiting.slice(0, 6)) response.writeHead(200).end();
    await vi.waitUntil(() => waiting.length === 70);
    for (const response of waiting.slice(6)) response.writeHead(200).end();
    expect(await Promise.all(answers)).toEqual(Array(70).fill(null));
    expect(asked.slice(64)).toEqual(Array.from({ length: 6 }, (_, at) => `wait${64 + at}`));
  });

  it('answers queued requests at their deadline too', async () => {
    const { lookup } = await hook({ deadlineMs: 500 });
    const answers = Array.from({ length: 70 }, (_, at) => lookup(`wait${at}`, ''));
    expect(await Promise.all(answers)).toEqual(Array(70).fill(REPLIES.directoryDown));
  });

  it('logs one line when it starts to fail and one when it recovers', async () => {
    const { lookup, log, clock } = await hook();
    for (const at of [1, 2, 3]) await lookup(`500-${at}`, '');
    clock.now = 30_000;
    await lookup('200', '');
    expect(log).toMatchObject([
      { level: 'error', message: 'recipient hook failed', reason: 'it answered 500' },
      { level: 'info', message: 'recipient hook answers again', failures: 3, seconds: 30 },
    ]);
    // A hook that fails intermittently logs one pair of lines a minute; one that keeps failing is logged, too.
    await lookup('503', '');
    await lookup('200-2', '');
    await lookup('503', '');
    expect(log).toHaveLength(2);
    clock.now = 60_000;
    await lookup('503', '');
    clock.now = 600_000;
    await lookup('503', '');
    expect(log.slice(2)).toMatchObject([{ message: 'recipient hook failed', failures: 2 }]);
  });

  it('answers 451 when the service is down', async () => {
    const { lookup, server } = await hook();
    stop();
    await once(server, 'close');
    expect(await lookup('200', '')).toBe(REPLIES.directoryDown);
  });
});
