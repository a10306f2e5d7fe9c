import type { TaskOutcome } from '../../../../../core/enrich/task.ts';
import { detectLanguage } from '../../../../../core/enrich/text/language.ts';
import type { StepRunner, Work } from '../../../runner.ts';
import { OcrCache, type ReadContent } from '../cache.ts';
import { invoiceByRules } from '../invoice/rules.ts';
import { CUT_OFF, done, type OcrOptions, readAttachment, type Unread } from '../read-attachment.ts';
import { type OcrLanguage, ocrLanguage, type RecognisedPage, Recogniser } from './recogniser.ts';

const PROVIDER = 'tesseract';

export interface OcrTesseractOptions extends OcrOptions {
  /** Folder in which the packages tesseract.js, its language data and the canvas are searched for. */
  packages: string;
}

/** Runs OCR on this machine. The process that opens a document draws its pages: Tesseract sees only our pictures. */
export class OcrTesseract implements StepRunner<'ocr'> {
  readonly #options: OcrTesseractOptions;
  readonly #recogniser: Recogniser;

  constructor(options: OcrTesseractOptions) {
    this.#options = options;
    this.#recogniser = new Recogniser(options.packages);
  }

  run(work: Work): Promise<TaskOutcome<'ocr'>> {
    const options = this.#options;
    return readAttachment(options, { provider: PROVIDER, drawWith: options.packages }, work, async (unread) => {
      const content = await this.#recognise(unread, work);
      const reason = unread.document.cutOff ? CUT_OFF : null;
      if (reason === null) await new OcrCache(options.store, PROVIDER).keep(work, unread.attachment.sha256, content);
      return done(unread.attachment, content, 0, reason);
    });
  }

  close(): Promise<void> {
    return this.#recogniser.close();
  }

  async #recognise({ document, pictures }: Unread, { mail, signal }: Work): Promise<ReadContent> {
    const pages: RecognisedPage[] = [];
    let language = ocrLanguage(mail.enrichment.language?.language) ?? 'en';
    for await (const picture of pictures) {
      const page = await this.#recogniser.recognise(picture, language, signal);
      const own = pages.length === 0 ? await languageOf(page) : null;
      const another = own !== null && own !== language;
      if (another) language = own;
      pages.push(another ? await this.#recogniser.recognise(picture, language, signal) : page);
    }
    return {
      source: 'ocr',
      pageCount: document.pageCount,
      pages: pages.map(({ lines, confidence }, at) => ({
        page: at + 1,
        text: lines.map(({ text }) => text).join('\n'),
        confidence,
      })),
      invoice: invoiceByRules(pages.map(({ lines }) => lines)),
    };
  }
}

/** A German invoice can come with an English mail: the first page determines the language. */
async function languageOf({ lines }: RecognisedPage): Promise<OcrLanguage | null> {
  const detected = await detectLanguage(lines.map(({ text }) => text).join('\n'));
  return ocrLanguage(detected?.language);
}
