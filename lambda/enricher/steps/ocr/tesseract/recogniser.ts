import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Page, Worker } from 'tesseract.js';
import { TransientError } from '../../../../../core/mail/errors.ts';
import { unlessAborted } from '../../../../../core/process/unless-aborted.ts';
import { type Line, linesOf, type TextPiece } from '../text-lines.ts';

/** Milliseconds for a page; a dense one at 200 dpi takes 3 seconds. */
const PAGE_MS = 60_000;
/** Folder with the most accurate of the models in the package, the integer ones. */
const MODELS = '4.0.0_best_int';

/** Available models, by ISO 639-1. Each also reads English words, and the letters of its language. */
const LANGUAGES = { en: 'eng', de: 'deu', fr: 'fra', es: 'spa', it: 'ita', nl: 'nld' } as const;
export type OcrLanguage = keyof typeof LANGUAGES;

const hasModel = (language: string): language is OcrLanguage => Object.hasOwn(LANGUAGES, language);

/** Null for a language without a model. */
export const ocrLanguage = (language = ''): OcrLanguage | null => (hasModel(language) ? language : null);

/** Threads to keep, each with the model of one language: 150 MB. */
const KEPT = 2;

export interface RecognisedPage {
  lines: Line[];
  /** 0 to 1 */
  confidence: number;
}

/** Tesseract in one thread per language, started on first use and kept. One picture at a time. */
export class Recogniser {
  readonly #packages: string;
  /** Ordered by last use, most recent last. */
  readonly #workers = new Map<OcrLanguage, Promise<Worker>>();
  #last: Promise<unknown> = Promise.resolve();

  /** @param packages folder in which tesseract.js and its language data are searched for */
  constructor(packages: string) {
    this.#packages = packages;
  }

  /** @throws TransientError when it takes too long, or the signal's reason; the thread is then terminated */
  recognise(png: Buffer, language: OcrLanguage, signal: AbortSignal): Promise<RecognisedPage> {
    const turn = this.#last.then(() => this.#recognise(png, language, signal));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Terminates the threads; the next picture starts another one. */
  async close(): Promise<void> {
    const workers = [...this.#workers.values()];
    this.#workers.clear();
    for (const starting of workers) await (await starting.catch(() => null))?.terminate();
  }

  async #recognise(png: Buffer, language: OcrLanguage, signal: AbortSignal): Promise<RecognisedPage> {
    const limit = new AbortController();
    const late = new TransientError('tesseract.timeout', `Tesseract took longer than ${PAGE_MS / 1000} s for a page`);
    const timer = setTimeout(() => limit.abort(late), PAGE_MS);
    try {
      const work = this.#start(language).then((worker) => worker.recognize(png, {}, { text: false, blocks: true }));
      const { data } = await unlessAborted(work, AbortSignal.any([signal, limit.signal]));
      return { lines: linesOf(piecesOf(data)), confidence: data.confidence / 100 };
    } catch (error) {
      // Its thread may still be working on the picture. It is not awaited, because it may not even have started.
      this.#end(language);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Everything it needs is on disk: nothing is fetched, and nothing is written. */
  #start(language: OcrLanguage): Promise<Worker> {
    const worker = this.#workers.get(language) ?? this.#create(LANGUAGES[language]);
    this.#workers.delete(language);
    this.#workers.set(language, worker);
    for (const oldest of [...this.#workers.keys()].slice(0, -KEPT)) this.#end(oldest);
    return worker;
  }

  async #create(model: (typeof LANGUAGES)[OcrLanguage]): Promise<Worker> {
    const require = createRequire(join(this.#packages, 'package.json'));
    const { createWorker, OEM }: typeof import('tesseract.js') = require('tesseract.js');
    const data = dirname(require.resolve(`@tesseract.js-data/${model}/package.json`));
    return createWorker(model, OEM.LSTM_ONLY, { langPath: join(data, MODELS), cacheMethod: 'none' });
  }

  #end(language: OcrLanguage): void {
    this.#workers
      .get(language)
      ?.then((worker) => worker.terminate())
      .catch(() => {});
    this.#workers.delete(language);
  }
}

/** Words with their position. A scan is never quite straight: lines are found along their baseline. */
function piecesOf({ blocks }: Page): TextPiece[] {
  const lines = (blocks ?? []).flatMap((block) => block.paragraphs.flatMap((paragraph) => paragraph.lines));
  const slopes = lines.flatMap(({ baseline: { x0, y0, x1, y1 } }) => (x1 - x0 > 100 ? [(y1 - y0) / (x1 - x0)] : []));
  const slope = median(slopes);
  return lines.flatMap(({ words, baseline }) => {
    const height = median(words.map(({ bbox }) => bbox.y1 - bbox.y0));
    return words.map(({ text, bbox, confidence }) => ({
      text,
      x: bbox.x0,
      // Puts all words of a line at the same height, as if the page were straight.
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
