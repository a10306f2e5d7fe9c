import { buffer } from 'node:stream/consumers';
import { CpuBudget } from '../../../core/document/cpu-budget.ts';
import {
  DocumentProcessEnded,
  type DocumentProcessOptions,
  openDocument,
} from '../../../core/document/document-process.ts';
import type { Attachment } from '../../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { RequestError } from '../http/api-error.ts';

export interface PdfPagesOptions {
  /** Returns the enricher's bundle, whose confined process opens documents; built on first use. */
  entry: () => Promise<URL>;
  /** Folder whose node_modules has the rendering packages. */
  drawWith: string;
  store: Pick<ObjectStore, 'get'>;
}

/** Maximum bytes of a PDF to preview; the enricher has the same limit. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Maximum pages of a PDF to preview; pages are counted before one is rendered. */
const MAX_PAGES = 2_000;
/** Milliseconds to render one page; a hostile PDF costs no more than this. */
const PAGE_MS = 15_000;
/** Maximum bytes of cached images. */
const CACHE_BYTES = 32 * 1024 * 1024;
/** Maximum pages waiting for a renderer; each page is a process. */
const MAX_WAITING = 20;

/** Renders pages of PDFs as PNG images, one at a time, with a cache of the latest ones. */
export class PdfPages {
  readonly #options: PdfPagesOptions;
  readonly #cache = new Map<string, Buffer>();
  #cached = 0;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PdfPagesOptions) {
    this.#options = options;
  }

  /** @throws RequestError that says why there is no image */
  async page(attachment: Attachment, page: number, signal: AbortSignal): Promise<Buffer> {
    if (attachment.detectedType !== 'application/pdf') throw noPicture('it is not a PDF');
    if (attachment.size > MAX_BYTES)
      throw noPicture(`it is larger than ${MAX_BYTES / 1024 / 1024} MB, so download it instead`);
    const key = `${attachment.sha256} ${page}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    if (this.#waiting >= MAX_WAITING)
      throw new RequestError(503, 'preview.busy', 'Too many pages are being rendered. Try again in a moment.');
    this.#waiting += 1;
    const drawing = this.#last.then(() => this.#cache.get(key) ?? this.#draw(attachment, page, signal));
    this.#last = drawing
      .catch(() => {})
      .finally(() => {
        this.#waiting -= 1;
      });
    const picture = await drawing;
    this.#keep(key, picture);
    return picture;
  }

  async #draw({ bucket, key }: Attachment, page: number, signal: AbortSignal): Promise<Buffer> {
    const { store, entry, drawWith } = this.#options;
    signal.throwIfAborted();
    const stored = await store.get({ bucket, key });
    if (stored === null) throw noPicture('its bytes are not in the store');
    const bytes = await buffer(stored.body);
    const options: DocumentProcessOptions = { entry: await entry(), libraryPath: null, limits: { processMs: PAGE_MS } };
    const budget = new CpuBudget(PAGE_MS);
    const request = { maxPages: MAX_PAGES, drawWith, previewPage: page };
    try {
      for await (const { answer, bytes: picture } of openDocument(options, bytes, request, { signal, budget })) {
        if (answer.type === 'refused') throw noPicture(answer.reason);
        if (answer.type === 'page') return picture;
      }
    } catch (error) {
      if (error instanceof DocumentProcessEnded) throw noPicture(error.message);
      throw error;
    }
    throw noPicture('the page does not exist');
  }

  #keep(key: string, picture: Buffer): void {
    if (this.#cache.has(key)) return;
    this.#cache.set(key, picture);
    this.#cached += picture.length;
    for (const [oldest, { length }] of this.#cache) {
      if (this.#cached <= CACHE_BYTES) break;
      this.#cache.delete(oldest);
      this.#cached -= length;
    }
  }
}

const noPicture = (why: string): RequestError => new RequestError(422, 'preview.none', `There is no preview: ${why}.`);
