import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import type { Line } from '../text-lines.ts';
import { addUp } from './adding-up.ts';
import { certainOrder, type DateOrder } from './dates.ts';
import { type LabelledAmount, labelledAmounts, triplesOf } from './find-amounts.ts';
import { findCurrency } from './find-currency.ts';
import { findDueDate, findInvoiceDate } from './find-dates.ts';
import { invoiceNumber, numbersOf } from './find-number.ts';
import { findVendor } from './find-vendor.ts';
import { isInvoiceNumber, isTitle, type Label } from './labels.ts';
import { rowsOf } from './layout.ts';
import { lineItems } from './line-items.ts';
import { isMoney, type ReadRow, readRows } from './read-rows.ts';

/** Rows in which the title of a document is searched for. */
const TITLE_ROWS = 30;

/** The fields of an invoice, found by their labels. Null when nothing identifies it as an invoice. */
export function invoiceByRules(pages: readonly (readonly Line[])[]): Invoice | null {
  const { rows } = readRows(rowsOf(pages));
  const labels = rows.flatMap((row) => row.labels);
  if (!labels.some(({ meanings }) => meanings.has('invoice') || meanings.has('credit-note'))) return null;
  const numbers = numbersOf(rows);
  const labelled = labelledAmounts(rows);
  const sums = addUp(labelled, {
    values: rows.flatMap((row) => row.numbers.filter(isMoney).map(({ value }) => value)),
    rates: [...new Set(rows.flatMap((row) => row.rates.map(({ rate }) => rate)))].slice(0, 50),
    triples: triplesOf(rows),
    isSumOfLines: (amount) => isSumOfLines(rows, amount),
  });
  const number = invoiceNumber(numbers);
  if (sums.total === null && sums.inconsistent === undefined && number === null) return null;
  const currency = findCurrency(rows, labelled.amounts, sums.total?.value ?? null);
  const order = orderOf(rows, currency);
  const { inconsistent, ...amounts } = sums;
  return {
    method: 'rules',
    vendor: findVendor(rows),
    invoiceNumber: number,
    invoiceDate: findInvoiceDate(rows, numbers, order),
    dueDate: findDueDate(rows, order),
    currency,
    ...amounts,
    lineItems: lineItems(rows),
    ...(isCreditNote(rows, amounts.total?.value ?? 0) ? { creditNote: true } : {}),
    ...(inconsistent === undefined ? {} : { inconsistent }),
  };
}

/** By its title, or because the total is negative. */
function isCreditNote(rows: readonly ReadRow[], total: number): boolean {
  const titles = rows
    .slice(0, TITLE_ROWS)
    .flatMap((row) => row.labels.filter((label) => label.leads && isNamed(label)));
  return total < 0 || titles[0]?.meanings.has('credit-note') === true;
}
const isNamed = (label: Label): boolean => (isTitle(label) && label.unknown === 0) || isInvoiceNumber(label);

/** Which comes first in an ambiguous date; null when unknown. */
function orderOf(rows: readonly ReadRow[], currency: string | null): DateOrder | null {
  const text = rows.map((row) => row.text).join('\n');
  const certain = certainOrder(text);
  if (certain !== null) return certain;
  const american = /(?<![\p{L}])(?:USA|United States|[A-Z]{2},? \d{5}(?:-\d{4})?)(?![\p{L}\d])/u.test(text);
  if (currency === 'USD' || currency === null) return american ? 'month-first' : null;
  return currency === 'CAD' ? null : 'day-first';
}

/** Whether amounts in the column above a total add up to it. */
function isSumOfLines(rows: readonly ReadRow[], { at, value, span }: LabelledAmount): boolean {
  let sum = 0;
  let count = 0;
  for (let above = at - 1; above >= 0; above--) {
    const row = rows[above];
    if (row === undefined || row.page !== rows[at]?.page) break;
    const number = row.numbers.find((each) => {
      const other = row.spanOf(each.start, each.end);
      return isMoney(each) && Math.abs(other.right - span.right) < row.height;
    });
    if (number === undefined) continue;
    sum += number.value;
    count++;
    if (Math.abs(sum - value) < 0.005 && count > 0) return true;
  }
  return false;
}
