import type { FoundAmount } from './amounts.ts';
import { type AmountKind, amountKind, type Label } from './labels.ts';
import { overlap, type Span } from './layout.ts';
import { isMoney, type ReadRow } from './read-rows.ts';

/** An amount with a label. */
export interface LabelledAmount {
  kind: AmountKind;
  value: number;
  currency: string | null;
  /** 0 to 1, of the letters; null without OCR. */
  confidence: number | null;
  /** Index of its row. */
  at: number;
  span: Span;
  /** In the same line, alone below it, or in a column of several. */
  place: 'line' | 'below' | 'column';
  /** Percentage, when it is in the line. */
  rate: number | null;
  /** The taxable amount, when it is in the line. */
  base: number | null;
  /** Whether it has neither cents nor a currency: `Total 1939`. */
  bare: boolean;
  /** The words of its label. */
  label: string;
}

/** Net, tax and total in one line of a table, in three columns. */
export interface Triple {
  net: number;
  tax: number;
  total: number;
}

export interface LabelledAmounts {
  amounts: LabelledAmount[];
  /** Columns of taxes: their values, from top to bottom. */
  columns: { kind: AmountKind; values: number[] }[];
}

/** With more unknown words around it than these, it is a sentence, or the name of an article. */
const UNKNOWN_WORDS: Readonly<Record<AmountKind, number>> = {
  total: 1,
  grand: 4,
  due: 4,
  net: 4,
  subtotal: 3,
  tax: 4,
  'tax-or-gross': 2,
  extra: 4,
  discount: 4,
  paid: 5,
  previous: 5,
  rounding: 3,
};
/** Rows below a label in which its first value may be, and rows without a value that end the column. */
const ROWS_BELOW = 3;
/** Heights of a letter between a label and its column, and between two values of a column. */
const HEIGHTS_BELOW = 6;
const COLUMN_ROWS = 60;
const MAX_AMOUNTS = 300;

/** Amounts beside or below the labels of an invoice's sums. */
export function labelledAmounts(rows: readonly ReadRow[]): LabelledAmounts {
  const amounts: LabelledAmount[] = [];
  const columns: LabelledAmounts['columns'] = [];
  for (const row of rows) {
    for (const [index, label] of row.labels.entries()) {
      const kind = amountKind(label);
      if (kind === null || label.unknown > UNKNOWN_WORDS[kind] || amounts.length > MAX_AMOUNTS) continue;
      const found = besides(row, label, row.labels[index + 1]);
      if (found.length > 0) amounts.push(amountOf(row, label, found, kind));
      else if (!label.meanings.has('price') && !hasText(row, label)) {
        const below = columnBelow(rows, row, label);
        if (below.length > 1) columns.push({ kind, values: below.map(({ number }) => number.value) });
        for (const { row: other, number } of below) {
          const place = below.length === 1 ? 'below' : 'column';
          amounts.push({ ...partsOf(other, number, kind), place, rate: null, base: null, label: wordsOf(row, label) });
        }
      }
    }
  }
  return { amounts, columns };
}

const partsOf = (row: ReadRow, number: FoundAmount, kind: AmountKind) => ({
  kind,
  value: number.value,
  currency: number.currency,
  confidence: row.confidence,
  at: row.at,
  span: row.spanOf(number.start, number.end),
  bare: !isMoney(number),
});

const wordsOf = (row: ReadRow, { start, end }: Label): string => row.text.slice(start, end).toLowerCase();

/** Numbers between a label and the next one that names an amount. A bare one counts only if there is nothing else. */
function besides(row: ReadRow, label: Label, _next: Label | undefined): FoundAmount[] {
  const end =
    row.labels.find((other) => other.start >= label.end && (amountKind(other) !== null || other.meanings.has('price')))
      ?.start ?? row.text.length;
  const found = row.numbers.filter((number) => number.start >= label.end && number.end <= end);
  const money = found.filter(isMoney);
  if (money.length > 0) return money;
  const last = found.at(-1);
  return last !== undefined && endsCell(row, last) && !isYear(last.value) ? [last] : [];
}

