import { PDFArray, PDFDict, PDFDocument, PDFName } from '@cantoo/pdf-lib';
import { OCR_LIMITS } from '../limits.ts';
import { Refusal } from './refusal.ts';

/**
 * Pages of a PDF, counted in its tree. The number that a PDF says of itself (/Count) is the word of a stranger: a file of
 * 30 KB can have 3,000 pages, by using a few nodes again and again, and call them one. Whoever bills by the page may
 * count them.
 *
 * @throws Refusal when there are more than `most`, or when they cannot be counted
 */
export async function countPages(bytes: Buffer, most: number): Promise<number> {
  let pages = 0;
  let nodes = 0;
  const open: PDFDict[] = [await pageTree(bytes)];
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

async function pageTree(bytes: Buffer): Promise<PDFDict> {
  try {
    const pdf = await PDFDocument.load(bytes, {
      ignoreEncryption: true,
      updateMetadata: false,
      parseSpeed: Number.POSITIVE_INFINITY,
    });
    if (pdf.isEncrypted) throw new Refusal('the PDF is encrypted');
    return pdf.catalog.lookup(PDFName.of('Pages'), PDFDict);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('the PDF is damaged: its pages cannot be counted');
  }
}
