import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { toolPath } from './tools.ts';

export interface PageOptions {
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
}

/** The real page in a real Chromium. Errors the page reports are collected in `complaints`. */
export class ConsoleBrowser {
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #base: string;

  private constructor(browser: Browser, base: string) {
    this.#browser = browser;
    this.#base = base;
  }

  static async launch(consoleUrl: string): Promise<ConsoleBrowser> {
    const executablePath = toolPath('chromium') ?? '/usr/bin/chromium';
    return new ConsoleBrowser(await chromium.launch({ executablePath, args: ['--no-sandbox'] }), consoleUrl);
  }

  /** Opens a page in its own browser context, with reduced motion. */
  async open(path: string, { width = 1280, height = 800, colorScheme = 'light' }: PageOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      baseURL: this.#base,
      viewport: { width, height },
      colorScheme,
      reducedMotion: 'reduce',
      locale: 'en-GB',
    });
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== this.#base) this.complaints.push(`asks for ${request.url()}`);
    });
    await observeLayoutShifts(context);
    await page.goto(path);
    await settled(page);
    return page;
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}

/** Resolves when the page has no load in progress. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main').waitFor();
  const loading = page.locator('[aria-busy=true], img.loading');
  while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' });
}

/** WCAG and best-practice rules that the page violates, with the offending elements. */
export async function violations(page: Page): Promise<string[]> {
  // Evaluated instead of added as a script element: the page's content security policy blocks every other script.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const found: { id: string; nodes: { html: string; failureSummary?: string }[] }[] = await page.evaluate(
    'axe.run(document, { iframes: false }).then(({ violations }) => violations)',
  );
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** By how many pixels the document is wider than the window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)');

/**
 * Counts layout shifts from the first paint on. Shifts within half a second of a click or a key are expected and not
 * counted.
 */
async function observeLayoutShifts(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const { hadRecentInput, value, sources } of list.getEntries())
        if (!hadRecentInput)
          window.shifts.push([value, ...sources.map(({ node }) => node && (node.outerHTML || node.textContent).slice(0, 90))].join(' '));
    }).observe({ type: 'layout-shift', buffered: true });`);
}

export const layoutShifts = (page: Page): Promise<string[]> => page.evaluate('window.shifts');
