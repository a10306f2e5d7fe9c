import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import type { Line } from '../text-lines.ts';
import { addUp } from './adding-up.ts';
import { amountsIn } from './amounts.ts';
import { currencyIn } from './currency.ts';
import { type DateOrder, dateIn, dateOrder } from './dates.ts';
import {
  DUE_DATE,
  INVOICE,
  INVOICE_DATE,
  LEGAL_FORM,
  NET,
  NOT_TOTAL,
  NOT_VENDOR,
  NUMBER,
  TAX,
  TAX_ID,
  TOTAL,
} from './labels.ts';
import { lineItems } from './line-items.ts';

/** Lines that are looked at, and characters of each: patterns meet whatever a stranger wrote. */
const MAX_LINES = 2_000;
const MAX_LINE_LENGTH = 500;
/** Lines from the top among which the name of who wrote it is looked for. */
const LETTERHEAD_LINES = 12;

interface Found<T> {
  value: T;
  confidence: number | null;
}

/** The fields of an invoice, found by the words beside them. Null when nothing says that it is an invoice. */
export function invoiceByRules(pages: readonly (readonly Line[])[]): Invoice | null {
  const lines = pages
    .flat()
    .slice(0, MAX_LINES)
    .map(({ text, confidence }) => ({ text: text.slice(0, MAX_LINE_LENGTH), confidence }));
  const all = lines.map(({ text }) => text).join('\n');
  const found = {
    net: [...labelledAmounts(lines, NET, TAX_ID)],
    tax: [...labelledAmounts(lines, TAX, TAX_ID)],
    total: totals(lines),
  };
  const [total = null] = found.total;
  const printed = lines.flatMap(({ text }) => amountsIn(text)).map(({ value }) => value);
  const sums = addUp(found, printed);
  const invoiceNumber = findNumber(lines);
  if (!INVOICE.test(all.toLowerCase()) || (sums.total === null && invoiceNumber === null)) return null;
  const currency =
    (total && currencyIn(total.line)) ??
    currencyIn(
      lines
        .filter(hasAmount)
        .map(({ text }) => text)
        .join('\n'),
    );
  const order = dateOrder(all, currency);
  const dueDate = findDate(lines, DUE_DATE, null, order);
  return {
    method: 'rules',
    vendor: findVendor(lines),
    invoiceNumber,
    invoiceDate: findDate(lines, INVOICE_DATE, DUE_DATE, order),
    dueDate,
    currency,
    net: sums.net && withoutLine(sums.net),
    tax: sums.tax && withoutLine(sums.tax),
    total: sums.total && withoutLine(sums.total),
    lineItems: lineItems(lines),
    ...(sums.inconsistent === undefined ? {} : { inconsistent: sums.inconsistent }),
  };
}

const hasAmount = ({ text }: Line): boolean => amountsIn(text).length > 0;

type FoundAmount = Found<number> & { line: string };
const withoutLine = ({ value, confidence }: Found<number>): Found<number> => ({ value, confidence });

/** Places of a label: the line, and where in it the label ends. From sure to less sure, from top to bottom. */
function* labelled(lines: readonly Line[], labels: readonly RegExp[], except: RegExp | null) {
  for (const label of labels) {
    for (const [at, line] of lines.entries()) {
      const lower = line.text.toLowerCase();
      const match = label.exec(lower);
      if (match !== null && !except?.test(lower)) yield { at, line, end: match.index + match[0].length };
    }
  }
}

/** The last amount of a labelled line, or of the line below when the label stands alone. */
function* labelledAmounts(
  lines: readonly Line[],
  labels: readonly RegExp[],
  except: RegExp | null,
): Generator<FoundAmount> {
  for (const { at, line, end } of labelled(lines, labels, except)) {
    const below = lines[at + 1];
    const alone = line.text.slice(end).replace(/[\s:]/g, '') === '';
    const candidates = alone && below !== undefined ? [line, below] : [line];
    for (const { text, confidence } of candidates) {
      const amount = amountsIn(text).at(-1);
      if (amount === undefined) continue;
      yield { value: amount.value, confidence, line: text };
      break;
    }
  }
}

/** Those of the surest label first; of one label, the lowest on the page. */
const totals = (lines: readonly Line[]): FoundAmount[] =>
  TOTAL.flatMap((label) => [...labelledAmounts(lines, [label], NOT_TOTAL)].reverse());

/** A word with a digit behind the label, or below it. */
function findNumber(lines: readonly Line[]): Found<string> | null {
  for (const { at, line, end } of labelled(lines, NUMBER, null)) {
    const rest = line.text.slice(end);
    const value = numberIn(rest) ?? (rest.trim() === '' ? numberIn(lines[at + 1]?.text ?? '') : null);
    if (value !== null) return { value, confidence: line.confidence };
  }
  return null;
}

function numberIn(text: string): string | null {
  const [word = ''] = /[\p{L}\d][\p{L}\d/_.-]{1,29}/u.exec(text.replace(/^[\s:.#№-]+/, '')) ?? [];
  const number = word.replace(/[.\-_/]+$/, '');
  const isDate = dateIn(number, 'day-first') !== null && !/\p{L}/u.test(number);
  return /\d/.test(number) && !isDate ? number : null;
}

function findDate(
  lines: readonly Line[],
  labels: readonly RegExp[],
  except: readonly RegExp[] | null,
  order: DateOrder,
): Found<string> | null {
  for (const { at, line, end } of labelled(lines, labels, null)) {
    if (except?.some((label) => label.test(line.text.toLowerCase().slice(0, end)))) continue;
    const rest = line.text.slice(end);
    const value = dateIn(rest, order) ?? (/\d/.test(rest) ? null : dateIn(lines[at + 1]?.text ?? '', order));
    if (value !== null) return { value, confidence: line.confidence };
  }
  return null;
}

/**
 * The first line of the letterhead that names a company. Without a legal form nobody knows whether a line is the name of
 * who wrote it, a heading, or the customer.
 */
function findVendor(lines: readonly Line[]): Found<string> | null {
  const head = lines.slice(0, LETTERHEAD_LINES).flatMap(({ text, confidence }) => {
    // What stands in the next column is something else, and so is the address behind a dash.
    const [value = ''] = text
      .trim()
      .replace(/^(?:sold by|seller|vendor|verkäufer|vendeur)\s*:\s*/i, '')
      .split(/\s{3,}|\s[-–|·•]\s|,$/);
    return value === '' ? [] : [{ value, confidence }];
  });
  return (
    head.find(({ value }) => {
      const lower = value.toLowerCase();
      return LEGAL_FORM.test(value) && !INVOICE.test(lower) && !NOT_VENDOR.test(lower);
    }) ?? null
  );
}
