import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import type { ReadContent } from '../cache.ts';
import { contradiction } from '../invoice/adding-up.ts';
import { parseAmount } from '../invoice/amounts.ts';
import { currencyIn } from '../invoice/currency.ts';
import { dateIn, dateOrder } from '../invoice/dates.ts';
import { OCR_LIMITS } from '../limits.ts';
import { mean } from '../text-lines.ts';
import type { ExpenseDocument, ExpenseField } from './expense-schema.ts';

/** Of a value, and of the table of items: what is in them comes from a stranger's page. */
const MAX_CHARACTERS = 500;
const MAX_ITEMS = 500;

interface Found<T> {
  value: T;
  confidence: number | null;
}

/** What Textract says of a document, in the form that every provider has. */
export function readExpense(documents: readonly ExpenseDocument[], pageCount: number): ReadContent {
  return { source: 'ocr', pageCount, pages: pagesOf(documents, pageCount), invoice: invoiceOf(documents) };
}

/** Two receipts on one page are two documents, which may both hold its blocks. */
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

/** Null when Textract found neither an amount to pay nor a number: it looks for expenses in a holiday picture, too. */
function invoiceOf(documents: readonly ExpenseDocument[]): Invoice | null {
  const fields = documents.flatMap(({ SummaryFields }) => SummaryFields ?? []);
  const total = amountOf(fields, 'TOTAL') ?? amountOf(fields, 'AMOUNT_DUE');
  const invoiceNumber = textOf(fields, 'INVOICE_RECEIPT_ID');
  if (total === null && invoiceNumber === null) return null;
  const currency = currencyOf(fields);
  const dates = fields.filter(({ Type }) => /DATE/.test(Type?.Text ?? ''));
  const order = dateOrder(dates.map(({ ValueDetection }) => ValueDetection?.Text ?? '').join('\n'), currency);
  const dateOf = (type: string) => best(fields, type, (text) => dateIn(text, order));
  const net = amountOf(fields, 'SUBTOTAL');
  const tax = amountOf(fields, 'TAX');
  return {
    method: 'service',
    vendor: textOf(fields, 'VENDOR_NAME'),
    invoiceNumber,
    invoiceDate: dateOf('INVOICE_RECEIPT_DATE'),
    dueDate: dateOf('DUE_DATE'),
    currency,
    net,
    tax,
    total,
    lineItems: documents
      .flatMap(({ LineItemGroups }) => LineItemGroups ?? [])
      .flatMap(({ LineItems }) => LineItems ?? [])
      .slice(0, MAX_ITEMS)
      .flatMap(({ LineItemExpenseFields }) => lineItemOf(LineItemExpenseFields ?? [])),
    ...contradiction({ net, tax, total }),
  };
}

function lineItemOf(fields: readonly ExpenseField[]): Invoice['lineItems'] {
  const description = textOf(fields, 'ITEM') ?? textOf(fields, 'EXPENSE_ROW');
  if (description === null) return [];
  const amount = amountOf(fields, 'PRICE');
  return [
    {
      description: description.value,
      quantity: amountOf(fields, 'QUANTITY')?.value ?? null,
      unitPrice: amountOf(fields, 'UNIT_PRICE')?.value ?? null,
      amount: amount?.value ?? null,
      confidence: lesser(description.confidence, amount?.confidence ?? description.confidence),
    },
  ];
}

const amountOf = (fields: readonly ExpenseField[], type: string) => best(fields, type, parseAmount);
const textOf = (fields: readonly ExpenseField[], type: string) =>
  best(fields, type, (text) => text.replace(/\s+/g, ' ').trim() || null);

/** Of several fields of a type the one that Textract is surest of, among those that can be read. */
function best<T>(fields: readonly ExpenseField[], type: string, read: (text: string) => T | null): Found<T> | null {
  const found = fields.flatMap(({ Type, ValueDetection }) => {
    const value = Type?.Text === type ? read((ValueDetection?.Text ?? '').slice(0, MAX_CHARACTERS)) : null;
    // How sure it is of what the text says, and of what the text means.
    const confidence = lesser(share(ValueDetection?.Confidence), share(Type?.Confidence));
    return value === null ? [] : [{ value, confidence }];
  });
  return found.sort((a, b) => (b.confidence ?? 0) - (a.confidence ?? 0))[0] ?? null;
}

/** As Textract names it, or as it stands beside an amount. */
function currencyOf(fields: readonly ExpenseField[]): string | null {
  const named = fields.map(({ Currency }) => currencyIn(Currency?.Code ?? '')).find((code) => code !== null);
  const amounts = fields.filter(({ Type }) => /TOTAL|AMOUNT|TAX/.test(Type?.Text ?? ''));
  return named ?? currencyIn(amounts.map(({ ValueDetection }) => ValueDetection?.Text ?? '').join('\n'));
}

/** Textract counts to 100. */
const share = (confidence: number | null | undefined): number | null =>
  confidence == null ? null : Math.round(Math.min(100, Math.max(0, confidence)) * 10) / 1000;

const lesser = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
