import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { consoleAssets } from '../../../local/console/assets.ts';
import { ConsoleBrowser, settled } from '../../support/console-page.ts';
import { EventStream } from '../../support/event-stream.ts';
import { TestConsole } from '../../support/test-console.ts';
import { missingTools } from '../../support/tools.ts';

const missing = missingTools('chromium');
/** A browser opens six connections per server: with one stream per tab, the seventh page would wait forever. */
const TABS = 9;
const BUSY_MS = 60_000;

describe.skipIf(missing !== '')(`many pages in one browser${missing}`, () => {
  let tested: TestConsole;
  let browser: ConsoleBrowser;
  const tabs: Page[] = [];

  beforeAll(async () => {
    tested = await TestConsole.start({ assets: await consoleAssets() });
    await tested.console.build();
    browser = await ConsoleBrowser.launch(tested.origin);
    const first = await browser.open('/');
    tabs.push(first);
    while (tabs.length < TABS) {
      const tab = await first.context().newPage();
      await tab.goto('/');
      await settled(tab);
      tabs.push(tab);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await tested?.stop();
  });

  const streams = (count: number) =>
    vi.waitFor(() => expect(tested.console.hub.clients).toBe(count), { timeout: BUSY_MS });
  const everyTabShows = (subject: string) =>
    Promise.all(tabs.map((tab) => tab.locator('.mail-row').filter({ hasText: subject }).waitFor({ timeout: BUSY_MS })));

  it('share one stream, and each shows the mails that arrive', async () => {
    await streams(1);
    await Promise.all(tabs.map((tab) => tab.locator('.live.live').waitFor({ timeout: BUSY_MS })));
    await tested.putMail({ subject: 'to all tabs' });
    await everyTabShows('to all tabs');
    expect(tested.console.hub.clients).toBe(1);
  });

  it('continue when the one with the stream closes, without losing a mail', async () => {
    await tabs.shift()?.close();
    await tested.putMail({ subject: 'while nobody listened' });
    await everyTabShows('while nobody listened');
    await streams(1);
    await tested.putMail({ subject: 'to the tabs that are left' });
    await everyTabShows('to the tabs that are left');
  });

  it('lose nothing when the stream breaks', async () => {
    tested.console.hub.close();
    await streams(0);
    await tested.putMail({ subject: 'while it was broken' });
    await everyTabShows('while it was broken');
    await streams(1);
  });
});

describe('a page', () => {
  it('receives events from between its loading and the opening of its stream', async () => {
    const tested = await TestConsole.start();
    const html = await (await tested.get('/')).text();
    const event = /"event":"([^"]+)"/.exec(html)?.[1] ?? '';
    const id = await tested.putMail({ subject: 'in between' });
    const stream = await EventStream.open(`${tested.origin}/api/events?after=${event}`);
    expect(await stream.next('mail')).toMatchObject({ data: { id } });
    stream.close();
    await tested.stop();
  });
});
