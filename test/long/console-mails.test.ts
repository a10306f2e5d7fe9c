import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleBrowser, layoutShifts, overflow, violations } from '../support/console-page.ts';
import { failedMail } from '../support/failed-mail.ts';
import { TestPipeline } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { missingTools } from '../support/tools.ts';

const missing = missingTools('chromium');
const MAILS = 12;

const CRLF = '\r\n';
const mailOf = (...lines: string[]): Buffer => Buffer.from(lines.join(CRLF) + CRLF);
const part = (type: string, ...body: string[]): string[] => ['--b', `Content-Type: ${type}`, '', ...body];

const QUESTION = mailOf(
  'From: Ann <ann@example.org>',
  'To: inbox@example.com',
  'Message-ID: <question@example.org>',
  'Subject: Three boxes',
  '',
  'Can you send three boxes?',
);
const ANSWER = mailOf(
  'From: Ben <ben@example.com>',
  'To: ann@example.org',
  'Message-ID: <answer@example.com>',
  'In-Reply-To: <question@example.org>',
  'References: <question@example.org>',
  'Subject: Re: Three boxes',
  '',
  'They leave tomorrow.',
);
const DMARC = mailOf(
  'From: dmarc@example.net',
  'To: postmaster@example.com',
  'Subject: Report domain: example.com Submitter: mail.example.net Report-ID: 7',
  'Content-Type: text/xml; name="mail.example.net!example.com!1763683200!1763769599.xml"',
  '',
  '<?xml version="1.0"?><feedback><report_metadata><org_name>mail.example.net</org_name><report_id>7</report_id>',
  '<date_range><begin>1763683200</begin><end>1763769599</end></date_range></report_metadata>',
  '<policy_published><domain>example.com</domain><p>quarantine</p></policy_published>',
  '<record><row><source_ip>203.0.113.9</source_ip><count>3</count><policy_evaluated><disposition>quarantine</disposition>',
  '<dkim>fail</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>example.com</header_from></identifiers></record>',
  '<record><row><source_ip>192.0.2.1</source_ip><count>97</count><policy_evaluated><disposition>none</disposition>',
  '<dkim>pass</dkim><spf>pass</spf></policy_evaluated></row><identifiers><header_from>example.com</header_from></identifiers></record>',
  '</feedback>',
);
const TLS = mailOf(
  'From: tls@example.net',
  'To: postmaster@example.com',
  'Subject: Report Domain: example.com Submitter: example.net Report-ID: <8@example.net>',
  'Content-Type: multipart/report; report-type="tlsrpt"; boundary=b',
  '',
  ...part('text/plain', 'A report about TLS.'),
  ...part(
    'application/tlsrpt+json',
    JSON.stringify({
      'organization-name': 'Example Net',
      'report-id': '8',
      'date-range': { 'start-datetime': '2026-11-21T00:00:00Z', 'end-datetime': '2026-11-21T23:59:59Z' },
      policies: [
        {
          policy: { 'policy-type': 'sts', 'policy-domain': 'example.com' },
          summary: { 'total-successful-session-count': 500, 'total-failure-session-count': 2 },
          'failure-details': [{ 'result-type': 'certificate-expired', 'failed-session-count': 2 }],
        },
      ],
    }),
  ),
  '--b--',
);
const FORWARDED = mailOf(
  'From: Ann <ann@example.org>',
  'To: inbox@example.com',
  'Subject: Forwarded',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  ...part('text/plain', 'See below.'),
  ...part(
    'message/rfc822',
    'From: Cid <cid@example.org>',
    'To: ann@example.org',
    'Cc: dee@example.org',
    'Subject: The inner one',
    'Date: Sun, 22 Nov 2026 10:00:00 +0000',
    'Content-Type: multipart/alternative; boundary=c',
    '',
    '--c',
    'Content-Type: text/plain',
    '',
    'inner text',
    '--c',
    'Content-Type: text/html',
    '',
    '<p>inner <b>HTML</b></p>',
    '--c--',
  ),
  '--b--',
);