const isYear = (value: number): boolean => value >= 1900 && value < 2100;

const endsCell = (row: ReadRow, { end }: FoundAmount): boolean => row.cells.some((cell) => cell.end === end);

/** `Umsatzsteuer 7 % von 129,37   9,06`: the last amount, and the one it is a tax on. */
function amountOf(row: ReadRow, label: Label, found: readonly FoundAmount[], named: AmountKind): LabelledAmount {
  const rate = row.rates.find(({ start }) => start >= label.start)?.rate ?? row.rates.at(-1)?.rate ?? null;
  const pair = rate !== null && label.meanings.has('tax') ? taxed(found, rate) : null;
  const kind = pair === null ? named : 'tax';
  const number = pair?.tax ?? found.at(-1);
  if (number === undefined) throw new Error('no amount');
  const base = pair?.base ?? null;
  return { ...partsOf(row, number, kind), place: 'line', rate, base, label: wordsOf(row, label) };
}

/** The two of several amounts of which one is the tax on the other. */
function taxed(found: readonly FoundAmount[], rate: number): { base: number; tax: FoundAmount } | null {
  for (const base of found)
    for (const tax of found) if (tax !== base && isTaxOn(base.value, tax.value, rate)) return { base: base.value, tax };
  return null;
}

/** Taxes are rounded, per line or in total. */
export const isTaxOn = (base: number, tax: number, rate: number): boolean =>
  Math.abs((base * rate) / 100 - tax) <= 0.011 + Math.abs(tax) * 0.001;

/** Whether the text after a label, up to the next column, is something other than an amount. */
function hasText(row: ReadRow, label: Label): boolean {
  const cell = row.cells.find(({ start, end }) => start <= label.start && label.end <= end);
  const next = row.labels.find((other) => other.start >= label.end)?.start ?? Number.POSITIVE_INFINITY;
  const rest = row.text.slice(label.end, Math.min(cell?.end ?? label.end, next));
  return /[\p{L}\d]{3}/u.test(rest.replace(/\b(?:eur|usd|gbp|chf|inr)\b/giu, ''));
}

interface Below {
  row: ReadRow;
  number: FoundAmount;
}

/** Amounts in the column under a label. */
function columnBelow(rows: readonly ReadRow[], row: ReadRow, label: Label): Below[] {
  const found: Below[] = [];
  let last = row;
  for (let at = row.at + 1; at < rows.length && at <= row.at + COLUMN_ROWS; at++) {
    const other = rows[at];
    if (other === undefined || other.page !== row.page) break;
    if (other.at - last.at > ROWS_BELOW || other.y - last.y > HEIGHTS_BELOW * row.height) break;
    const number = under(other, label.span);
    if (number === null) continue;
    found.push({ row: other, number });
    last = other;
  }
  return found;
}

/** The amount with most of its width under a label. */
function under(row: ReadRow, span: Span): FoundAmount | null {
  let best: { number: FoundAmount; shared: number } | null = null;
  for (const number of row.numbers) {
    if (!isMoney(number)) continue;
    const shared = overlap(row.spanOf(number.start, number.end), span);
    if (shared > 0.2 && (best === null || shared > best.shared)) best = { number, shared };
  }
  return best?.number ?? null;
}

/** Lines with three amounts of which the third is the sum of the others, under the heads of net, tax and total. */
export function triplesOf(rows: readonly ReadRow[]): Triple[] {
  return rows.flatMap(({ numbers }) => {
    const values = numbers.filter(isMoney).map(({ value }) => value);
    return values.flatMap((net, at) => {
      const [tax, total] = values.slice(at + 1);
      if (tax === undefined || total === undefined) return [];
      return Math.abs(net + tax - total) < 0.011 && Math.abs(tax) < Math.abs(net) / 2 && tax !== 0
        ? [{ net, tax, total }]
        : [];
    });
  });
}
