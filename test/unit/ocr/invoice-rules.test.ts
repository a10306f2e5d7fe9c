import { describe, expect, it } from 'vitest';
import type { Invoice } from '../../../core/mail/enrichment-schema.ts';
import { invoiceByRules } from '../../../lambda/enricher/steps/ocr/invoice/rules.ts';
import { cpuTimed } from '../../support/cpu-time.ts';
import { plainLines } from '../../support/ocr/plain-lines.ts';

const read = (...pages: string[]): Invoice | null => invoiceByRules(pages.map((page) => plainLines(page, 0.9)));

/** Field values only. */
function fields(text: string): Record<string, unknown> | null {
  const invoice = read(text);
  if (invoice === null) return null;
  const { vendor, invoiceNumber, invoiceDate, dueDate, currency, net, tax, total } = invoice;
  const found = { vendor, invoiceNumber, invoiceDate, dueDate, net, tax, total };
  return {
    ...Object.fromEntries(Object.entries(found).map(([name, value]) => [name, value?.value ?? null])),
    currency,
  };
}

const GERMAN = `Muster Papier GmbH
Hauptstraße 5, 10115 Berlin
Rechnung Nr. 2026-1187
Rechnungsdatum: 02.11.2026   Kunden-Nr. 4711
Fällig am 16.11.2026
Pos   Bezeichnung   Menge   Einzelpreis   Gesamt
1   Kopierpapier A4   40   18,50 €   740,00 €
2   Umschläge C5   20 Stk   21,00 €   420,00 €
Zwischensumme   1.160,00 €
zzgl. 19 % MwSt.   220,40 €
Rechnungsbetrag   1.380,40 €
IBAN DE89 3704 0044 0532 0130 00   USt-IdNr. DE123456789
Steuernummer 12/345/67890`;

const ENGLISH = `TAX INVOICE
Acme Widgets Inc.
123 Main Street, Springfield
Invoice #: INV-00042   Date: 03/25/2026
Payment Due: 04/05/2026
Description   Qty   Unit Price   Amount
Widget, large   2   $1,000.00   $2,000.00
Support (annual)   $499.99
Subtotal   $2,499.99
Sales Tax (8.25%)   $206.25
Total   $2,706.24
Amount Paid   $0.00
Balance Due   $2,706.24`;