describe.skipIf(missing !== '')(`mails in the console, in Chromium${missing}`, () => {
  const directory = temporaryDirectory();
  let pipeline: TestPipeline;
  let browser: ConsoleBrowser;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    pipeline = await TestPipeline.start(directory());
    browser = await ConsoleBrowser.launch(pipeline.consoleUrl);
    const mails = { QUESTION, ANSWER, DMARC, TLS, FORWARDED };
    for (const [name, mail] of Object.entries(mails)) ids.set(name, await pipeline.send(mail));
    for (let at = ids.size; at < MAILS; at++)
      ids.set(`${at}`, await pipeline.send(QUESTION, [`box-${at}@example.com`]));
    await pipeline.receive(ids.values());
    const { key, json } = failedMail({ id: ids.get('FORWARDED') ?? '', reason: 'parse.crash', lastError: 'it ended' });
    await pipeline.store.put({ bucket: 'mail-content', key }, Buffer.from(json));
  });
  afterAll(async () => {
    await browser?.close();
    await pipeline?.stop();
  });

  const mail = (name: string): string => `/mails/${ids.get(name)}`;
  const rows = (page: Page) => page.locator('.mail-row a');
  const chosen = (page: Page, mails: number) =>
    page.getByText(`${mails} mail${mails === 1 ? '' : 's'} selected`).waitFor();

  it('can be selected in ranges with Shift and the arrow keys, which grow and shrink', async () => {
    const page = await browser.open('/');
    await page.keyboard.press('ArrowDown');
    for (const mails of [2, 3, 4]) {
      await page.keyboard.press('Shift+ArrowDown');
      await chosen(page, mails);
    }
    await page.keyboard.press('Shift+ArrowUp');
    await chosen(page, 3);
    expect(new URL(page.url()).pathname).toBe('/');
  });

  it('can be selected in ranges with Shift-click, on boxes and on mails, without opening a window', async () => {
    const page = await browser.open('/');
    const boxes = page.locator('.mail-row input');
    await boxes.nth(1).click();
    await boxes.nth(4).click({ modifiers: ['Shift'] });
    await chosen(page, 4);
    expect(await Promise.all([0, 1, 2, 3, 4, 5].map((at) => boxes.nth(at).isChecked()))).toEqual([
      false,
      true,
      true,
      true,
      true,
      false,
    ]);
    await rows(page)
      .nth(6)
      .click({ modifiers: ['Shift'] });
    await chosen(page, 6);
    // Shift-clicking a box inside the selected range shortens the range, and the box stays checked.
    await boxes.nth(2).click({ modifiers: ['Shift'] });
    await chosen(page, 2);
    expect(await boxes.nth(2).isChecked()).toBe(true);
    expect(page.context().pages()).toHaveLength(1);
  });

  it('can be replayed and downloaded together', async () => {
    const page = await browser.open('/');
    await page.locator('.mail-row input').first().click();
    await rows(page)
      .nth(2)
      .click({ modifiers: ['Shift'] });
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    expect((await downloading).suggestedFilename()).toBe('mails.zip');
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('3 mails will be parsed again.').waitFor();
  });

  it('shows the conversation of a mail, from each mail of it to the others', async () => {
    const page = await browser.open(`${mail('ANSWER')}?tab=thread`);
    const entries = page.locator('.thread a');
    await entries.filter({ hasText: 'They leave tomorrow.' }).waitFor();
    expect(await page.locator('.thread a[aria-current]').textContent()).toContain('Ben');
    await entries.filter({ hasText: 'Can you send three boxes?' }).first().click();
    await expect.poll(() => page.locator('.mail h1').textContent()).toBe('Three boxes');
    await page.getByRole('link', { name: /^Conversation/ }).waitFor();
  });

  it.each([
    ['DMARC', '97 of 100 mails from example.com pass DMARC', '203.0.113.9'],
    ['TLS', '500 of 502 sessions used TLS', 'certificate-expired'],
  ])('says what a report on %s says, and what to do', async (name, sentence, row) => {
    const page = await browser.open(mail(name));
    await page.locator('.tab').getByText(sentence).waitFor();
    await page.locator('.tab').getByText(row).waitFor();
  });

  it('opens an attached mail in place, with its people, its text and its HTML', async () => {
    const page = await browser.open(`${mail('FORWARDED')}?tab=attachments`);
    const nested = page.locator('.nested');
    await nested.getByText('dee@example.org').waitFor();
    await nested.getByText('inner text').waitFor();
    await nested.getByRole('button', { name: 'HTML' }).click();
    await page.frameLocator('.nested iframe').getByText('inner HTML').waitFor();
  });

  it('show the reason and the remedy of a failed mail, also in the list of failed mails', async () => {
    const page = await browser.open('/?failed=true');
    await rows(page).first().click();
    const note = page.locator('.note.bad').first();
    await note.getByText('Failed with parse.crash').waitFor();
    expect(await note.textContent()).toMatch(/it ended/);
    expect(await note.textContent()).toMatch(/Redrive it/);
    await page.getByRole('button', { name: 'Redrive' }).waitFor();
  });

  it('keeps the filter of the header fields in the address', async () => {
    const page = await browser.open(`${mail('ANSWER')}?tab=headers`);
    await page.getByLabel('Filter headers').fill('in-reply');
    await expect.poll(() => new URL(page.url()).searchParams.get('field')).toBe('in-reply');
    await page.reload();
    await expect.poll(() => page.locator('.pairs tbody tr').count()).toBe(1);
  });

  const VIEWS = [
    ['the mails that failed', () => '/?failed=true'],
    ['a mail that failed', () => mail('FORWARDED')],
    ['a conversation', () => `${mail('ANSWER')}?tab=thread`],
    ['a report on DMARC', () => mail('DMARC')],
    ['a report on TLS', () => mail('TLS')],
    ['an attached mail of two bodies', () => `${mail('FORWARDED')}?tab=attachments`],
  ] as const;

  it.each(VIEWS)('shows %s without a fault that axe finds, at every width, light and dark', async (_name, path) => {
    for (const [width, colorScheme] of [
      [360, 'dark'],
      [1280, 'light'],
      [1920, 'dark'],
    ] as const) {
      const page = await browser.open(path(), { width, colorScheme });
      expect(await violations(page), `${width} px`).toEqual([]);
      expect(await overflow(page), `${width} px`).toBe(0);
      expect(await layoutShifts(page), `${width} px`).toEqual([]);
      await page.context().close();
    }
  });

  it('logged no error, and contacted no other host', () => {
    expect(browser.complaints).toEqual([]);
  });
});
