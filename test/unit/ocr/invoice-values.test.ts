import { describe, expect, it } from 'vitest';
import { amountsIn, parseAmount } from '../../../lambda/enricher/steps/ocr/invoice/amounts.ts';
import { currencyIn } from '../../../lambda/enricher/steps/ocr/invoice/currency.ts';
import { dateIn, dateOrder } from '../../../lambda/enricher/steps/ocr/invoice/dates.ts';
import { cpuTimed } from '../../support/cpu-time.ts';

describe('an amount', () => {
  it.each([
    ['1,234.56', 1234.56],
    ['1.234,56', 1234.56],
    ['1 234,56', 1234.56],
    ['1\u00a0234,56', 1234.56],
    ["1'234.50", 1234.5],
    ['1.234.567,89', 1234567.89],
    ['1234567.89', 1234567.89],
    ['1,234', 1234],
    ['1.234', 1234],
    ['0,5', 0.5],
    ['12', 12],
    ['12,-', 12],
    ['12,--', 12],
    ['€ 1.234,56', 1234.56],
    ['1.234,56 €', 1234.56],
    ['$1,488.00', 1488],
    ['GBP 1,488.00', 1488],
    ['(12.00)', -12],
    ['-12.50', -12.5],
    ['−12.50', -12.5],
    ['12,50-', -12.5],
    ['-$3.00', -3],
    ['USD -3.00', -3],
  ])('%s is %d', (text, value) => {
    expect(parseAmount(text)).toBe(value);
  });

  it.each(['', 'abc', '2026-11-02', '1,2345', '1.2.3', '99999999999999', '٣', '9'.repeat(61)])('%j is none', (text) => {
    expect(parseAmount(text)).toBeNull();
  });
});

describe('amounts of money in a line', () => {
  it.each([
    ['Total due   GBP 1,488.00', [1488]],
    ['Summe 1.234,56 €', [1234.56]],
    ['Total: $5', [5]],
    ['Total EUR 100', [100]],
    ['Total 1 234,56 €', [1234.56]],
    ['Copier paper A4, box of 5 reams   40   18.50   740.00', [18.5, 740]],
    ['Credit (12.00)', [-12]],
    ['MwSt. 19% 234,57 EUR', [234.57]],
    ['19,00 % MwSt auf 100,00: 19,00', [100, 19]],
    ['VAT 20.00 %   248.00', [248]],
    // Not money:
    ['IBAN GB33 BUKB 2020 1555 5555 55', []],
    ['DE89 3704 0044 0532 0130 00', []],
    ['VAT No. GB 123 4567 89', []],
    ['Invoice date 02.11.2026', []],
    ['Due 2026-12-02, 10:30', []],
    ['14 Quay Street, Bristol BS1 4QA', []],
    ['Invoice HP-2026-0417', []],
    ['Tel. 030 12.34.56', []],
    ['Page 1.1 of 2', []],
    ['Weight 5,000 kg', []],
    ['Discount 2.50 %', []],
  ])('%s', (line, values) => {
    expect(amountsIn(line).map(({ value }) => value)).toEqual(values);
  });

  it('are found in linear time', async () => {
    const hostile = ['1,', '1.234', '1 ', '-', 'AA00', '(', 'EUR ', '1,234,'];
    const { ms } = await cpuTimed(() => hostile.forEach((unit) => void amountsIn(unit.repeat(125))));
    expect(ms).toBeLessThan(2_000);
  });
});

describe('a date', () => {
  it.each([
    ['2026-11-02', '2026-11-02'],
    ['2026/1/5', '2026-01-05'],
    ['02.11.2026', '2026-11-02'],
    ['2.11.26', '2026-11-02'],
    ['02/11/2026', '2026-11-02'],
    ['11/13/2026', '2026-11-13'],
    ['Nov 2, 2026', '2026-11-02'],
    ['November 2nd 2026', '2026-11-02'],
    ['2 November 2026', '2026-11-02'],
    ['2. März 2026', '2026-03-02'],
    ['1. Mai 2026', '2026-05-01'],
    ['02-Nov-2026', '2026-11-02'],
    ['from 3 June 2026 to 2026-07-01', '2026-06-03'],
    ['31.02.2026', null],
    ['99/99/2026', null],
    ['May 2026', null],
    ['HP-2026-0417', null],
    ['192.168.10.20', null],
  ])('%s is %s', (text, date) => {
    expect(dateIn(text, 'day-first')).toBe(date);
  });

  it('that is ambiguous is read like the others in the text, otherwise by the currency', () => {
    expect(dateIn('03/04/2026', 'month-first')).toBe('2026-03-04');
    expect(dateIn('03/04/2026', 'day-first')).toBe('2026-04-03');
    expect(dateOrder('03/04/2026 and 03/25/2026', 'EUR')).toBe('month-first');
    expect(dateOrder('03/04/2026 and 25/03/2026', 'USD')).toBe('day-first');
    expect(dateOrder('03/04/2026', 'USD')).toBe('month-first');
    expect(dateOrder('03/04/2026', null)).toBe('day-first');
  });
});

it.each([
  ['GBP 5', 'GBP'],
  ['5 €', 'EUR'],
  ['US$ 5', 'USD'],
  ['A$5', 'AUD'],
  ['CHF', 'CHF'],
  ['VAT 5', null],
])('the currency of %s is %s', (text, code) => {
  expect(currencyIn(text)).toBe(code);
});
