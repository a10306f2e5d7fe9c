import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Page, Worker } from 'tesseract.js';
import { TransientError } from '../../../../../core/mail/errors.ts';
import { unlessAborted } from '../../../../../core/process/unless-aborted.ts';
import { type Line, linesOf, type TextPiece } from '../text-lines.ts';

/** Milliseconds for a page; a dense one at 200 dpi takes 3 seconds. */
const PAGE_MS = 60_000;
/** Folder of the package with the most accurate of its models, those of whole numbers. */
const MODELS = '4.0.0_best_int';

export interface RecognisedPage {
  lines: Line[];
  /** 0 to 1 */
  confidence: number;
}

/** Tesseract in a thread of its own, started when it is first needed and kept. One picture at a time. */
export class Recogniser {
  readonly #packages: string;
  #worker: Promise<Worker> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** @param packages folder whose packages tesseract.js and its language data are looked for in */
  constructor(packages: string) {
    this.#packages = packages;
  }

  /** @throws TransientError when it takes too long, or the signal's reason; the thread is ended then */
  recognise(png: Buffer, signal: AbortSignal): Promise<RecognisedPage> {
    const turn = this.#last.then(() => this.#recognise(png, signal));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Ends the thread; the next picture starts another one. */
  async close(): Promise<void> {
    const worker = await this.#worker?.catch(() => null);
    this.#worker = null;
    await worker?.terminate();
  }

  async #recognise(png: Buffer, signal: AbortSignal): Promise<RecognisedPage> {
    const limit = new AbortController();
    const late = new TransientError('tesseract.timeout', `Tesseract took longer than ${PAGE_MS / 1000} s for a page`);
    const timer = setTimeout(() => limit.abort(late), PAGE_MS);
    try {
      const work = this.#start().then((worker) => worker.recognize(png, {}, { text: false, blocks: true }));
      const { data } = await unlessAborted(work, AbortSignal.any([signal, limit.signal]));
      return { lines: linesOf(piecesOf(data)), confidence: data.confidence / 100 };
    } catch (error) {
      // Its thread may be at work on the picture still. It is not waited for: it may not even have started.
      this.#worker?.then((worker) => worker.terminate()).catch(() => {});
      this.#worker = null;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Everything it needs is on disk: nothing is fetched, and nothing is written. */
  #start(): Promise<Worker> {
    this.#worker ??= (async () => {
      const require = createRequire(join(this.#packages, 'package.json'));
      const { createWorker, OEM }: typeof import('tesseract.js') = require('tesseract.js');
      const data = dirname(require.resolve('@tesseract.js-data/eng/package.json'));
      return createWorker('eng', OEM.LSTM_ONLY, { langPath: join(data, MODELS), cacheMethod: 'none' });
    })();
    return this.#worker;
  }
}

/** Words with their place. A scan is never quite straight: what is on one line is found along its base line. */
function piecesOf({ blocks }: Page): TextPiece[] {
  const lines = (blocks ?? []).flatMap((block) => block.paragraphs.flatMap((paragraph) => paragraph.lines));
  const slopes = lines.flatMap(({ baseline: { x0, y0, x1, y1 } }) => (x1 - x0 > 100 ? [(y1 - y0) / (x1 - x0)] : []));
  const slope = median(slopes);
  return lines.flatMap(({ words, baseline }) => {
    const height = median(words.map(({ bbox }) => bbox.y1 - bbox.y0));
    return words.map(({ text, bbox, confidence }) => ({
      text,
      x: bbox.x0,
      // All words of a line on one height, as if the page were straight.
      y: baseline.y0 - slope * baseline.x0,
      width: bbox.x1 - bbox.x0,
      height,
      confidence: confidence / 100,
    }));
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
