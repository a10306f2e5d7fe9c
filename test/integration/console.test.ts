import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLog } from '../../core/log/log.ts';
import { mintMailId } from '../../core/mail/id.ts';
import { parsedKey, rawKey } from '../../core/mail/keys.ts';
import { Mails } from '../../local/console/mails.ts';
import { consoleListener } from '../../local/console/server.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { type LocalS3, startLocalS3 } from '../support/local-s3.ts';
import { attachment, parsedMail } from '../support/parsed-mail.ts';
import { rawHttp } from '../support/raw-http.ts';

const COUNT = 120;
const START = Date.UTC(2026, 10, 22, 10);

let s3: LocalS3;
let port: number;
const server = createServer();
/** Older than all others, as ids never go backwards: a mail with attachments, and a document that is none. */
const withAttachments = mintMailId(START - 1);
const unreadable = mintMailId(START - 1);
/** Oldest first, over several hours. */
const ids = Array.from({ length: COUNT }, (_, at) => mintMailId(START + at * 120_000));

beforeAll(async () => {
  s3 = await startLocalS3();
  await Promise.all(ids.map((id, at) => putMail(id, { subject: `mail ${at}` })));
  const mails = new Mails(s3.store, 'mail-content');
  server.on('request', consoleListener({ mails, store: s3.store, log: jsonLog('console', () => {}) }));
  port = await listenOnLoopback(server, 0);
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await s3.stop();
});

async function putMail(id: string, overrides: Parameters<typeof parsedMail>[0]): Promise<void> {
  const raw = { ...parsedMail().raw, key: rawKey(id) };
  const document = JSON.stringify(parsedMail({ id, raw, ...overrides }));
  await s3.store.put({ bucket: 'mail-content', key: parsedKey(id) }, Buffer.from(document));
}

const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
const subjects = (page: string) => Array.from(page.matchAll(/<bdi>mail (\d+)<\/bdi>/g), ([, number]) => Number(number));

describe('the list', () => {
  it('shows every mail once, newest first, page by page', async () => {
    const seen: number[] = [];
    let path: string | undefined = '/';
    while (path !== undefined) {
      const page = await (await get(path)).text();
      seen.push(...subjects(page));
      path = /<a href="(\/\?before=[^"]+)">Older/.exec(page)?.[1];
    }
    expect(seen).toEqual(Array.from({ length: COUNT }, (_, at) => COUNT - 1 - at));
  });

  it('shows what it cannot read', async () => {
    const id = unreadable;
    await s3.store.put({ bucket: 'mail-content', key: parsedKey(id) }, Buffer.from('not JSON'));
    const page = await (await get(`/?before=${ids[1]}`)).text();
    expect(page).toContain(`${id}<td>cannot be read`);
    expect((await get(`/mails/${id}`)).status).toBe(404);
    expect(await (await get(`/mails/${id}.json`)).text()).toBe('not JSON');
  });
});

describe('one mail', () => {
  it('is shown as a page and as its JSON', async () => {
    const page = await get(`/mails/${ids[7]}`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('<h1><bdi>mail 7</bdi></h1>');
    const json = await get(`/mails/${ids[7]}.json`);
    expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await json.json()).toMatchObject({ id: ids[7], subject: 'mail 7' });
  });

  it('is downloaded with its attachments, those of attached mails too', async () => {
    const id = withAttachments;
    const inner = attachment({ partId: '2.1', filename: 'inner.html', key: `attachments/${id}/2.1` });
    const message = { subject: null, from: [], to: [], cc: [], date: null, messageId: null, text: null, html: null };
    const outer = attachment({ partId: '2', message: { ...message, attachments: [inner] } });
    await putMail(id, { attachments: [outer] });
    await s3.store.put({ bucket: 'raw-mail', key: rawKey(id) }, Buffer.from('Subject: raw\r\n\r\n'));
    await s3.store.put({ bucket: inner.bucket, key: inner.key }, Buffer.from('<script>'));

    const raw = await get(`/mails/${id}/raw`);
    expect(await raw.text()).toBe('Subject: raw\r\n\r\n');
    expect(raw.headers.get('content-disposition')).toContain(`attachment; filename="${id}.eml"`);
    const download = await get(`/mails/${id}/attachments/2.1`);
    expect(await download.text()).toBe('<script>');
    expect(download.headers.get('content-type')).toBe('application/octet-stream');
    expect(download.headers.get('content-disposition')).toMatch(/^attachment; filename="inner\.html"/);
    expect((await get(`/mails/${id}/attachments/2`)).status).toBe(404);
    expect((await get(`/mails/${id}/attachments/3`)).status).toBe(404);
  });
});

describe('every answer', () => {
  it.each(['/', `/mails/${ids[0]}`, `/mails/${ids[0]}.json`, '/nothing', '/mails/%E0%A4%A', '/mails/../../etc/passwd'])(
    'of %s forbids everything that a page could load or run',
    async (path) => {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it('is for this machine only', async () => {
    expect((await get('/', { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    const send = rawHttp(`http://127.0.0.1:${port}`);
    expect(await send('GET', '/', { headers: { host: 'evil.example' } })).toMatchObject({ status: 403 });
  });

  it('is for reading only', async () => {
    const refused = await get('/', { method: 'POST' });
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('GET, HEAD');
    const head = await get(`/mails/${ids[0]}.json`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('says so when the store fails', async () => {
    const failing = createServer();
    const store = { ...s3.store, get: () => Promise.reject(new Error('the disk is gone')) };
    failing.on(
      'request',
      consoleListener({ mails: new Mails(store, 'mail-content'), store, log: jsonLog('x', () => {}) }),
    );
    const failingPort = await listenOnLoopback(failing, 0);
    const response = await fetch(`http://127.0.0.1:${failingPort}/mails/${ids[0]}`);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('the disk is gone');
    failing.close();
    failing.closeAllConnections();
  });
});
