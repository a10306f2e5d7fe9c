import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { consoleAssets } from '../local/console/assets.ts';
import { readSamples } from '../local/demo/samples.ts';
import { ConsoleBrowser } from '../test/support/console-page.ts';
import { TestPipeline } from '../test/support/local-pipeline.ts';
import type { Result, Row } from './report.ts';

const RUNS = 7;
/** Milliseconds until the largest element is painted, which is the view and not just the bar. */
const LARGEST = `new Promise((resolve) => {
  new PerformanceObserver((entries) => resolve(entries.getEntries().at(-1).startTime))
    .observe({ type: 'largest-contentful-paint', buffered: true });
})`;

/** Measures the time from the request of a page until Chromium paints its content. */
export async function console(directory: string): Promise<Result> {
  const pipeline = await TestPipeline.start(join(directory, 'data'));
  const browser = await ConsoleBrowser.launch(pipeline.consoleUrl);
  try {
    const ids: string[] = [];
    for (const { envelope, message } of readSamples()) ids.push(await pipeline.send(message, envelope.rcptTo));
    await pipeline.receive(ids);
    const views = { mails: '/', 'one mail': `/mails/${ids[0]}`, flow: '/flow', try: '/try' };
    const rows: Row[] = [];
    for (const [name, path] of Object.entries(views)) rows.push(await firstPaint(browser, name, path));
    const { script, style } = await consoleAssets();
    const kb = (text: string) => gzipSync(text).length / 1000;
    rows.push({ case: 'size', figures: { 'script, KB gzipped': kb(script), 'style, KB gzipped': kb(style) } });
    return {
      name: 'console',
      measured: `first and largest contentful paint of ${RUNS} loads each, the browser warm`,
      rows,
    };
  } finally {
    await browser.close();
    await pipeline.stop();
  }
}

async function firstPaint(browser: ConsoleBrowser, name: string, path: string): Promise<Row> {
  const first: number[] = [];
  const largest: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const page = await browser.open(path);
    first.push(await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"));
    largest.push(await page.evaluate(LARGEST));
    await page.context().close();
  }
  for (const times of [first, largest]) times.sort((a, b) => a - b);
  return {
    case: name,
    figures: {
      'first, median ms': first[RUNS >> 1] ?? Number.NaN,
      'first, most ms': first.at(-1) ?? Number.NaN,
      'largest, median ms': largest[RUNS >> 1] ?? Number.NaN,
    },
  };
}
