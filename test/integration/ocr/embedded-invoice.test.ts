import { readFileSync } from 'node:fs';
import { PDFDocument } from '@cantoo/pdf-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { answersTo, removeDocumentBundle } from '../../support/ocr/open-document.ts';

afterAll(removeDocumentBundle);

const XML = `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>A-1</ID></Invoice>`;

async function pdfWith(pages: number, files: Record<string, string>): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  for (let page = 0; page < pages; page++) pdf.addPage();
  for (const [name, text] of Object.entries(files)) await pdf.attach(Buffer.from(text), name);
  return Buffer.from(await pdf.save());
}

async function read(bytes: Buffer) {
  const [answer] = (await answersTo(bytes)).answers;
  return answer?.type === 'document' ? answer : null;
}

describe('a PDF with an electronic invoice in it', () => {
  it('is read from its XML: a credit note in Factur-X MINIMUM', async () => {
    const { invoices, pageCount } = (await read(readFileSync('test/fixtures/invoices/avoir-minimum.pdf'))) ?? {};
    expect(pageCount).toBe(1);
    expect(invoices).toMatchObject([
      {
        method: 'xml',
        creditNote: true,
        typeCode: '381',
        vendor: { value: 'Au bon moulin' },
        invoiceNumber: { value: 'AV-2017-0005' },
        invoiceDate: { value: '2017-11-16' },
        net: { value: 218.48 },
        tax: { value: 14.99 },
        total: { value: 233.47 },
      },
    ]);
  });

  it('may have any name for it, more pages than are recognised, and other files before it', async () => {
    const bytes = await pdfWith(12, { 'a.xml': '<order/>', 'b.txt': 'hi', 'c.bin': XML });
    expect(await read(bytes)).toMatchObject({ pageCount: 12, invoices: [{ invoiceNumber: { value: 'A-1' } }] });
  });

  it('prefers the file with the name of the standard', async () => {
    const bytes = await pdfWith(1, { 'A.xml': XML, 'Factur-X.xml': XML.replace('A-1', 'B-2') });
    expect(await read(bytes)).toMatchObject({ invoices: [{ invoiceNumber: { value: 'B-2' } }] });
  });

  it('is read as any other when its XML is hostile', async () => {
    const bytes = await pdfWith(1, { 'factur-x.xml': `<!DOCTYPE a [<!ENTITY b "c">]>${XML}` });
    expect(await read(bytes)).toMatchObject({ pageCount: 1, invoices: null });
  });
});
