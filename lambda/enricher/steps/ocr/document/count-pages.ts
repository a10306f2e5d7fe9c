import { PDFArray, PDFDict, PDFDocument, PDFName } from '@cantoo/pdf-lib';
import { OCR_LIMITS } from '../limits.ts';
import { Refusal } from './refusal.ts';

const UNCOUNTABLE = 'the PDF is damaged: its pages cannot be counted';

/**
 * Counts the pages of a PDF in its tree. The PDF's own count (/Count) is the word of a stranger: a file of 30 KB can
 * have 3,000 pages, by reusing a few nodes, and claim one. A service that bills by the page may count them.
 * @throws Refusal when there are more than `most`, or when they cannot be counted
 */
export function countPages(catalog: PDFDict, most: number): number {
  let pages = 0;
  let nodes = 0;
  const open: PDFDict[] = [pageTree(catalog)];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const kids = node.lookupMaybe(PDFName.of('Kids'), PDFArray);
    if (kids === undefined) pages += 1;
    const count = kids?.size() ?? 0;
    nodes += 1 + count;
    if (pages > most) throw new Refusal(`the PDF has more than ${most} pages`);
    if (nodes > OCR_LIMITS.pageTreeNodes) throw new Refusal('the page tree of the PDF is too large to count');
    for (let at = count - 1; at >= 0; at--) {
      const kid = kids?.lookupMaybe(at, PDFDict);
      if (kid !== undefined) open.push(kid);
    }
  }
  if (pages === 0) throw new Refusal('the PDF has no pages');
  return pages;
}

function pageTree(catalog: PDFDict): PDFDict {
  try {
    return catalog.lookup(PDFName.of('Pages'), PDFDict);
  } catch {
    throw new Refusal(UNCOUNTABLE);
  }
}

/**
 * The root object of a PDF.
 *
 * @throws Refusal when it is encrypted or damaged
 */
export async function readCatalog(bytes: Buffer): Promise<PDFDict> {
  try {
    const pdf = await PDFDocument.load(bytes, {
      ignoreEncryption: true,
      updateMetadata: false,
      parseSpeed: Number.POSITIVE_INFINITY,
    });
    if (pdf.isEncrypted) throw new Refusal('the PDF is encrypted');
    if (pdf.catalog instanceof PDFDict) return pdf.catalog;
    throw new Refusal(UNCOUNTABLE);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(UNCOUNTABLE);
  }
}
