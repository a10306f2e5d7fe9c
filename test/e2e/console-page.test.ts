import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleMail } from '../fixtures/samples.ts';
import { ConsoleBrowser, violations } from '../support/console-page.ts';
import { TestPipeline } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { missingTools } from '../support/tools.ts';

const missing = missingTools('chromium');

// test/long covers every view, every button and hostile mails.
describe.skipIf(missing !== '')(`the console in Chromium${missing}`, () => {
  const directory = temporaryDirectory();
  let pipeline: TestPipeline;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    pipeline = await TestPipeline.start(directory());
    browser = await ConsoleBrowser.launch(pipeline.consoleUrl);
  });
  afterAll(async () => {
    await browser?.close();
    await pipeline?.stop();
  });

  it('lists a mail as it arrives, and opens it', async () => {
    const page = await browser.open('/');
    await page.getByText('No mails yet').waitFor();
    const { bytes, facts } = sampleMail('plain-text');
    const id = await pipeline.send(bytes);
    const row = page.locator('.mail-row');
    await row.filter({ hasText: facts.subject ?? '' }).waitFor();
    await row.getByRole('link').first().click();
    await page.locator('.tab').getByText('two boxes of pencils').waitFor();
    expect(new URL(page.url()).pathname).toBe(`/mails/${id}`);
    expect(await violations(page)).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});
