import { describe, expect, it } from 'vitest';
import { invoiceByRules } from '../../../lambda/enricher/steps/ocr/invoice/rules.ts';
import { FieldScore } from '../../support/ocr/field-score.ts';
import { sampleInvoices } from '../../support/ocr/invoices/index.ts';
import { plainLines } from '../../support/ocr/plain-lines.ts';

/** Set `SAMPLE_SEED` for other invoices. */
const SEED = Number(process.env['SAMPLE_SEED'] ?? 1);
const samples = sampleInvoices(SEED, 2);

describe(`${samples.length} sample invoices in layouts of invoicing programs, seed ${SEED}`, () => {
  const score = new FieldScore();
  for (const { name, text, says } of samples) score.add(name, says, invoiceByRules([plainLines(text)]));

  it('are read without a wrong field', () => {
    expect(score.mistakes).toEqual([]);
  });

  it('are read as far as recorded', () => {
    const shares = [...score.fields].map(([field, { right, absent }]) => [field, right / (right + absent)] as const);
    for (const [field, share] of shares)
      expect({ field, share: share >= FLOOR[field] }).toEqual({ field, share: true });
  });
});

/** The minimum shares of correct fields. */
const FLOOR = { vendor: 0.7, number: 0.97, date: 0.97, due: 0.97, currency: 0.97, net: 0.9, tax: 0.97, total: 0.97 };
