import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSamples } from '../../local/demo/samples.ts';
import { ConsoleBrowser } from '../support/console-page.ts';
import { TestPipeline, textMail } from '../support/local-pipeline.ts';

/** Takes the pictures for README.md and docs/console.md from a pipeline that has received the sample mails. */

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));

interface Picture {
  file: string;
  path: string;
  width: number;
  height: number;
}

/** @param id returns the mail id of a sample by its file name without `.eml` */
const pictures = (id: (sample: string) => string): Picture[] => [
  { file: 'invoice.png', path: `/mails/${id('scanned-invoice')}`, width: 1280, height: 800 },
  { file: 'bounce.png', path: `/mails/${id('bounce')}`, width: 1280, height: 620 },
  { file: 'try.png', path: '/try', width: 1280, height: 1180 },
  { file: 'narrow.png', path: '/', width: 360, height: 640 },
];
const FLOW: Picture = { file: 'flow.png', path: '/flow', width: 1280, height: 500 };

const directory = await mkdtemp(join(tmpdir(), 'mail-pipeline-screenshots-'));
const pipeline = await TestPipeline.start(directory);
const browser = await ConsoleBrowser.launch(pipeline.consoleUrl);
try {
  const ids = new Map<string, string>();
  for (const { file, envelope, message } of readSamples()) {
    ids.set(file, await pipeline.send(message, envelope.rcptTo));
  }
  await pipeline.receive(ids.values());
  await mkdir(IMAGES, { recursive: true });
  for (const picture of pictures((sample) => ids.get(`${sample}.eml`) ?? '')) await take(picture);
  // Mail in flight makes the flow page worth a picture.
  await Promise.all(Array.from({ length: 60 }, (_, at) => pipeline.send(textMail(`Order ${at}`))));
  await take(FLOW);
} finally {
  await browser.close();
  await pipeline.stop();
  await rm(directory, { recursive: true, force: true });
}

async function take({ file, path, width, height }: Picture): Promise<void> {
  const page = await browser.open(path, { width, height });
  await page.locator('.live.live').waitFor({ state: 'attached' });
  await page.screenshot({ path: join(IMAGES, file) });
  await page.context().close();
  process.stdout.write(`docs/images/${file}\n`);
}
