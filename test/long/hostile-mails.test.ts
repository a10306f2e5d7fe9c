import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settled } from '../support/console-page.ts';
import { failedMail } from '../support/failed-mail.ts';
import { canRunChromium, HostileBrowser } from '../support/hostile-browser.ts';
import { HOSTILE_ERROR, HOSTILE_MAILS } from '../support/hostile-mails/mails.ts';
import { TestPipeline } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** For a busy machine; a preview that hangs still fails. */
const TIMEOUT_MS = 120_000;
const CONTENT = 'mail-content';
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

describe.skipIf(!canRunChromium)('hostile mails in the whole page, in Chromium (needs /usr/bin/chromium)', () => {
  const directory = temporaryDirectory();
  const logs = temporaryDirectory();
  let pipeline: TestPipeline;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    pipeline = await TestPipeline.start(directory());
    for (const [what, mail] of Object.entries(HOSTILE_MAILS)) ids.set(what, await pipeline.send(mail));
    await pipeline.receive(ids.values());
    await putFailure([...ids.values()][0] ?? '');
  });
  afterAll(() => pipeline?.stop());

  /** A failure whose last error contains markup. */
  async function putFailure(id: string): Promise<void> {
    const { key, json } = failedMail({ id, lastError: HOSTILE_ERROR });
    await pipeline.store.put({ bucket: CONTENT, key }, Buffer.from(json));
  }

  async function launch(): Promise<HostileBrowser> {
    const browser = await HostileBrowser.launch(logs('.'), pipeline.consoleUrl);
    browser.page.setDefaultTimeout(TIMEOUT_MS);
    return browser;
  }

  it('run nothing, request nothing and violate no policy: in the list, in search, in every tab and opened alone', async () => {
    const browser = await launch();
    const { page, findings } = browser;
    const home = pipeline.consoleUrl;
    expect(ids.size).toBeGreaterThanOrEqual(40);
    for (const path of [
      '/',
      '/?failed=true',
      '/?kind=bounce',
      '/?search=script',
      '/?search=file:leak',
      '/flow',
      '/try',
    ]) {
      await page.goto(home + path);
      await settled(page);
      await readList(page);
    }
    let tabs = 0;
    // Half of them: all would take minutes longer.
    const opened = [...ids.values()].filter((_, at) => at % 2 === SEED % 2);
    for (const id of opened) tabs += await openMail(page, `${home}/mails/${id}`);
    console.log(`SEED=${SEED}`, `${opened.length} mails, ${tabs} tabs`);
    expect(tabs).toBeGreaterThan(7 * opened.length);
    expect([...findings.complaints].filter((text) => !CANNOT_BE_DRAWN.test(text))).toEqual([]);
    for (const path of await files()) await openAlone(page, home + path);
    // The last requests have arrived by then.
    await page.goto(`${home}/flow`);
    await settled(page);
    const { scripts, names, foreign } = findings;
    const resolved = await browser.close();
    expect({ scripts: [...scripts], names: [...names], foreign: [...foreign], resolved }).toEqual({
      scripts: [],
      names: [],
      foreign: [],
      resolved: [],
    });
  });

  it('are shown to run and load when the same fields are printed as HTML', async () => {
    const browser = await launch();
    const { page, findings } = browser;
    const printed = (await documents()).flatMap(hostileTexts);
    await page.route(`${pipeline.consoleUrl}/harness`, (route) => {
      const frames = printed.map(
        (text) => `<iframe srcdoc="${text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`,
      );
      return route.fulfill({ contentType: 'text/html; charset=utf-8', body: frames.join('') });
    });
    await page.goto(`${pipeline.consoleUrl}/harness`);
    await expect.poll(() => findings.names.size).toBeGreaterThan(60);
    const resolved = await browser.close();
    console.log(
      `${printed.length} fields as HTML: ${findings.names.size} scripts ran, ${resolved.length} names asked for`,
    );
    for (const place of ['subject', 'from', 'field-name', 'calendar-summary', 'dsn-diagnostic', 'tls-org']) {
      expect([...findings.names], place).toContain(place);
    }
    expect(resolved.length).toBeGreaterThan(60);
  });

  /** The response for an invalid PDF, which the page reports. */
  const CANNOT_BE_DRAWN = /status of 422 .*\/pages\/1$/;

  /** Scrolls through the list, so that the page draws every row. */
  async function readList(page: Page): Promise<void> {
    const list = page.locator('.list');
    if ((await list.count()) === 0) return;
    const rows = Number(await list.evaluate((element: { scrollHeight: number }) => element.scrollHeight));
    for (let top = 0; top < rows; top += 600) {
      await list.evaluate((element: { scrollTop: number }, to: number) => {
        element.scrollTop = to;
      }, top);
      await page.evaluate('new Promise(requestAnimationFrame)');
    }
  }

  /** @returns the number of tabs */
  async function openMail(page: Page, address: string): Promise<number> {
    await page.goto(address);
    await settled(page);
    const tabs = page.locator('.tabs a');
    const count = await tabs.count();
    for (let at = 0; at < count; at++) {
      await tabs.nth(at).click();
      await settled(page);
      for (const button of await page.getByRole('button', { name: 'HTML' }).all()) await button.click();
      // The page loads the text of an attachment in a separate request.
      await expect.poll(() => page.locator('.excerpt pre:empty').count(), { timeout: TIMEOUT_MS }).toBe(0);
    }
    return count;
  }

  /** URLs of a mail's parts that a person might open directly; not all of them exist. */
  async function files(): Promise<string[]> {
    const parsed = await documents();
    return parsed.flatMap(({ id, attachments }) => [
      `/mails/${id}.json`,
      `/mails/${id}/html`,
      ...partIds(attachments).flatMap((part) =>
        ['', '/html', '/text', '/picture'].map((form) => `/mails/${id}/attachments/${part}${form}`),
      ),
    ]);
  }

  interface Part {
    partId: string;
    message: { attachments: Part[] } | null;
  }
  interface Document {
    id: string;
    attachments: Part[];
  }
  const partIds = (parts: readonly Part[]): string[] =>
    parts.flatMap(({ partId, message }) => [partId, ...partIds(message?.attachments ?? [])]);

  /** Opens a URL directly. A download renders no page. */
  async function openAlone(page: Page, address: string): Promise<void> {
    await page.goto(address).catch((error: Error) => {
      if (!/Download is starting|ERR_ABORTED/.test(error.message)) throw error;
    });
  }

  async function documents(): Promise<Document[]> {
    const read = async (id: string): Promise<Document> =>
      JSON.parse(await (await fetch(`${pipeline.consoleUrl}/mails/${id}.json`)).text());
    return Promise.all([...ids.values()].map(read));
  }

  /** Every string in a value that contains a payload. */
  function hostileTexts(value: unknown): string[] {
    if (typeof value === 'string') return /ranScript|leak\.example/.test(value) && value.length < 10_000 ? [value] : [];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(hostileTexts) : [];
  }
});
