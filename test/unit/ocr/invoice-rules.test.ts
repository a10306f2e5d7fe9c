import { describe, expect, it } from 'vitest';
import type { Invoice } from '../../../core/mail/enrichment-schema.ts';
import { invoiceByRules } from '../../../lambda/enricher/steps/ocr/invoice/rules.ts';
import { cpuTimed } from '../../support/cpu-time.ts';
import { plainLines } from '../../support/ocr/plain-lines.ts';

const read = (...pages: string[]): Invoice | null => invoiceByRules(pages.map((page) => plainLines(page, 0.9)));

/** Values alone. */
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

  it('say by which method, and how sure', () => {
    expect(read(GERMAN)).toMatchObject({ method: 'rules', total: { value: 1380.4, confidence: 0.9 } });
    const unsure = invoiceByRules([plainLines('Invoice total 5.00')]);
    expect(unsure?.total).toEqual({ value: 5, confidence: 0.9 });
  });

  it.each([
    ['Invoice\nTotal 100.00\nTotal due 120.00', 'the surest label', 120],
    ['Invoice 77\nTotal 100.00\nTotal 119.00', 'nothing: nobody knows which', null],
    ['Invoice\nNet 100.00\nVAT 19.00\nTotal 119.00\nTotal 3,570.00', 'the one that adds up', 119],
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

describe('no invoice', () => {
  it.each([
    '',
    'Dear Ann,\nthe total damage is 5,000.00 EUR.',
    'Please find our invoice attached.',
    'Your vatican tour: 3 tickets',
  ])('%j', (text) => {
    expect(read(text)).toBeNull();
  });
});

it('reads two pages as one', () => {
  expect(read('Invoice 77\nTotal 1.00', 'Total due 3.00')?.total?.value).toBe(3);
});

it('takes a hostile page in its stride', async () => {
  const page = `Invoice\n${'total 1,234.56 '.repeat(10_000)}\n${'Total\n'.repeat(30_000)}${'ust-id '.repeat(1_000)}`;
  expect((await cpuTimed(() => read(page))).ms).toBeLessThan(5_000);
});

describe('amounts that contradict each other', () => {
  it('are told beside the total, and neither net nor tax is', () => {
    expect(read('Invoice 77\nNet 100.00\nVAT 19.00\nTotal 120.00')).toMatchObject({
      net: null,
      tax: null,
      total: { value: 120 },
      inconsistent: [{ field: 'total', reason: 'sum', candidates: [120, 119] }],
    });
  });

  it('are none when the first subtotal is not the net amount', () => {
    const invoice = read('Invoice 77\nSubtotal 112.00\nSubtotal 150.90\nUntaxed 262.90\nTax 16.94\nTotal 279.84');
    expect(invoice).toMatchObject({ net: { value: 262.9 }, tax: { value: 16.94 }, total: { value: 279.84 } });
    expect(invoice?.inconsistent).toBeUndefined();
  });
});
