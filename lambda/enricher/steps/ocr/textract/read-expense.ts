import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import type { ReadContent } from '../cache.ts';
import { contradiction } from '../invoice/adding-up.ts';
import { parseAmount } from '../invoice/amounts.ts';
import { currencyIn } from '../invoice/currency.ts';
import { dateIn, dateOrder } from '../invoice/dates.ts';
import { OCR_LIMITS } from '../limits.ts';
import { mean } from '../text-lines.ts';
import type { ExpenseDocument, ExpenseField } from './expense-schema.ts';
import { type Found, lesser, readSums, share } from './sums.ts';

/** For values, and for the table of items, which come from a stranger's page. */
const MAX_CHARACTERS = 500;
const MAX_ITEMS = 500;
/** Receipts on one scan. */
const MAX_EXPENSES = 100;

/** Textract's result in the format that all providers share. */
export function readExpense(documents: readonly ExpenseDocument[], pageCount: number): ReadContent {
  const [invoice = null, ...furtherInvoices] = expenses(documents).flatMap((each) => invoiceOf(each) ?? []);
  return {
    source: 'ocr',
    pageCount,
    pages: pagesOf(documents, pageCount),
    invoice,
    ...(furtherInvoices.length === 0 ? {} : { furtherInvoices }),
  };
}

/** The documents of each receipt or invoice, by `ExpenseIndex`; an answer can come in several parts. */
function expenses(documents: readonly ExpenseDocument[]): ExpenseDocument[][] {
  const byIndex = new Map<number, ExpenseDocument[]>();
  for (const document of documents) {
    const index = document.ExpenseIndex ?? 1;
    byIndex.set(index, [...(byIndex.get(index) ?? []), document]);
  }
  return [...byIndex]
    .sort(([a], [b]) => a - b)
    .slice(0, MAX_EXPENSES)
    .map(([, parts]) => parts);
}

/** Two receipts on one page are two documents, which may both contain its blocks. */
function pagesOf(documents: readonly ExpenseDocument[], pageCount: number): ReadContent['pages'] {
  const seen = new Set<string>();
  const pages = new Map<number, { text: string[]; confidence: (number | null)[] }>();
  for (const { Id, BlockType, Page, Text, Confidence } of documents.flatMap(({ Blocks }) => Blocks ?? [])) {
    if (Id && seen.has(Id)) continue;
    if (Id) seen.add(Id);
    // An answer to a single page does not number it.
    const number = Page ?? 1;
    if (number > pageCount) continue;
    const page = pages.get(number) ?? { text: [], confidence: [] };
    pages.set(number, page);
    if (BlockType !== 'LINE' || !Text) continue;
    page.text.push(Text);
    page.confidence.push(share(Confidence));
  }
  return [...pages]
    .sort(([a], [b]) => a - b)
    .map(([page, { text, confidence }]) => ({
      page,
      text: text.join('\n').slice(0, OCR_LIMITS.pageTextLength),
      confidence: mean(confidence),
    }));
}

/**
 * Null when Textract found neither an amount to pay, nor a number, nor an item with its price: it searches for expenses
 * even in a holiday picture.
 */
function invoiceOf(documents: readonly ExpenseDocument[]): Invoice | null {
  const fields = documents.flatMap(({ SummaryFields }) => SummaryFields ?? []);
  const invoiceNumber = textOf(fields, 'INVOICE_RECEIPT_ID');
  const lineItems = documents
    .flatMap(({ LineItemGroups }) => LineItemGroups ?? [])
    .flatMap(({ LineItems }) => LineItems ?? [])
    .slice(0, MAX_ITEMS)
    .flatMap(({ LineItemExpenseFields }) => lineItemOf(LineItemExpenseFields ?? []));
  const amountsOf = (type: string) => all(fields, type, amountIn);
  const totals = amountsOf('TOTAL');
  const sums = readSums({
    nets: amountsOf('SUBTOTAL'),
    taxes: amountsOf('TAX'),
    totals: totals.length > 0 ? totals : amountsOf('AMOUNT_DUE'),
  });
  const priced = lineItems.some(({ amount }) => amount !== null);
  if (sums.total === null && invoiceNumber === null && !priced) return null;
  const currency = currencyOf(fields);
  const dates = fields.filter(({ Type }) => /DATE/.test(Type?.Text ?? ''));
  const order = dateOrder(dates.map(({ ValueDetection }) => ValueDetection?.Text ?? '').join('\n'), currency);
  const dateOf = (type: string) => best(fields, type, (text) => dateIn(text, order));
  return {
    method: 'service',
    vendor: textOf(fields, 'VENDOR_NAME'),
    invoiceNumber,
    invoiceDate: dateOf('INVOICE_RECEIPT_DATE'),
    dueDate: dateOf('DUE_DATE'),
    currency,
    ...sums,
    lineItems,
    ...contradiction(sums),
  };
}

function lineItemOf(fields: readonly ExpenseField[]): Invoice['lineItems'] {
  const description = textOf(fields, 'ITEM') ?? textOf(fields, 'EXPENSE_ROW');
  if (description === null) return [];
  const amountOf = (type: string) => best(fields, type, amountIn);
  const amount = amountOf('PRICE');
  return [
    {
      description: description.value,
      quantity: amountOf('QUANTITY')?.value ?? null,
      unitPrice: amountOf('UNIT_PRICE')?.value ?? null,
      amount: amount?.value ?? null,
      confidence: lesser(description.confidence, amount?.confidence ?? description.confidence),
    },
  ];
}

/** A rate is not an amount: `19 %`. */
const amountIn = (text: string): number | null => (text.includes('%') ? null : parseAmount(text));
const textOf = (fields: readonly ExpenseField[], type: string) =>
  best(fields, type, (text) => text.replace(/\s+/g, ' ').trim() || null);

/** Of several readable fields of a type, the one with Textract's highest confidence. */
function best<T>(fields: readonly ExpenseField[], type: string, read: (text: string) => T | null): Found<T> | null {
  return all(fields, type, read).sort((a, b) => (b.confidence ?? 0) - (a.confidence ?? 0))[0] ?? null;
}

/** All readable fields of a type. */
function all<T>(fields: readonly ExpenseField[], type: string, read: (text: string) => T | null): Found<T>[] {
  return fields.flatMap(({ Type, ValueDetection }) => {
    const value = Type?.Text === type ? read((ValueDetection?.Text ?? '').slice(0, MAX_CHARACTERS)) : null;
    // The confidence in the text, and in its meaning.
    const confidence = lesser(share(ValueDetection?.Confidence), share(Type?.Confidence));
    return value === null ? [] : [{ value, confidence }];
  });
}

/** As Textract names it, or as printed beside an amount. */
function currencyOf(fields: readonly ExpenseField[]): string | null {
  const named = fields.map(({ Currency }) => currencyIn(Currency?.Code ?? '')).find((code) => code !== null);
  const amounts = fields.filter(({ Type }) => /TOTAL|AMOUNT|TAX/.test(Type?.Text ?? ''));
  return named ?? currencyIn(amounts.map(({ ValueDetection }) => ValueDetection?.Text ?? '').join('\n'));
}
