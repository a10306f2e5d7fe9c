import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';

/** CI installs the browser, so a missing one fails there. */
export const canRunChromium = existsSync(CHROMIUM) || process.env['CI'] !== undefined;

/** No request, connection or DNS query may contain a name of this domain. */
const LEAK = /[\w.-]*leak\.example/g;

/** What a page did that no console page may do. */
export interface Findings {
  /** Addresses of the frames in which a script ran, or `dialog`. */
  scripts: Set<string>;
  /** The names those scripts passed to `ranScript`. */
  names: Set<string>;
  /** Errors on the console of any page: uncaught exceptions and policy violations. */
  complaints: Set<string>;
  /** Hosts other than the console that were requested. */
  foreign: Set<string>;
  /** Paths of the console that were requested. */
  own: Set<string>;
}

/**
 * Chromium with a log of its network service. Name resolution and speculative connections are subject to no policy and
 * show up nowhere else. Scripts report through `ranScript`, which is exposed in every frame.
 */
export class HostileBrowser {
  readonly page: Page;
  readonly findings: Findings;
  readonly #browser: Browser;
  readonly #netLog: string;

  private constructor(browser: Browser, page: Page, findings: Findings, netLog: string) {
    this.#browser = browser;
    this.page = page;
    this.findings = findings;
    this.#netLog = netLog;
  }

  /** @param home origin of the console; requests to every other origin are recorded and aborted */
  static async launch(folder: string, home: string): Promise<HostileBrowser> {
    const netLog = join(folder, 'net-log.json');
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', `--log-net-log=${netLog}`, '--net-log-capture-mode=Default'],
    });
    const context = await browser.newContext();
    const findings: Findings = {
      scripts: new Set(),
      names: new Set(),
      complaints: new Set(),
      foreign: new Set(),
      own: new Set(),
    };
    await context.exposeBinding('ranScript', ({ frame }, name: unknown) => {
      findings.scripts.add(frame.url());
      findings.names.add(String(name));
    });
    context.on('weberror', (error) => findings.complaints.add(error.error().message));
    context.on('console', (message) => {
      if (message.type() === 'error') findings.complaints.add(`${message.text()} ${message.location().url}`);
    });
    context.on('page', (page) => page.on('websocket', (socket) => findings.foreign.add(socket.url())));
    await context.route('**/*', (route) => {
      const url = new URL(route.request().url());
      if (url.protocol === 'data:') return route.fallback();
      if (url.origin !== home) {
        findings.foreign.add(url.host || url.protocol);
        return route.abort();
      }
      findings.own.add(url.pathname);
      return route.fallback();
    });
    context.on('dialog', (dialog) => {
      findings.scripts.add('dialog');
      void dialog.dismiss();
    });
    return new HostileBrowser(browser, await context.newPage(), findings, netLog);
  }

  /** Closes the browser. @returns names that it resolved or connected to */
  async close(): Promise<string[]> {
    await this.#browser.close();
    // One event per line. The file name of a download may look like a host, so those lines are dropped.
    const events = readFileSync(this.#netLog, 'utf8')
      .split('\n')
      .filter((event) => !/content-disposition:|"file_name":/i.test(event));
    return [...new Set(events.join('\n').match(LEAK) ?? [])].sort();
  }
}
