import type { PDFDict } from '@cantoo/pdf-lib';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { DocumentAnswer } from '../../../../../core/document/protocol.ts';
import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import { OCR_LIMITS } from '../limits.ts';
import { linesOf, type TextLine, type TextPiece } from '../text-lines.ts';
import { type CanvasLibrary, loadCanvas, shrinkTo } from './canvas.ts';
import { countPages, readCatalog } from './count-pages.ts';
import { embeddedInvoices } from './embedded-invoices.ts';
import { pageMarks } from './page-marks.ts';
import { type Open, Refusal } from './refusal.ts';
import { judgeText } from './text-layer.ts';

/** Dots per inch of a drawn page, if its size allows it. Tesseract needs capitals of at least 20 pixels. */
const DPI = 200;
/** The same for a page to look at: A4 is 1,090 pixels wide. */
const PREVIEW_DPI = 132;
const POINTS_PER_INCH = 72;
/** Share of a page from which a picture may hide its text, so that the text may not be what one sees. */
const PICTURE = 0.5;

type Pdfjs = typeof import('pdfjs-dist/legacy/build/pdf.mjs');

/**
 * Counts the pages before it reads any of them. Ignores JavaScript and links in a PDF, and reads only those of its
 * files that parse as an invoice.
 */
export const openPdf: Open = async (bytes, request, answer) => {
  const { maxPages, drawWith, previewPage, fonts } = request;
  const catalog = await readCatalog(bytes);
  if (previewPage !== null) return preview(bytes, countPages(catalog, maxPages), request, answer);
  const invoices = embeddedInvoices(catalog);
  if (invoices !== null) return answer(await electronicInvoice(bytes, catalog, invoices, maxPages));
  const pageCount = countPages(catalog, maxPages);
  const canvas = drawWith === null ? null : loadCanvas(drawWith);
  const pdfjs = await loadPdfjs(canvas);
  const pdf = await open(pdfjs, bytes, canvas, fonts);
  // Two readers disagree about the file: it is unknown what a third one would bill.
  if (pdf.numPages !== pageCount) throw new Refusal('the pages of the PDF cannot be counted: it contradicts itself');
  const textLayer = await readTextLayer(pdfjs, pdf);
  answer({ type: 'document', kind: 'pdf', pageCount, cutOff: false, textLayer, invoices: null });
  if (textLayer !== null || canvas === null) return;
  for (let page = 1; page <= pageCount; page++) {
    answer({ type: 'page', page }, await draw(await pdf.getPage(page), canvas, DPI));
  }
};

/** One page as a person would see it. */
async function preview(
  bytes: Buffer,
  pageCount: number,
  { previewPage: page, drawWith, fonts }: Parameters<Open>[1],
  answer: Parameters<Open>[2],
): Promise<void> {
  if (page === null || drawWith === null) throw new Refusal('pages cannot be drawn here');
  if (page < 1 || page > pageCount) throw new Refusal(`the PDF has no page ${page}: it has ${pageCount}`);
  const canvas = loadCanvas(drawWith);
  const pdf = await open(await loadPdfjs(canvas), bytes, canvas, fonts);
  answer({ type: 'document', kind: 'pdf', pageCount, cutOff: false, textLayer: null, invoices: null });
  answer({ type: 'page', page }, await draw(await pdf.getPage(page), canvas, PREVIEW_DPI));
}

/** The XML is enough: pages serve for comparison, if they have a text layer. */
async function electronicInvoice(
  bytes: Buffer,
  catalog: PDFDict,
  invoices: Invoice[],
  maxPages: number,
): Promise<DocumentAnswer> {
  const answer = { type: 'document', kind: 'pdf', pageCount: 0, cutOff: false, textLayer: null, invoices } as const;
  try {
    const pageCount = countPages(catalog, OCR_LIMITS.pageTreeNodes);
    if (pageCount > maxPages) return { ...answer, pageCount };
    const pdfjs = await loadPdfjs(null);
    const pdf = await open(pdfjs, bytes, null, null);
    return pdf.numPages === pageCount ? { ...answer, pageCount, textLayer: await readTextLayer(pdfjs, pdf) } : answer;
  } catch {
    return answer;
  }
}

