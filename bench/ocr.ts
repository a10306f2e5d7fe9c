import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleProgram } from '../core/build/bundle.ts';
import { CpuBudgets } from '../core/document/cpu-budget.ts';
import { OcrTesseract } from '../lambda/enricher/steps/ocr/tesseract/ocr-tesseract.ts';
import { MemoryStore } from '../test/support/memory-aws.ts';
import { type PageContent, pdfWith, SCAN, threeThousandPages } from '../test/support/ocr/documents.ts';
import { stored, workOn } from '../test/support/ocr/work.ts';
import type { Result, Row } from './report.ts';

const SCANS = 10;
const LETTER = Array.from(
  { length: 35 },
  (_, at) => `Line ${at + 1} of a letter that has its text in it, as programs write it`,
);

/** Documents through OCR as local mode has it, one at a time. */
export async function ocr(directory: string): Promise<Result> {
  const entry = pathToFileURL(bundleProgram('enricher', join(directory, 'enricher')));
  const store = new MemoryStore();
  const packages = process.cwd();
  const reader = new OcrTesseract({
    store,
    documents: { entry, libraryPath: null },
    maxPagesPerPdf: SCANS,
    packages,
    budgets: new CpuBudgets(),
  });
  const measure = async (name: string, bytes: Buffer, pages: number): Promise<Row> => {
    const attachment = await stored(store, bytes);
    const before = process.cpuUsage();
    const started = performance.now();
    const { status } = await reader.run(workOn(attachment));
    const ms = performance.now() - started;
    const { user, system } = process.cpuUsage(before);
    return {
      case: `${name}: ${status}`,
      figures: {
        'pages a minute': (60_000 * pages) / ms,
        'ms a page': ms / pages,
        'CPU ms a page here': (user + system) / 1000 / pages,
      },
    };
  };
  const scans: PageContent[] = Array.from({ length: SCANS }, () => ({ picture: 'whole' }));
  const letters: PageContent[] = Array.from({ length: SCANS }, () => ({ lines: LETTER }));
  try {
    return {
      name: 'ocr',
      measured: `an A4 page scanned at 150 dpi, with Tesseract on this machine. CPU is that of this process, where Tesseract is, without that of the process that opens the document.`,
      rows: [
        await measure('one scanned page, Tesseract not started yet', SCAN, 1),
        await measure('the same again, from the cache', SCAN, 1),
        await measure(`${SCANS} scanned pages`, await pdfWith(scans), SCANS),
        await measure(`${SCANS} pages of text`, await pdfWith(letters), SCANS),
        await measure('3,000 pages in 30 KB', threeThousandPages(), 1),
      ],
    };
  } finally {
    await reader.close();
  }
}
