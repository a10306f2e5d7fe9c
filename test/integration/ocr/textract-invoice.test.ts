import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../support/memory-aws.ts';
import { SCAN_JPEG } from '../../support/ocr/documents.ts';
import { analysis, expenseDocument, field, lineItem, page } from '../../support/ocr/expense-answer.ts';
import { textract } from '../../support/ocr/textract-runner.ts';
import { TextractStub } from '../../support/ocr/textract-stub.ts';
import { stored, workOn } from '../../support/ocr/work.ts';

describe('an invoice that Textract read', () => {
  let stub: TextractStub;
  beforeAll(async () => {
    stub = await TextractStub.start();
  });
  afterAll(() => stub.stop());

  it.each<[string, unknown[], Record<string, unknown>]>([
    [
      'amounts of other countries',
      [field('TOTAL', '1.234,56 €'), field('TAX', "1'000.00")],
      { total: { value: 1234.56 }, tax: { value: 1000 }, currency: 'EUR' },
    ],
    ['what is due instead of a total', [field('AMOUNT_DUE', '$12.00')], { total: { value: 12 }, currency: 'USD' }],
    [
      'the surest of several that can be read',
      [field('TOTAL', 'twelve', 99), field('TOTAL', '12.00', 80), field('TOTAL', '13.00', 20)],
      { total: { value: 12, confidence: 0.8 } },
    ],
    [
      'American dates',
      [field('TOTAL', '$1.00'), field('INVOICE_RECEIPT_DATE', '03/04/2026')],
      { invoiceDate: { value: '2026-03-04' } },
    ],
    [
      'European dates',
      [field('TOTAL', '£1.00'), field('DUE_DATE', '03/04/2026')],
      { dueDate: { value: '2026-04-03' } },
    ],
    [
      'no date where there is none',
      [field('TOTAL', '1.00'), field('DUE_DATE', 'on receipt')],
      { dueDate: null, currency: null },
    ],
    ['confidence within 0 and 1', [field('TOTAL', '1.00', 4_000)], { total: { confidence: 0.991 } }],
    [
      'no more of a name than names have',
      [field('TOTAL', '1.00'), field('VENDOR_NAME', 'x'.repeat(9_999))],
      { vendor: { value: 'x'.repeat(500) } },
    ],
  ])('has %s', async (_, fields, invoice) => {
    stub.answer = () => ({ json: analysis([expenseDocument({ fields, blocks: page(1, ['x']) })]) });
    const store = new MemoryStore();
    const outcome = await textract(stub, store).run(workOn(await stored(store, SCAN_JPEG)));
    expect(outcome).toMatchObject({ status: 'ok', result: { invoice: { method: 'service', ...invoice } } });
  });

  const read = async (...documents: unknown[]) => {
    stub.answer = () => ({ json: analysis(documents) });
    const store = new MemoryStore();
    return textract(stub, store).run(workOn(await stored(store, SCAN_JPEG)));
  };
  const sums = (net: string, taxes: string[], total: string) => [
    field('SUBTOTAL', net),
    ...taxes.map((tax) => field('TAX', tax)),
    field('TOTAL', total),
  ];

  it.each<[string, unknown[], Record<string, unknown>]>([
    ['taxes of two rates together', sums('100.00', ['7.00', '3.80'], '110.80'), { tax: { value: 10.8 } }],
    ['two rates of the same amount', sums('100.00', ['5.00', '5.00'], '110.00'), { tax: { value: 10 } }],
    ['a tax that is printed twice, once', sums('100.00', ['5.00', '5.00'], '105.00'), { tax: { value: 5 } }],
    ['rates with their sum, once', sums('100.00', ['7.00', '3.80', '10.80'], '110.80'), { tax: { value: 10.8 } }],
    ['a rate that is no amount', sums('100.00', ['19 %', '19.00'], '119.00'), { tax: { value: 19 } }],
    [
      'the one of two totals that adds up',
      [...sums('100.00', ['19.00'], '100.00'), field('TOTAL', '119.00', 60)],
      { total: { value: 119 } },
    ],
    [
      'the one of two subtotals that adds up',
      [field('SUBTOTAL', '40.00'), ...sums('100.00', ['19.00'], '119.00')],
      { net: { value: 100 } },
    ],
  ])('has %s', async (_, fields, invoice) => {
    const outcome = await read(expenseDocument({ fields }));
    expect(outcome).toMatchObject({ result: { invoice: { ...invoice } } });
    expect(outcome).not.toHaveProperty('result.invoice.inconsistent');
  });

  it('is marked when its amounts do not add up', async () => {
    expect(await read(expenseDocument({ fields: sums('100.00', ['7.00', '3.80'], '119.00') }))).toMatchObject({
      result: { invoice: { inconsistent: [{ field: 'total', reason: 'sum', candidates: [119, 110.8] }] } },
    });
  });

  it('is kept apart from another on the same scan, in the order of Textract', async () => {
    const receipt = (vendor: string, total: string) => [field('VENDOR_NAME', vendor), field('TOTAL', total)];
    const outcome = await read(
      expenseDocument({ fields: receipt('Second', '$2.00') }, 2),
      expenseDocument({ fields: [field('VENDOR_NAME', 'First')] }, 1),
      expenseDocument({ fields: [field('TOTAL', '$1.00')] }, 1),
      expenseDocument({ fields: receipt('Third', '$3.00') }, 3),
    );
    const named = (vendor: string, total: number) => ({ vendor: { value: vendor }, total: { value: total } });
    expect(outcome).toMatchObject({
      result: { invoice: named('First', 1), furtherInvoices: [named('Second', 2), named('Third', 3)] },
    });
  });

  it('without a total keeps its lines, vendor and date', async () => {
    const items = [lineItem('Tea', '2', '1.50', '3.00')];
    const fields = [field('VENDOR_NAME', 'Tea House'), field('INVOICE_RECEIPT_DATE', '2 November 2026')];
    expect(await read(expenseDocument({ fields, items }))).toMatchObject({
      result: {
        invoice: {
          vendor: { value: 'Tea House' },
          invoiceDate: { value: '2026-11-02' },
          total: null,
          lineItems: [{ description: 'Tea', quantity: 2, unitPrice: 1.5, amount: 3 }],
        },
      },
    });
  });

  it.each([
    ['2 de maio de 2026', '2026-05-02'],
    ['1er août 2026', '2026-08-01'],
    ['3. März 2026', '2026-03-03'],
    ['4 dicembre 2026', '2026-12-04'],
    ['5 de febrero de 2026', '2026-02-05'],
    ['6 Feb 2026', '2026-02-06'],
  ])('has the date %s', async (text, date) => {
    const fields = [field('TOTAL', '1.00'), field('INVOICE_RECEIPT_DATE', text)];
    expect(await read(expenseDocument({ fields }))).toMatchObject({
      result: { invoice: { invoiceDate: { value: date } } },
    });
  });

  it('is not seen in a picture of something else, and the blocks of two receipts once', async () => {
    const blocks = page(1, ['Greetings from the sea']);
    const documents = [expenseDocument({ fields: [field('OTHER', 'sea')], blocks }), expenseDocument({ blocks }, 2)];
    stub.answer = () => ({ json: analysis(documents) });
    const store = new MemoryStore();
    const outcome = await textract(stub, store).run(workOn(await stored(store, SCAN_JPEG)));
    expect(outcome).toMatchObject({
      result: { invoice: null, pages: [{ text: 'Greetings from the sea', confidence: 0.983 }] },
    });
  });
});
