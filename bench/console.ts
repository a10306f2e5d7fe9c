import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { consoleAssets } from '../local/console/assets.ts';
import { readSamples } from '../local/demo/samples.ts';
import { ConsoleBrowser } from '../test/support/console-page.ts';
import { TestPipeline } from '../test/support/local-pipeline.ts';
import type { Result, Row } from './report.ts';

const RUNS = 7;

/** What a person waits for: from the request of a page until Chromium paints its content. */
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
    return { name: 'console', measured: `first contentful paint of ${RUNS} loads each, the browser warm`, rows };
  } finally {
    await browser.close();
    await pipeline.stop();
  }
}

async function firstPaint(browser: ConsoleBrowser, name: string, path: string): Promise<Row> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const page = await browser.open(path);
    const time: number = await page.evaluate(
      "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN",
    );
    times.push(time);
    await page.context().close();
  }
  times.sort((a, b) => a - b);
  return {
    case: name,
    figures: { 'median ms': times[RUNS >> 1] ?? Number.NaN, 'most ms': times.at(-1) ?? Number.NaN },
  };
}