describe('the fields of an invoice', () => {
  it('are found in German', () => {
    expect(fields(GERMAN)).toEqual({
      vendor: 'Muster Papier GmbH',
      invoiceNumber: '2026-1187',
      invoiceDate: '2026-11-02',
      dueDate: '2026-11-16',
      currency: 'EUR',
      net: 1160,
      tax: 220.4,
      total: 1380.4,
    });
    expect(read(GERMAN)?.lineItems).toEqual([
      { description: 'Kopierpapier A4', quantity: 40, unitPrice: 18.5, amount: 740, confidence: 0.9 },
      { description: 'Umschläge C5', quantity: 20, unitPrice: 21, amount: 420, confidence: 0.9 },
    ]);
  });

  it('are found in English', () => {
    expect(fields(ENGLISH)).toEqual({
      vendor: 'Acme Widgets Inc.',
      invoiceNumber: 'INV-00042',
      invoiceDate: '2026-03-25',
      dueDate: '2026-04-05',
      currency: 'USD',
      net: 2499.99,
      tax: 206.25,
      total: 2706.24,
    });
    expect(read(ENGLISH)?.lineItems).toMatchObject([
      { description: 'Widget, large', quantity: 2, unitPrice: 1000, amount: 2000 },
      { description: 'Support (annual)', quantity: null, unitPrice: null, amount: 499.99 },
    ]);
  });

  it('name their method and confidence', () => {
    expect(read(GERMAN)).toMatchObject({ method: 'rules', total: { value: 1380.4, confidence: 0.9 } });
    const unsure = invoiceByRules([plainLines('Invoice total 5.00')]);
    expect(unsure?.total).toEqual({ value: 5, confidence: 0.9 });
  });

  it.each([
    ['Invoice\nTotal 100.00\nTotal due 120.00', 'the surest label', 120],
    ['Invoice 77\nTotal 100.00\nTotal 119.00', 'nothing: nobody knows which', null],
    ['Invoice\nNet 100.00\nVAT 19.00\nTotal 119.00\nTotal 30.00', 'the one that adds up', 119],
    ['Invoice\nNet 100.00\nVAT 19.00\nTotal 119.00\nTotal 3,570.00', 'nothing: a larger one is not explained', null],
    ['Invoice\nTotal due\nEUR 12.00', 'the line below a label', 12],
    ['Rechnung\nSumme netto 100,00\nGesamtbetrag 119,00', 'Gesamtbetrag', 119],
    ['Rechnung\nZu zahlen 5,-  EUR', 'Zu zahlen', 5],
    ['Receipt\nTOTAL   $ 7', 'a receipt', 7],
    ['Credit note\nTotal (12.00)', 'a credit note', -12],
    ['Invoice 77\nSubtotal 100.00\nTotal VAT 19.00', 'nothing', null],
    ['Invoice 77\nTotal to IBAN GB33 BUKB 2020 1555 5555 55', 'nothing', null],
    ['Invoice 77\nTotally 100.00\nInsgesamtes 5.00', 'nothing', null],
  ])('%j: the total is that of %s', (text, _, total) => {
    expect(fields(text)?.['total']).toBe(total);
  });

  it.each([
    ['VAT No. GB 123 4567 89   12.00\nGoods 1,240.00\nVAT 20 %   248.00\nTotal 1,488.00', 248],
    ['USt-IdNr. DE123456789 5,00 €\nSumme 100,00\nzzgl. 19 % USt.   19,00\nGesamtbetrag 119,00', 19],
    ['Mehrwertsteuer 7,00 % auf 100,00: 7,00 EUR\nGesamtbetrag 107,00\nWaren 100,00', 7],
    ['Goods 198.00\nGoods 275.00\nNet 473.00\nVAT 7 % 19.25\nVAT 19 % 37.62\nTotal 529.87', 56.87],
    ['Tax 5.00', null],
    ['Net 100.00\nTax 5.00\nTotal 119.00', null],
    ['Tax 2,000.00\nTotal 2,000.00', null],
    ['Tax ID 12-3456789 (5.00)', null],
  ])('%j: the tax is %s', (text, tax) => {
    expect(fields(`Invoice 77\n${text}`)?.['tax']).toBe(tax);
  });

  it.each([
    ['Invoice number   HP-2026-0417', 'HP-2026-0417'],
    ['Invoice No.: 17', '17'],
    ['INVOICE # A/17-3.', 'A/17-3'],
    ['Rechnungs-Nr.: RE2026-5', 'RE2026-5'],
    ['Rechnungsnummer\n4711', '4711'],
    ['Invoice 0042 of 2026-11-02', '0042'],
    ['Invoice date 2026-11-02\nTotal 5.00', null],
    ['Invoice to Example Ltd\nTotal 5.00', null],
  ])('%j: the number is %s', (text, number) => {
    expect(fields(`${text}\nInvoice`)?.['invoiceNumber'] ?? null).toBe(number);
  });

  it.each([
    ['Date: 2 Nov 2026', '2026-11-02', null],
    ['Due date 2026-12-02\nInvoice date 2026-11-02', '2026-11-02', '2026-12-02'],
    ['Rechnungsdatum 02.11.2026   Zahlbar bis 16.11.2026', '2026-11-02', '2026-11-16'],
    ['Due date: 2026-12-02', null, '2026-12-02'],
    ['Date\n02.11.2026', '2026-11-02', null],
  ])('%j: dated %s, due %s', (text, invoiceDate, dueDate) => {
    expect(fields(`Invoice 77\n${text}`)).toMatchObject({ invoiceDate, dueDate });
  });

  it.each([
    ['Harbour Paper Supplies Ltd   INVOICE\nInvoice 77', 'Harbour Paper Supplies Ltd'],
    ['INVOICE 77\nBob’s Diner\n1 Road', null],
    ['Währung:\nInvoice 77\nExample GmbH - Hauptstr. 5 - 10115 Berlin', 'Example GmbH'],
    ['(c) Forms Ltd\nAttn: Customer Ltd\nInvoice 77\nSold by: Seller Ltd,', 'Seller Ltd'],
    ['Invoice 77', null],
  ])('%j: the vendor is %s', (text, vendor) => {
    expect(fields(text)?.['vendor']).toBe(vendor);
  });
});

describe('a text that is not an invoice', () => {
  it.each([
    '',
    'Dear Ann,\nthe total damage is 5,000.00 EUR.',
    'Please find our invoice attached.',
    'Your vatican tour: 3 tickets',
  ])('%j', (text) => {
    expect(read(text)).toBeNull();
  });
});

it('an invoice on two pages is read as one', () => {
  expect(read('Invoice 77\nTotal 1.00', 'Total due 3.00')?.total?.value).toBe(3);
});

it('a hostile page of an invoice is read in little time', async () => {
  const page = `Invoice\n${'total 1,234.56 '.repeat(10_000)}\n${'Total\n'.repeat(30_000)}${'ust-id '.repeat(1_000)}`;
  expect((await cpuTimed(() => read(page))).ms).toBeLessThan(5_000);
});

