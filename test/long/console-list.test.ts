import { type Browser, type CDPSession, chromium, type Page, type Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Facets, MailPage, MailRow, PageState } from '../../local/console/api/api.ts';
import { type ConsoleAssets, consoleAssets } from '../../local/console/assets.ts';
import { missingTools, toolPath } from '../support/tools.ts';

const MAILS = 100_000;
const STEPS = 200;
/** Same as in the style sheet. */
const ROW_HEIGHT = 76;
const HOME = 'http://127.0.0.1:1';
const missing = missingTools('chromium');

/** No server: with that many mails the store would be what is measured. The test itself answers the browser. */
describe.skipIf(missing !== '')(`the list of ${MAILS} mails${missing}`, () => {
  let browser: Browser;
  let page: Page;
  let cdp: CDPSession;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: toolPath('chromium') ?? '', args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const assets = await consoleAssets();
    await page.route(`${HOME}/**`, (route) => answer(route, assets));
    cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    await page.goto(HOME);
    await page.locator('.mail-row').first().waitFor();
  });
  afterAll(() => browser?.close());

  it('scrolls as cheaply at its end as at its start, and has elements only for rows in view', async () => {
    const first = await costOfScrolling();
    await loadAll();
    const last = await costOfScrolling();
    console.log(
      `${STEPS} steps: ${first.toFixed(2)} s of CPU with the first mails, ${last.toFixed(2)} s with ${MAILS}`,
    );
    expect(await page.locator('.mail-row').count()).toBeLessThan(40);
    // A list that draws every row costs hundreds of times as much; on a busy machine either figure may be higher.
    expect(last / first).toBeLessThan(20);
  });

  it('can be navigated by keyboard at its end too', async () => {
    const link = page.locator('.mail-row a').last();
    const row = Number(await link.getAttribute('data-row'));
    await link.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.evaluate('document.activeElement.dataset.row')).toBe(String(row - 2));
  });

  /** Seconds of script, style and layout that scrolling row by row takes. */
  async function costOfScrolling(): Promise<number> {
    const before = await busySeconds();
    await page.evaluate(`(async () => {
      const list = document.querySelector('.list');
      for (let step = 0; step < ${STEPS}; step++) {
        list.scrollTop += step < ${STEPS / 2} ? -${ROW_HEIGHT} : ${ROW_HEIGHT};
        await new Promise(requestAnimationFrame);
      }
    })()`);
    return (await busySeconds()) - before;
  }

  async function busySeconds(): Promise<number> {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return metrics
      .filter(({ name }) => ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'].includes(name))
      .reduce((sum, { value }) => sum + value, 0);
  }

  /** Scrolls to the end repeatedly, like a person looking for the oldest mail. */
  async function loadAll(): Promise<void> {
    const height = "document.querySelector('.list ul').offsetHeight";
    for (;;) {
      const loaded = Number(await page.evaluate(height));
      if (loaded === MAILS * ROW_HEIGHT) return;
      await page.evaluate("document.querySelector('.list').scrollTop = 1e9");
      await page.waitForFunction(`${height} > ${loaded}`);
    }
  }
});

async function answer(route: Route, { script, style }: ConsoleAssets): Promise<void> {
  const url = new URL(route.request().url());
  if (url.pathname === '/api/mails') {
    const from = Number(url.searchParams.get('before') ?? 0);
    return route.fulfill({ json: pageOf(from, Number(url.searchParams.get('limit'))) });
  }
  if (url.pathname === '/api/facets') return route.fulfill({ json: FACETS });
  // Tells the browser not to reconnect.
  if (url.pathname === '/api/events') return route.fulfill({ status: 204 });
  const state = JSON.stringify(PAGE);
  return route.fulfill({
    contentType: 'text/html; charset=utf-8',
    body: `<!doctype html><html lang="en"><style>${style}</style><body><div id="app"></div>
<script type="application/json" id="page">${state}</script><script>${script}</script>`,
  });
}

/** The cursor is the index in the list. */
function pageOf(from: number, limit: number): MailPage {
  const end = Math.min(MAILS, from + limit);
  return {
    mails: Array.from({ length: end - from }, (_, at) => mailRow(from + at)),
    older: end < MAILS ? String(end) : null,
    index: { state: 'ready', mails: MAILS, total: MAILS, since: null },
  };
}

function mailRow(at: number): MailRow {
  return {
    id: `01KAK3M2Z0${String(MAILS - at).padStart(16, '0')}`,
    state: 'parsed',
    receivedAt: new Date(Date.UTC(2026, 10, 22) - at * 1000).toISOString(),
    from: { name: 'Ann Example', address: 'ann@example.org' },
    to: ['inbox@example.com'],
    recipients: 3,
    subject: `Mail ${at} of a long list`,
    snippet: 'The beginning of its text, as long as a row has room for it and some more than that',
    kind: 'message',
    routes: ['default'],
    sender: 'verified',
    malware: null,
    defects: [],
    ambiguous: false,
    attachments: [{ partId: '2', filename: 'list.pdf', contentType: 'application/pdf', size: 48_213 }],
    attachmentCount: 2,
    size: 66_012,
    invoice: at % 7 === 0,
    failure: null,
    duplicateOf: null,
    revision: 1,
  };
}

const PAGE: PageState = {
  token: 'token',
  place: { kind: 'local', name: 'local mode', rawBucket: 'raw-mail', contentBucket: 'mail-content' },
  version: '0.1.0',
  event: '',
  mails: null,
  mail: null,
};

const FACETS: Facets = {
  routes: [],
  kinds: [],
  senders: [],
  malware: [],
  defects: [],
  failed: 0,
  invoice: 0,
  attachments: 0,
  ambiguous: 0,
};