/** Both halves of pdfjs run in this thread: a worker would need a file of its own. */
async function loadPdfjs(canvas: CanvasLibrary | null): Promise<Pdfjs> {
  const { DOMMatrix, ImageData, Path2D } = canvas?.globals ?? {};
  Object.assign(globalThis, { DOMMatrix, ImageData, Path2D });
  const worker = await import('pdfjs-dist/legacy/build/pdf.worker.mjs');
  Object.assign(globalThis, { pdfjsWorker: worker });
  return import('pdfjs-dist/legacy/build/pdf.mjs');
}

async function open(
  pdfjs: Pdfjs,
  bytes: Buffer,
  canvas: CanvasLibrary | null,
  fonts: string | null,
): Promise<PDFDocumentProxy> {
  const options = {
    data: new Uint8Array(bytes),
    // Programs in fonts were a way to run code in pdfjs (CVE-2024-4367).
    isEvalSupported: false,
    enableXfa: false,
    useSystemFonts: false,
    ...(fonts === null ? {} : { standardFontDataUrl: fonts }),
    disableFontFace: true,
    // Image bomb.
    maxImageSize: OCR_LIMITS.pixels,
    canvasMaxAreaInBytes: OCR_LIMITS.pixels * 4,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
    ...(canvas === null ? {} : { CanvasFactory: canvasFactory(canvas) }),
  };
  try {
    return await pdfjs.getDocument(options).promise;
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException') throw new Refusal('the PDF is encrypted');
    throw new Refusal('the PDF is damaged');
  }
}

/**
 * The lines of every page, if every page has a text layer or is blank. A single page without one means that all pages
 * need OCR: services process whole documents.
 */
async function readTextLayer(pdfjs: Pdfjs, pdf: PDFDocumentProxy): Promise<TextLine[][] | null> {
  const pages: TextLine[][] = [];
  let found = false;
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const lines = await readLines(pdfjs, page);
    const text = judgeText(lines.map((line) => line.text));
    if (text !== 'text') {
      const { width, height } = page.getViewport({ scale: 1 });
      const { blank, pictures } = pageMarks(await page.getOperatorList(), width * height, pdfjs.OPS);
      if (text === 'none' ? !blank : pictures >= PICTURE) return null;
    }
    found ||= text !== 'none';
    pages.push(lines);
    page.cleanup();
  }
  return found ? pages : null;
}

/** From top to bottom, followed by text written up or down the margin. */
async function readLines(pdfjs: Pdfjs, page: PDFPageProxy): Promise<TextLine[]> {
  const { transform, height: pageHeight } = page.getViewport({ scale: 1 });
  const { items } = await page.getTextContent();
  const level: TextPiece[] = [];
  const turned: TextPiece[] = [];
  for (const item of items) {
    if (!('str' in item)) continue;
    const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0]: number[] = pdfjs.Util.transform(transform, item.transform);
    const piece = { text: item.str, width: item.width, height: item.height || Math.hypot(c, d), confidence: null };
    if (Math.abs(a) >= Math.abs(b)) level.push({ ...piece, x, y });
    else turned.push({ ...piece, x: y * Math.sign(b), y: 2 * pageHeight - x * Math.sign(b) });
  }
  return [...linesOf(level), ...linesOf(turned)].map(({ text, y, height, places }) => ({ text, y, height, places }));
}

async function draw(page: PDFPageProxy, library: CanvasLibrary, dpi: number): Promise<Uint8Array> {
  const scale = dpi / POINTS_PER_INCH;
  const wanted = page.getViewport({ scale });
  const viewport = page.getViewport({ scale: scale * shrinkTo(wanted.width, wanted.height) });
  const { canvas, context } = library.create(
    Math.max(1, Math.floor(viewport.width)),
    Math.max(1, Math.floor(viewport.height)),
  );
  // pdfjs is written for the canvas of a browser; this one has the same methods, but other types.
  const canvasContext: object = context;
  await page.render({ canvasContext, viewport } as Parameters<PDFPageProxy['render']>[0]).promise;
  page.cleanup();
  return canvas.toBuffer('image/png');
}

/** The interface that pdfjs expects. */
function canvasFactory(library: CanvasLibrary) {
  return class {
    create(width: number, height: number) {
      return library.create(width, height);
    }
    reset({ canvas }: ReturnType<CanvasLibrary['create']>, width: number, height: number) {
      canvas.width = width;
      canvas.height = height;
    }
    destroy({ canvas }: ReturnType<CanvasLibrary['create']>) {
      canvas.width = 0;
      canvas.height = 0;
    }
  };
}
