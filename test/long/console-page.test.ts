import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSamples } from '../../local/demo/samples.ts';
import { ConsoleBrowser, layoutShifts, overflow, settled, violations } from '../support/console-page.ts';
import { TestPipeline, textMail } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { missingTools } from '../support/tools.ts';

const missing = missingTools('chromium');

describe.skipIf(missing !== '')(`the console in Chromium${missing}`, () => {
  const directory = temporaryDirectory();
  let pipeline: TestPipeline;
  let browser: ConsoleBrowser;
  /** Ids of the sample mails by file. */
  const ids = new Map<string, string>();

  beforeAll(async () => {
    pipeline = await TestPipeline.start(directory());
    browser = await ConsoleBrowser.launch(pipeline.consoleUrl);
  });
  afterAll(async () => {
    await browser?.close();
    await pipeline?.stop();
  });

  const mail = (file: string): string => `/mails/${ids.get(`${file}.eml`)}`;
  const rows = (page: Page) => page.locator('.mail-row');

  it('says what to do next when there are no mails, and shows those of the demo as they arrive, without a reload', async () => {
    const page = await browser.open('/');
    await page.getByText('No mails yet').waitFor();
    await page.evaluate('window.sameDocument = true');
    for (const { file, envelope, message } of readSamples()) {
      ids.set(file, await pipeline.send(message, envelope.rcptTo));
    }
    await expect.poll(() => rows(page).count()).toBe(ids.size);
    await rows(page).filter({ hasText: 'Invoice HP-2026-0417' }).getByText('scan0417.pdf').waitFor();
    await rows(page).filter({ hasText: 'Figures for the quarter' }).getByText('inbox@example.com and 2 more').waitFor();
    expect(await page.evaluate('window.sameDocument')).toBe(true);
  });

  describe('search', () => {
    it.each([
      ['quarter', 'Figures for the quarter'],
      ['from:harbour-paper', 'Invoice HP-2026-0417'],
      ['file:scan0417', 'Invoice HP-2026-0417'],
      ['text:hidden', 'Order for tomorrow'],
    ])('for %s finds the mail, has an address, and is there after a reload', async (words, subject) => {
      const page = await browser.open('/');
      await page.keyboard.press('/');
      await page.keyboard.type(words);
      await expect
        .poll(() =>
          rows(page)
            .allTextContents()
            .then((texts) => texts.length),
        )
        .toBe(1);
      expect(await rows(page).textContent()).toContain(subject);
      await expect.poll(() => new URL(page.url()).searchParams.get('search')).toBe(words);
      await page.reload();
      await settled(page);
      expect(await rows(page).allTextContents()).toEqual([expect.stringContaining(subject)]);
    });

    it('says when no mail matches, with a way back', async () => {
      const page = await browser.open('/?search=thereisnosuchword');
      await page.getByText('No matching mails').waitFor();
      await page.getByRole('link', { name: 'Show all mails' }).click();
      await expect.poll(() => rows(page).count()).toBeGreaterThan(5);
    });
  });

  it('filters by links, which the address keeps and a second click takes away', async () => {
    const page = await browser.open('/');
    await page.getByRole('link', { name: /^Invoices/ }).click();
    await expect.poll(() => rows(page).count()).toBe(1);
    expect(new URL(page.url()).search).toBe('?invoice=true');
    await page.getByRole('link', { name: /^Invoices/ }).click();
    await page.getByText('Kind', { exact: true }).click();
    await page.getByRole('link', { name: /^bounce/ }).click();
    await expect
      .poll(() =>
        rows(page)
          .allTextContents()
          .then((texts) => texts.join()),
      )
      .toContain('Undelivered');
    expect(new URL(page.url()).search).toBe('?kind=bounce');
  });

  it('can be used with the keyboard alone', async () => {
    const page = await browser.open('/');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.mail h1').waitFor();
    const second = page.url();
    const title = await page.locator('.mail h1').textContent();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.url()).not.toBe(second);
    await expect.poll(() => page.locator('.mail h1').textContent()).not.toBe(title);
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.url()).toBe(second);
    await page.keyboard.press('x');
    await page.getByText('1 mail selected').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).pathname).toBe('/');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });

  describe('one mail', () => {
    it.each([
      ['scanned-invoice', 'GBP 1,488.00'],
      ['bounce', 'Stop sending to this address'],
      ['calendar-invite', 'Planning'],
      ['reply', 'New in this mail'],
      ['plain-text', 'two boxes of pencils'],
      ['malformed?tab=defects', 'RFC'],
      ['several-attachments?tab=attachments', 'report.pdf'],
      ['several-attachments?tab=structure', 'multipart/mixed'],
      ['several-attachments?tab=headers', 'Message-ID'],
      ['mailing-list?tab=sender', 'MAIL FROM'],
      ['plain-text?tab=delivery', 'authentication'],
      ['plain-text?tab=json', '"schema": "parsed-mail/1"'],
      ['plain-text?tab=raw', 'Received: from'],
    ])('of %s shows "%s"', async (address, text) => {
      const [file = '', tab] = address.split('?');
      const page = await browser.open(tab === undefined ? mail(file) : `${mail(file)}?${tab}`);
      await page.locator('.tab').getByText(text).first().waitFor();
    });
  });

  it('has elements only for rows in view', async () => {
    const page = await browser.open('/');
    for (let at = 0; at < 20; at++) await pipeline.send(textMail(`more ${at}`));
    await expect.poll(() => rows(page).first().textContent()).toContain('more 19');
    expect(await rows(page).count()).toBeLessThan(40);
    await page.locator('.list').evaluate((list: { scrollTop: number }) => {
      list.scrollTop = 1e6;
    });
    await rows(page).filter({ hasText: 'Undelivered' }).waitFor();
    expect(await rows(page).count()).toBeLessThan(40);
  });

  const VIEWS: readonly [string, () => string][] = [
    ['the list', () => '/'],
    ['a filter', () => '/?kind=bounce'],
    ['nothing found', () => '/?search=thereisnosuchword'],
    ['the flow', () => '/flow'],
    ['try', () => '/try'],
    ['an invoice', () => mail('scanned-invoice')],
    ['a bounce', () => mail('bounce')],
    ['a calendar', () => mail('calendar-invite')],
    ['a reply', () => mail('reply')],
    ['HTML', () => mail('html-inline-image')],
    ['a text', () => `${mail('plain-text')}?tab=text`],
    ['attachments', () => `${mail('several-attachments')}?tab=attachments`],
    ['an attached mail', () => `${mail('forwarded-message')}?tab=attachments`],
    ['a sender', () => `${mail('mailing-list')}?tab=sender`],
    ['a delivery', () => `${mail('scanned-invoice')}?tab=delivery`],
    ['defects', () => `${mail('malformed')}?tab=defects`],
    ['headers', () => `${mail('malformed')}?tab=headers`],
    ['a MIME tree', () => `${mail('several-attachments')}?tab=structure`],
    ['JSON', () => `${mail('several-attachments')}?tab=json`],
    ['raw bytes', () => `${mail('several-attachments')}?tab=raw`],
  ];

  describe.each(VIEWS)('%s', (_name, path) => {
    it('has no violation that axe finds, light and dark', async () => {
      const page = await browser.open(path());
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations(page)).toEqual([]);
      await page.context().close();
    });

    it('fits 360 pixels, and nothing on it moves by itself', async () => {
      for (const width of [360, 1280]) {
        const page = await browser.open(path(), { width, height: 740 });
        expect(await overflow(page), `${width} px`).toBe(0);
        expect(await layoutShifts(page), `${width} px`).toEqual([]);
        await page.context().close();
      }
    });
  });

  it('reports an unknown mail and an unknown page', async () => {
    expect(await (await browser.open('/mails/01KAK3M2Z0000000000000000A')).locator('main').textContent()).toContain(
      'No such mail',
    );
    expect(await (await browser.open('/nothing')).locator('main').textContent()).toContain('No such page');
  });

  it('logged no error, and contacted no other host', () => {
    // The server answers 404 for a missing page or mail, which Chromium logs as an error.
    expect(browser.complaints.filter((text) => !/status of 404/.test(text))).toEqual([]);
  });
});
