import { existsSync, readFileSync } from 'node:fs';
import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { Invoice } from '../../core/mail/enrichment-schema.ts';
import { openPdf } from '../../lambda/enricher/steps/ocr/document/open-pdf.ts';
import { amountsIn } from '../../lambda/enricher/steps/ocr/invoice/amounts.ts';
import { datesIn } from '../../lambda/enricher/steps/ocr/invoice/dates.ts';
import { invoiceByRules } from '../../lambda/enricher/steps/ocr/invoice/rules.ts';
import type { Line } from '../../lambda/enricher/steps/ocr/text-lines.ts';
import { FIELDS, type Field, FieldScore } from '../support/ocr/field-score.ts';
import { sampleInvoices } from '../support/ocr/invoices/index.ts';
import type { Said } from '../support/ocr/invoices/sample.ts';

const CASES = '../shared/cases/invoices';
const absent = existsSync(CASES) ? false : `there is no ${CASES}`;

/** The text layer of a PDF, whether or not it contains XML. */
async function linesOf(bytes: Buffer): Promise<Line[][]> {
  let lines: Line[][] = [];
  await openPdf(bytes, { maxPages: 100, drawWith: null, previewPage: null, fonts: null }, (answer) => {
    if (answer.type !== 'document') return;
    lines = (answer.textLayer ?? []).map((page) => page.map((line) => ({ ...line, confidence: null })));
  });
  return lines;
}

const amount = z.nullish(z.number());
const text = z.nullish(z.string());
const expectedSchema = z.object({
  file: z.string(),
  ...{ number: text, date: text, due: text, vendor: text, currency: text },
  ...{ net: amount, tax: amount, total: amount },
  invoice2data: z.optional(
    z.array(
      z.object({
        ...{ partner_name: text, issuer: text, invoice_number: text, date: text, date_due: text, currency: text },
        ...{ amount, amount_untaxed: amount, amount_tax: amount },
      }),
    ),
  ),
});

function expectations(): { file: string; says: Partial<Said> }[] {
  return readFileSync(`${CASES}/expected.ndjson`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => expectedSchema.parse(JSON.parse(line)))
    .filter(({ file }) => file.endsWith('.pdf'))
    .map(({ file, invoice2data, ...own }) => {
      const [other] = invoice2data ?? [];
      const says = other && {
        vendor: other.partner_name ?? other.issuer,
        number: other.invoice_number,
        date: other.date,
        due: other.date_due,
        currency: other.currency,
        net: other.amount_untaxed,
        tax: other.amount_tax,
        total: other.amount,
      };
      return {
        file,
        says: Object.fromEntries(Object.entries(says ?? own).map(([field, value]) => [field, value ?? null])),
      };
    });
}

/** Drops expectations that cannot be read: values that are not printed, or printed with the opposite sign. */
function printed(says: Partial<Said>, pages: readonly (readonly Line[])[]): Partial<Said> {
  const lines = pages.flat().map((line) => line.text);
  const amounts = new Set(lines.flatMap((line) => amountsIn(line)).map(({ value }) => value));
  const dates = new Set(
    lines.flatMap((line) => [...datesIn(line, 'day-first'), ...datesIn(line, 'month-first')]).map(({ date }) => date),
  );
  const letters = plain(lines.join(' '));
  const isPrinted = (field: Field): boolean => {
    const value = says[field] ?? null;
    if (value === null || field === 'currency') return true;
    if (typeof value === 'number') return amounts.has(value) || value === 0;
    return field === 'date' || field === 'due' ? dates.has(value) : letters.includes(plain(value));
  };
  return Object.fromEntries(FIELDS.filter(isPrinted).map((field) => [field, says[field] ?? null]));
}
const plain = (value: string): string => value.toLowerCase().replace(/[^\p{L}\d]/gu, '');

describe.skipIf(absent)(`text layers of the PDFs in ${CASES}, their XML left aside`, () => {
  it('are read correctly as often as before, and wrong no more often', async () => {
    const score = new FieldScore();
    for (const { file, says } of expectations()) {
      const pages = await linesOf(readFileSync(`${CASES}/${file}`));
      score.add(file, printed(says, pages), invoiceByRules(pages));
    }
    console.log(Object.fromEntries(score.fields));
    for (const field of FIELDS) expect.soft(score.right()[field], field).toBeGreaterThanOrEqual(FLOOR[field]);
    // The file names the seller, its expectation the marketplace.
    expect(score.mistakes).toEqual([
      'pdf/i2d-FlipkartInvoice.pdf: vendor is WS Retail Services Pvt. Ltd., not Flipkart',
    ]);
  });
});

/** The minimum of correct fields, counting only what is printed. */
const FLOOR: Record<Field, number> = {
  vendor: 33,
  number: 41,
  date: 42,
  due: 19,
  currency: 44,
  net: 39,
  tax: 32,
  total: 41,
};

describe('sample invoices as PDFs', () => {
  it('read the same as their text, in proportional letters', async () => {
    const score = new FieldScore();
    for (const { name, text: page, says } of sampleInvoices(1, 1)) {
      score.add(name, says, await readPdf(page));
    }
    console.log(Object.fromEntries(score.fields));
    expect(score.mistakes).toEqual([]);
    expect(score.right()['total']).toBeGreaterThanOrEqual(36);
  });
});

/** Draws each cell at its column and reads the page. */
async function readPdf(page: string): Promise<Invoice | null> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  const sheet = pdf.addPage([842, 842]);
  for (const [at, line] of page.split('\n').entries()) {
    for (const { index, 0: cell } of line.matchAll(/\S+(?:\s{1,2}\S+)*/g)) {
      sheet.drawText(winAnsi(cell), { x: 30 + 6 * index, y: 810 - 16 * at, size: 10, font });
    }
  }
  return invoiceByRules(await linesOf(Buffer.from(await pdf.save())));
}

/** Replaces letters that the standard fonts lack. */
const winAnsi = (text: string): string => text.replaceAll('₹', 'INR ').replaceAll('●', '•');
