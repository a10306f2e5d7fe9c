import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunChromium, HostileBrowser } from '../support/hostile-browser.ts';
import { HOSTILE_HTML } from '../support/hostile-html.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { TestConsole } from '../support/test-console.ts';

/** Sixty frames take seconds on a quiet machine; a busy one needs longer. */
const TIMEOUT_MS = 120_000;
const REST_MS = 10_000;

const path = temporaryDirectory();
let tested: TestConsole;
let origin: string;
/** Tricks by the path of their frame. */
const tricks = new Map<string, string>();

beforeAll(async () => {
  if (!canRunChromium) return;
  tested = await TestConsole.start();
  origin = tested.origin;
  for (const [trick, html] of Object.entries(HOSTILE_HTML)) {
    tricks.set(`/mails/${await tested.putMail({ html })}/html`, trick);
  }
});
afterAll(() => tested?.stop());

/** The three layers of defence around a mail; a test removes some to see what the others stop. */
interface Walls {
  sandbox: boolean;
  policy: boolean;
  sanitizer: boolean;
}
const ALL: Walls = { sandbox: true, policy: true, sanitizer: true };

/** Opens each hostile mail in a frame behind these layers; returns what got through: tricks, hosts, names. */
async function breach({ sandbox, policy, sanitizer }: Walls) {
  const browser = await HostileBrowser.launch(path('.'), origin);
  const { page, findings } = browser;
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.route(`${origin}/harness`, (route) => {
    const attribute = sandbox ? 'sandbox="allow-popups allow-popups-to-escape-sandbox"' : '';
    const frames = [...tricks.keys()].map((view) => `<iframe ${attribute} src="${view}"></iframe>`);
    return route.fulfill({ contentType: 'text/html', body: frames.join('') });
  });
  await page.route(`${origin}/mails/*/html`, async (route) => {
    findings.own.delete(new URL(route.request().url()).pathname);
    const answer = await route.fetch();
    const { 'content-security-policy': csp = '', ...headers } = answer.headers();
    const kept = csp.split('; ').filter((directive) => (directive.startsWith('sandbox') ? sandbox : policy));
    if (kept.length > 0) headers['content-security-policy'] = kept.join('; ');
    if (!policy) delete headers['x-dns-prefetch-control'];
    const trick = tricks.get(new URL(route.request().url()).pathname) ?? '';
    const body = sanitizer ? await answer.text() : `<!doctype html><meta charset="utf-8">${HOSTILE_HTML[trick]}`;
    await route.fulfill({ status: answer.status(), headers, body });
  });
  await page.goto(`${origin}/harness`);
  // With layers removed, frames may never become idle.
  await page.waitForLoadState('networkidle', { timeout: REST_MS }).catch(() => {});
  const [scripts, foreign] = [[...findings.scripts], [...findings.foreign]];
  findings.own.delete('/harness');
  const own = [...findings.own];
  const resolved = await browser.close();
  return {
    scripts: scripts.map((at) => (URL.canParse(at) ? tricks.get(new URL(at).pathname) : undefined) ?? at).sort(),
    foreign: foreign.sort(),
    own,
    resolved,
  };
}

const NOTHING = { scripts: [], foreign: [], own: [], resolved: [] };

describe.skipIf(!canRunChromium)('the HTML of hostile mails in Chromium (needs /usr/bin/chromium)', () => {
  it('runs nothing and requests nothing', async () => {
    expect(tricks.size).toBeGreaterThanOrEqual(40);
    expect(await breach(ALL)).toEqual(NOTHING);
  });

  it('is contained by the frame and the policy without the sanitiser, except for DNS prefetches', async () => {
    const { resolved, ...rest } = await breach({ ...ALL, sanitizer: false });
    expect(rest).toEqual({ scripts: [], foreign: [], own: [] });
    expect(resolved.filter((name) => !/^(dns-prefetch|preconnect|i?frame)\./.test(name))).toEqual([]);
  });

  it.each([
    ['the policy and the sanitizer without the sandbox', { ...ALL, sandbox: false }],
    ['the sandbox and the sanitizer without the policy', { ...ALL, policy: false }],
  ])('is contained by %s', async (_which, walls) => {
    expect(await breach(walls)).toEqual(NOTHING);
  });

  it('is shown to load its resources with only a sandbox, which stops scripts', async () => {
    const { scripts, foreign } = await breach({ sandbox: true, policy: false, sanitizer: false });
    expect(scripts).toEqual([]);
    expect(foreign.length).toBeGreaterThan(30);
  });

  it('is shown to run scripts without any protection', async () => {
    const { scripts, foreign, resolved } = await breach({ sandbox: false, policy: false, sanitizer: false });
    expect(scripts.length).toBeGreaterThan(12);
    expect(foreign.length).toBeGreaterThan(40);
    expect(resolved.length).toBeGreaterThan(40);
  });
});
