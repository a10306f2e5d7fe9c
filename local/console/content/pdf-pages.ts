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
  /** The enricher's bundle, whose confined process opens documents; it is built when it is first needed. */
  entry: () => Promise<URL>;
  /** Folder whose packages draw. */
  drawWith: string;
  store: Pick<ObjectStore, 'get'>;
}

/** Bytes of a PDF that is previewed, as of one that the enricher reads. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Pages of a PDF that is previewed; the pages are counted before one is drawn. */
const MAX_PAGES = 2_000;
/** Milliseconds for one page: a hostile PDF costs this and no more. */
const PAGE_MS = 15_000;
/** Bytes of pictures that are kept. */
const CACHE_BYTES = 32 * 1024 * 1024;
/** Pages that wait while another is drawn: each is a process. */
const MAX_WAITING = 20;

/** Pages of PDFs as PNG pictures, one at a time; those drawn last are kept. */
export class PdfPages {
  readonly #options: PdfPagesOptions;
  readonly #cache = new Map<string, Buffer>();
  #cached = 0;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PdfPagesOptions) {
    this.#options = options;
  }

  /** @throws RequestError that says why there is no picture */
  async page(attachment: Attachment, page: number, signal: AbortSignal): Promise<Buffer> {
    if (attachment.detectedType !== 'application/pdf') throw noPicture('it is no PDF');
    if (attachment.size > MAX_BYTES) throw noPicture(`it has more than ${MAX_BYTES / 1024 / 1024} MB: download it`);
    const key = `${attachment.sha256} ${page}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    if (this.#waiting >= MAX_WAITING) throw new RequestError(503, 'preview.busy', 'Too many pages are being drawn.');
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
    throw noPicture('it has no such page');
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

const noPicture = (why: string): RequestError =>
  new RequestError(422, 'preview.none', `There is no picture of it: ${why}.`);
