import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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

const ELECTRONIC = readFileSync('test/fixtures/invoices/avoir-minimum.pdf');

/** A UBL 2.1 invoice with the given number of lines. */
function xmlInvoice(lines: number): Buffer {
  const amount = (name: string, value: number) => `<cbc:${name} currencyID="EUR">${value}</cbc:${name}>`;
  const line = (at: number) =>
    `<cac:InvoiceLine><cbc:ID>${at}</cbc:ID><cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>${amount('LineExtensionAmount', 1)}<cac:Item><cbc:Name>Item ${at}</cbc:Name></cac:Item><cac:Price>${amount('PriceAmount', 1)}</cac:Price></cac:InvoiceLine>`;
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>2026-1</cbc:ID><cbc:IssueDate>2026-11-02</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Example GmbH</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:LegalMonetaryTotal>${amount('TaxExclusiveAmount', lines)}${amount('TaxInclusiveAmount', lines)}${amount('PayableAmount', lines)}</cac:LegalMonetaryTotal>
${Array.from({ length: lines }, (_, at) => line(at + 1)).join('\n')}
</Invoice>`);
}

/** Child processes of this one (proc(5)). */
const children = (): string => readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1');

/** CPU time of processes that have ended, milliseconds (proc(5): cutime and cstime, in hundredths of a second). */
function childrenCpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[13]) + Number(fields[14]));
}

/** Runs documents through the OCR of local mode, one at a time. */
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
    const childrenBefore = childrenCpuMs();
    const running = children();
    const started = performance.now();
    const { status } = await reader.run(workOn(attachment));
    const ms = performance.now() - started;
    const { user, system } = process.cpuUsage(before);
    // The CPU time of a child counts only after it has ended.
    while (children() !== running) await delay(5);
    return {
      case: `${name}: ${status}`,
      figures: {
        'pages a minute': (60_000 * pages) / ms,
        'ms a page': ms / pages,
        'CPU ms a page here': (user + system) / 1000 / pages,
        'CPU ms a page, opening it': (childrenCpuMs() - childrenBefore) / pages,
      },
    };
  };
  const scans: PageContent[] = Array.from({ length: SCANS }, () => ({ picture: 'whole' }));
  const letters: PageContent[] = Array.from({ length: SCANS }, () => ({ lines: LETTER }));
  try {
    return {
      name: 'ocr',
      measured: `an A4 page scanned at 150 dpi, with Tesseract on this machine. CPU is that of this process, where Tesseract is, and that of the processes that open documents.`,
      rows: [
        await measure('one scanned page, Tesseract not started yet', SCAN, 1),
        await measure('the same again, from the cache', SCAN, 1),
        await measure(`${SCANS} scanned pages`, await pdfWith(scans), SCANS),
        await measure(`${SCANS} pages of text`, await pdfWith(letters), SCANS),
        await measure('an electronic invoice in a PDF', ELECTRONIC, 1),
        await measure('an electronic invoice as XML, 400 lines', xmlInvoice(400), 1),
        await measure('3,000 pages in 30 KB', threeThousandPages(), 1),
      ],
    };
  } finally {
    await reader.close();
  }
}
