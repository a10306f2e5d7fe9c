import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../support/memory-aws.ts';
import { SCAN_JPEG } from '../../support/ocr/documents.ts';
import { analysis, expenseDocument, field, page } from '../../support/ocr/expense-answer.ts';
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
