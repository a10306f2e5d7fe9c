import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';

/** In CI the browser is installed: there its absence is a failure. */
export const canRunChromium = existsSync(CHROMIUM) || process.env['CI'] !== undefined;

/** Names of this domain appear in no request, connection or question of DNS. */
const LEAK = /[\w.-]*leak\.example/g;

/** What a page did that no page of the console may do. */
export interface Findings {
  /** Frames in which a script ran, by their address, or `dialog`. */
  scripts: Set<string>;
  /** What those scripts said: the name that each was given. */
  names: Set<string>;
  /** Errors on the consoles of all pages: uncaught ones, and what a policy refused. */
  complaints: Set<string>;
  /** Hosts that were asked for, other than the console. */
  foreign: Set<string>;
  /** Paths of the console that were asked for. */
  own: Set<string>;
}

/**
 * Chromium that writes down all that its network service does: name resolution and connections ahead of a request are
 * under no policy and are seen nowhere else. Scripts are heard through `ranScript`, which every frame has.
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

  /** @param home origin of the console; requests to every other origin are seen and go nowhere */
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

  /** Ends the browser. @returns names that it resolved or connected to */
  async close(): Promise<string[]> {
    await this.#browser.close();
    // An event a line. The name of a download may look like a host.
    const events = readFileSync(this.#netLog, 'utf8')
      .split('\n')
      .filter((event) => !/content-disposition:|"file_name":/i.test(event));
    return [...new Set(events.join('\n').match(LEAK) ?? [])].sort();
  }
}
