import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { post } from '../../../local/console/http/router.ts';
import { rawHttp } from '../../support/raw-http.ts';
import { TestConsole } from '../../support/test-console.ts';

let tested: TestConsole;
let id: string;

beforeAll(async () => {
  const body = z.object({ ids: z.array(z.string()) });
  const redrive = post('POST /api/redrive', body, ({ body: { ids } }) => ({
    results: ids.map((each) => ({ id: each, outcome: 'queued', revision: 1, message: '', became: null })),
  }));
  tested = await TestConsole.start({ actions: [redrive] });
  id = await tested.putMail({ subject: '</script><script>alert(1)</script><!-- "q"' });
});
afterAll(() => tested.stop());

const change = (headers: Record<string, string>, body = '{"ids":["a"]}'): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body,
});

describe('every answer', () => {
  const paths = () => ['/', '/flow', `/mails/${id}`, `/mails/${id}.json`, `/mails/${id}/raw`, '/api/mails', '/nothing'];

  it('forbids caching, sniffing, framing and other origins', async () => {
    for (const path of [...paths(), '/mails/%E0%A4%A', '/mails/../../etc/passwd', '/api/nothing']) {
      const { headers } = await tested.get(path);
      expect(headers.get('content-security-policy'), path).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('is only for this machine and this page, including streams', async () => {
    const send = rawHttp(tested.origin);
    for (const path of [...paths(), '/api/events']) {
      expect((await tested.error(path, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
      expect((await tested.error(path, { headers: { origin: 'http://127.0.0.1:1' } })).status).toBe(403);
      expect((await tested.error(path, { headers: { origin: 'null' } })).status).toBe(403);
      expect(await send('GET', path, { headers: { host: 'evil.example' } })).toMatchObject({ status: 403 });
      const embedded = { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' };
      expect(await send('GET', path, { headers: embedded })).toMatchObject({ status: 403 });
    }
  });

  it('to HEAD equals the one to GET without its body', async () => {
    for (const path of [...paths(), '/api/events']) {
      const head = await tested.get(path, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([path === '/nothing' ? 404 : 200, '']);
    }
  });

  it('names the allowed methods', async () => {
    for (const [path, allowed] of [
      ['/', 'GET, HEAD'],
      ['/api/mails', 'GET, HEAD'],
      ['/api/redrive', 'POST'],
    ] as const) {
      const refused = await tested.get(path, { method: 'DELETE' });
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, allowed]);
    }
  });
});

describe('the page', () => {
  it('runs only its own script, whatever a mail contains', async () => {
    const response = await tested.get('/');
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']{44}'; style-src 'sha256-[^']{44}'; connect-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(page).toContain(`<a href="/mails/${id}">`);
  });

  it('has an icon, also under its traditional name', async () => {
    for (const path of ['/favicon.svg', '/favicon.ico']) {
      const response = await tested.get(path);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    }
    expect(await (await tested.get('/')).text()).toContain('href="/favicon.svg"');
  });

  it('contains its first answer', async () => {
    const state = async (path: string) => {
      const json = /id="page">(.*?)<\/script>/s.exec(await (await tested.get(path)).text())?.[1] ?? '';
      return JSON.parse(json);
    };
    expect((await state('/')).mails.mails).toMatchObject([{ id }]);
    expect((await state('/?kind=bounce')).mails.mails).toEqual([]);
    expect((await state('/?kind=nonsense')).mails).toBeNull();
    expect((await state(`/mails/${id}`)).mail).toMatchObject({ id, state: 'parsed' });
    expect((await state('/flow')).mail).toBeNull();
  });

  it('is served for an unknown view, and says so', async () => {
    for (const path of ['/nothing', `/mails/${tested.id()}`, '/mails/x']) {
      const response = await tested.get(path);
      expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    }
  });
});

describe('a change', () => {
  it('requires the token of the page', async () => {
    const response = await tested.get('/api/redrive', change({ 'x-console-token': await tested.token() }));
    expect(await response.json()).toEqual({
      results: [{ id: 'a', outcome: 'queued', revision: 1, message: '', became: null }],
    });
  });

  it.each([
    ['without a token', {}, 403, 'token.missing'],
    ['with another token', { 'x-console-token': 'a'.repeat(43) }, 403, 'token.missing'],
    ['from another page', { origin: 'http://127.0.0.1:1' }, 403, 'foreign'],
  ])('is refused %s', async (_what, headers: Record<string, string>, status, code) => {
    const all = { 'x-console-token': status === 403 && code === 'foreign' ? await tested.token() : '', ...headers };
    expect(await tested.error('/api/redrive', change(all))).toMatchObject({ status, code });
  });

  it('is refused with the name of the field when its body is invalid', async () => {
    const headers = { 'x-console-token': await tested.token() };
    expect(await tested.error('/api/redrive', change(headers, '{"ids":"a"}'))).toMatchObject({
      status: 400,
      code: 'body.invalid',
      message: expect.stringContaining('ids'),
    });
    expect(await tested.error('/api/redrive', change(headers, 'not JSON'))).toMatchObject({ status: 400 });
    const form = { ...headers, 'content-type': 'text/plain' };
    expect(await tested.error('/api/redrive', change(form))).toMatchObject({ status: 415, code: 'body.type' });
  });
});

describe('an error', () => {
  it.each([
    ['/api/nothing', 404, 'not_found', 'There is no route /api/nothing'],
    ['/api/mails/01KAK3M2Z0000000000000000A', 404, 'not_found', 'There is no mail 01KAK3M2Z0000000000000000A'],
    ['/api/mails?kind=nonsense', 400, 'query.invalid', 'Parameter kind: "nonsense" is not one of message, bounce'],
    ['/api/mails?limit=0', 400, 'query.invalid', 'Parameter limit'],
    ['/api/mails?before=x', 400, 'query.invalid', 'Parameter before'],
    ['/api/mails?since=yesterday', 400, 'query.invalid', 'Parameter since'],
    [`/api/mails?search=${'a'.repeat(501)}`, 400, 'query.invalid', 'Parameter search'],
    ['/api/mails/%E0%A4%A', 400, 'path.invalid', 'percent-encoded'],
  ])('to %s says what is wrong', async (path, status, code, message) => {
    expect(await tested.error(path)).toMatchObject({ status, code, message: expect.stringContaining(message) });
  });

  it('says so when the store fails', async () => {
    const failing = await TestConsole.start({
      store: { ...tested.s3.store, get: () => Promise.reject(new Error('the disk is gone')) },
    });
    const error = await failing.error(`/api/mails/${id}`);
    expect(error).toMatchObject({ status: 500, code: 'failed', message: expect.stringContaining('the disk is gone') });
    await failing.stop();
  });
});
