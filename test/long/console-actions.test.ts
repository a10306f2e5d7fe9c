import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METADATA_ENVELOPE } from '../../core/mail/envelope.ts';
import { mintMailId } from '../../core/mail/id.ts';
import { rawKey } from '../../core/mail/keys.ts';
import { readSamples } from '../../local/demo/samples.ts';
import { ConsoleBrowser, settled } from '../support/console-page.ts';
import { TestPipeline, textMail } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { missingTools } from '../support/tools.ts';

const missing = missingTools('chromium');
const SAMPLES = ['html-inline-image', 'several-attachments', 'plain-text'];

describe.skipIf(missing !== '')(`what a mail brought and what can be done, in Chromium${missing}`, () => {
  const directory = temporaryDirectory();
  let pipeline: TestPipeline;
  let browser: ConsoleBrowser;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    pipeline = await TestPipeline.start(directory());
    browser = await ConsoleBrowser.launch(pipeline.consoleUrl);
    const samples = readSamples().filter(({ file }) => SAMPLES.includes(file.replace('.eml', '')));
    for (const { file, envelope, message } of samples) ids.set(file, await pipeline.send(message, envelope.rcptTo));
    await pipeline.receive(ids.values());
  });
  afterAll(async () => {
    await browser?.close();
    await pipeline?.stop();
  });

  const mail = (file: string): string => `/mails/${ids.get(`${file}.eml`)}`;

  it('shows HTML in a frame without scripts or origin, with its inline image', async () => {
    const page = await browser.open(`${mail('html-inline-image')}?tab=html`);
    expect(await page.locator('iframe').getAttribute('sandbox')).not.toMatch(/allow-(scripts|same-origin|forms)/);
    const image = page.frameLocator('iframe').locator('img').first();
    await expect
      .poll(() => image.evaluate((element: { naturalWidth: number }) => element.naturalWidth))
      .toBeGreaterThan(0);
  });

  it('previews pictures and text', async () => {
    const page = await browser.open(`${mail('several-attachments')}?tab=attachments`);
    const picture = page.locator('.preview img').last();
    await expect
      .poll(() => picture.evaluate((element: { naturalWidth: number }) => element.naturalWidth))
      .toBeGreaterThan(0);
    expect((await page.locator('.excerpt').first().textContent())?.trim()).not.toBe('');
  });

  it('is replayed after its differences were shown', async () => {
    const page = await browser.open(mail('plain-text'));
    await page.getByRole('button', { name: 'Replay…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The document would not change.').waitFor();
    await dialog.getByRole('button', { name: 'Replay' }).click();
    await dialog.getByText('1 mail will be parsed again.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByText('revision 2').waitFor();
  });

  it('loses nothing while the store is down, a function is killed and mails pour in: the figures balance', async () => {
    const page = await browser.open('/try');
    await page.getByLabel('Down').check();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.note code').getByText(/^451/).waitFor();
    await page.getByLabel('Works').check();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page
      .locator('.note code')
      .getByText(/^250 2\.0\.0/)
      .waitFor();
    await page.getByLabel('Mails, up to 10,000').fill('40');
    await page.getByRole('button', { name: 'Deliver them' }).click();
    await page.getByRole('button', { name: 'Kill parser' }).click();
    await page.getByText('Nothing lost: 40 mails accepted, 40 on the queue, 0 failed.').waitFor({ timeout: 240_000 });
    const balance = page.locator('.page-head .balance');
    const accepted = ids.size + 41;
    await expect
      .poll(() => balance.textContent().then((text) => text?.replace(/\s+/g, ' ')), { timeout: 240_000 })
      .toMatch(new RegExp(`${accepted} accepted in 24 h=${accepted} parsed\\+0 failed\\+0 waiting`));
    await page.goto('/flow');
    await settled(page);
    expect(await page.locator('svg.flow').textContent()).toContain('SMTP edge');
  });

  it('that failed is redriven together with others, and says what became of them', async () => {
    const failed = [mintMailId(), mintMailId(), mintMailId()];
    const metadata = { [METADATA_ENVELOPE]: 'unreadable' };
    for (const id of failed)
      await pipeline.store.put({ bucket: 'raw-mail', key: rawKey(id) }, textMail(`failed ${id}`), { metadata });
    const page = await browser.open('/?failed=true');
    const boxes = page.locator('.mail-row input');
    await expect.poll(() => boxes.count(), { timeout: 60_000 }).toBe(3);
    await boxes.nth(0).click();
    await boxes.nth(2).click({ modifiers: ['Shift'] });
    await page.getByRole('button', { name: 'Redrive' }).click();
    await page.getByText(/3 mails failed again\./).waitFor({ timeout: 240_000 });
  });
});