describe('amounts that contradict each other', () => {
  it('are reported beside the total, while net and tax are absent', () => {
    expect(read('Invoice 77\nNet 100.00\nVAT 19.00\nTotal 120.00')).toMatchObject({
      net: null,
      tax: null,
      total: { value: 120 },
      inconsistent: [{ field: 'total', reason: 'sum', candidates: [120, 119] }],
    });
  });

  it('are not reported when the first subtotal is not the net amount', () => {
    const invoice = read('Invoice 77\nSubtotal 112.00\nSubtotal 150.90\nUntaxed 262.90\nTax 16.94\nTotal 279.84');
    expect(invoice).toMatchObject({ net: { value: 262.9 }, tax: { value: 16.94 }, total: { value: 279.84 } });
    expect(invoice?.inconsistent).toBeUndefined();
  });
});

describe('an invoice that was once read wrongly', () => {
  it.each([
    // Two rates: the tax is the sum of both.
    [
      'Goods 198.00\nNet 473.00\nVAT 7 % on 275.00   19.25\nVAT 19 % on 198.00   37.62\nTotal 529.87',
      { tax: 56.87, net: 473 },
    ],
    ['CGST @ 9%  9.00\nSGST @ 9%  9.00\nTaxable value 100.00\nGrand total 118.00', { tax: 18, net: 100 }],
    // Several subtotals.
    ['Subtotal 40.00\nSubtotal 60.00\nNet 100.00\nVAT 20.00\nTotal 120.00', { net: 100, tax: 20, total: 120 }],
    [
      'Zwischensumme 80,00\nVersand 20,00\nenthaltene MwSt. 19 %  19,00\nGesamtbetrag 119,00',
      { net: 100, tax: 19, total: 119 },
    ],
    // Labels side by side, above their values.
    ['Invoice Date: Due Date:\n2026-11-02 2026-12-02', { invoiceDate: '2026-11-02', dueDate: '2026-12-02' }],
    ['Datum          Fällig am\n02.11.2026     16.11.2026', { invoiceDate: '2026-11-02', dueDate: '2026-11-16' }],
    // Opening hours, and unit prices.
    ['Mo.-Fr. 08.30 - 12.30\nRechnungsbetrag 5,00 EUR', { currency: 'EUR', total: 5 }],
    ['Rate $0.125   Total $12.50', { total: 12.5 }],
    // The date column of an item table is not the invoice date, and its headings are not the tax.
    ['DATE   ACTIVITY   AMOUNT\n2026-03-01   Gardening   50.00\nTOTAL £50.00', { invoiceDate: null, total: 50 }],
    ['Price   Tax   Total\n278.61   40.39   319.00\n10.00   1.00   11.00', { tax: null, total: null }],
    // A balance carried over, and invoices partly paid.
    ['Previous balance 50.00\nNew charges 70.00\nTotal amount due 120.00', { total: null }],
    ['Total 500.00\nAlready paid 200.00\nBalance due 300.00', { total: 500 }],
    // The total has an unknown label.
    ['Subtotal 100.00\nTotal 100.00\nVAT 20.00\nYour card was charged 120.00', { total: null, tax: null }],
    ['Total 2 150.00', { total: null }],
    ['Total GBP 2 150.00', { total: 2150 }],
    ['Total hours 12.50\nTotal discount 5.00', { total: null }],
    ['Grand total ₹1,23,456.00', { total: 123456, currency: 'INR' }],
    ['Total 2450\nAmount paid 2450', { total: null }],
    ['Total 2450\nAmount due 2450', { total: 2450 }],
  ])('%j', (text, wanted) => {
    expect(fields(`Invoice 77\n${text}`)).toMatchObject(wanted);
  });

  it.each([
    ['Handelsrechnung (380) Nr. 471102 vom 05.03.2018', '471102', '2018-03-05'],
    ['Schlussrechnung Nr. 7 vom 5. März 2018', '7', '2018-03-05'],
    ['Teilrechnung 4711', '4711', null],
    ['Abschlagsrechnung Nr. A/3', 'A/3', null],
    ['Proformarechnung Nr. P-9\nDatum: Berlin, den 5. März 2018', 'P-9', '2018-03-05'],
    ['Mietrechnung Nr. 12/00/N', '12/00/N', null],
    ['Stornorechnung Nr. S-1 zu Rechnung Nr. R-1', 'S-1', null],
    ['Rechnungsnummer\n80333 München', null, null],
    ['Invoice No   Date\nINV-1        01.02.2024\nINV-2        15.02.2024\nInvoice', null, null],
    ['Rechnungsnummer   Datum\n471102            05.03.2018', '471102', '2018-03-05'],
    ['Invoice number: INV-1\nReceipt number: 22-33', 'INV-1', null],
    ['Credit note no. CN-5\nOriginal invoice no. INV-1', 'CN-5', null],
    ['Facture n° FA-12 du 5 mars 2018', 'FA-12', '2018-03-05'],
    ['N° de facture : 88\nDate de facturation : 1er août 2018', '88', '2018-08-01'],
    ['Factuurnummer: 2018-7\nFactuurdatum: 5 maart 2018', '2018-7', '2018-03-05'],
    ['Factura Nº 2018/001\nFecha de emisión: 5 de marzo de 2018', '2018/001', '2018-03-05'],
    ['Fattura n. 5 del 5 marzo 2018', '5', '2018-03-05'],
    ['Invoice no. 5\nInvoice date: 03/04/2018\nAmount due $5.00', '5', null],
    ['Invoice no. 5\nInvoice date: 03/04/2018\nAmount due $5.00\nSpringfield, IL 62701', '5', '2018-03-04'],
  ])('%j: number %s, date %s', (text, invoiceNumber, invoiceDate) => {
    expect(fields(`${text}\nTotal 5.00`)).toMatchObject({ invoiceNumber, invoiceDate });
  });

  it.each([
    ['Bill to\nCustomer Ltd\nInvoice 77', null],
    ['Example Ltd   INVOICE\nBill to\nCustomer Ltd\nInvoice 77', 'Example Ltd'],
    ['Customer AG          Freelancer Max\nRing 1               Weg 2\nRechnung 77', null],
    ['Seller\nName: Example Print\nBuyer\nName: Customer Ltd\nInvoice 77', 'Example Print'],
    [
      'Lieferant   Käufer\nGLN 4333741000005   GLN 4304171000002\nMUSTERLIEFERANT   KUNDE GMBH\nRechnung 77',
      'MUSTERLIEFERANT',
    ],
    ['Rechnung 77\nExample GmbH - Hauptstr. 5 - 10115 Berlin\nKunden AG\nHauptstr. 1', 'Example GmbH'],
    ['All goods are sold by Example Paper, Inc.\nInvoice 77', 'Example Paper, Inc.'],
    ['Invoice from Shop Ltd\nInvoice no. 77', 'Shop Ltd'],
    ['Example S.A.U.\nFactura n. 77', 'Example S.A.U.'],
  ])('%j: the vendor is %s', (text, vendor) => {
    expect(fields(text)?.['vendor']).toBe(vendor);
  });

  it('is in pounds where OCR saw no euro', () => {
    const scan = (text: string) => invoiceByRules([plainLines(`Rechnung Nr. 5\n${text}`, 0.9)])?.currency;
    expect(scan('Summe £ 100,00\nIBAN DE89 3704 0044 0532 0130 00')).toBe('EUR');
    expect(scan('Summe £ 100,00')).toBeNull();
    expect(scan('Total £ 100.00 GBP')).toBe('GBP');
  });

  it('is in the dollars of the country that the document names', () => {
    expect(fields('Invoice 77\nTotal $5.00')?.['currency']).toBe('USD');
    expect(fields('Invoice 77\nTotal $5.00\nABN 11 111 111 111')?.['currency']).toBeNull();
    expect(fields('Invoice 77\nTotal $5.00\nAll prices in CAD')?.['currency']).toBe('CAD');
  });
});

it('a credit note is recognised by the rules', () => {
  expect(read('Gutschrift Nr. 5\nGesamtbetrag 5,00 EUR')?.creditNote).toBe(true);
  expect(read('Avoir n° 5\nTotal TTC 5,00 €')?.creditNote).toBe(true);
  expect(read('Invoice 77\nTotal (5.00)')?.creditNote).toBe(true);
  expect(read('Invoice 77\nTotal 5.00\nCredit note 5')?.creditNote).toBeUndefined();
});

it('an amount that adds up has a higher confidence than one with only a label', () => {
  expect(read('Invoice 77\nNet 100.00\nVAT 19.00\nTotal 119.00')?.total?.confidence).toBe(0.9);
  const sure = invoiceByRules([plainLines('Invoice 77\nNet 100.00\nVAT 19.00\nTotal 119.00')]);
  expect(sure?.total?.confidence).toBe(0.99);
  expect(invoiceByRules([plainLines('Invoice 77\nTotal 119.00\nAmount due 119.00')])?.total?.confidence).toBe(0.97);
  expect(invoiceByRules([plainLines('Invoice 77\nTotal 119.00')])?.total?.confidence).toBe(0.9);
});
