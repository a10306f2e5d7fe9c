import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import { SURE } from './adding-up.ts';
import { type DateOrder, datesIn } from './dates.ts';
import type { FoundNumber } from './find-number.ts';
import { agreed, behind, below } from './find-text.ts';
import type { Label } from './labels.ts';
import { isDate, isDueDate, isInvoiceDate, isTitle } from './labels.ts';
import { overlap } from './layout.ts';
import type { ReadRow } from './read-rows.ts';
import type { Meaning } from './words/words.ts';

/** The beginning of one of these ends the value of a label. */
const OTHER_LABELS: readonly Meaning[] = ['date', 'number', 'other', 'due'];

interface Found {
  value: string | null;
  confidence: number | null;
}
type DateValue = Invoice['invoiceDate'];

/** Between a label and its date: `Rechnungsdatum: Berlin, 5. März 2026`. */
const BETWEEN = /^[\s:.,()/-]*(?:\p{L}+[\s:.,()/-]+){0,3}$/u;

/** Date of issue: by its label, after the number as in `Rechnung 17 vom 5. März`, or beside `Date` alone. */
export function findInvoiceDate(
  rows: readonly ReadRow[],
  numbers: readonly FoundNumber[],
  order: DateOrder | null,
): DateValue {
  const titles = rows.flatMap((row) =>
    row.labels
      .filter((label) => isTitle(label) && label.leads)
      .map(({ end }) => ({ row, end, confidence: row.confidence })),
  );
  const found = [
    ...labelled(rows, isInvoiceDate, order),
    ...[...numbers, ...titles].flatMap((each) => behindNumber(each, order)),
  ];
  return known(found.length > 0 ? found : labelled(rows, isDate, order));
}

export const findDueDate = (rows: readonly ReadRow[], order: DateOrder | null): DateValue =>
  known(labelled(rows, isDueDate, order));

function known(found: readonly Found[]): DateValue {
  const value = agreed(found, SURE);
  return value === null || value.value === null ? null : { ...value, value: value.value };
}

function labelled(rows: readonly ReadRow[], isWanted: (label: Label) => boolean, order: DateOrder | null): Found[] {
  return rows.flatMap((row) =>
    row.labels.filter(isWanted).flatMap((label) => {
      const found = inLine(row, label, order) ?? underneath(rows, row, label, order);
      return found === null
        ? []
        : [{ value: found, confidence: row.confidence }].map((each) => ({ ...each, value: each.value.date }));
    }),
  );
}

function inLine(row: ReadRow, label: Label, order: DateOrder | null) {
  const next = row.labels.find(
    ({ start, meanings }) => start >= label.end && OTHER_LABELS.some((each) => meanings.has(each)),
  );
  const text = row.text.slice(label.end, next?.start);
  const [date] = datesIn(text, order);
  return date !== undefined && BETWEEN.test(text.slice(0, date.start)) ? date : null;
}

/** The date with most of its width under the label, in the first line that has anything there. */
function underneath(rows: readonly ReadRow[], row: ReadRow, label: Label, order: DateOrder | null) {
  const beside = behind(rows, row, label);
  if (beside !== null && beside.row !== row) {
    const [date] = datesIn(beside.row.text.slice(beside.start, beside.end), order);
    if (date !== undefined) return date;
  }
  const next = row.labels.find(({ start }) => start >= label.end);
  const cell = row.cells.find(({ start, end }) => start <= label.start && label.end <= end);
  const rest = row.text.slice(label.end, Math.min(next?.start ?? row.text.length, cell?.end ?? row.text.length));
  if (/[\p{L}\d]/u.test(rest)) return null;
  const spot = below(rows, row, label);
  if (spot === null) return null;
  const dates = datesIn(spot.row.text, order).map((date) => ({
    date,
    share: overlap(spot.row.spanOf(date.start, date.end), label.span),
  }));
  const [best] = dates.sort((a, b) => b.share - a.share);
  return best !== undefined && best.share > 0.1 ? best.date : null;
}

/** `Rechnung Nr. 17 vom 05.03.2026` */
function behindNumber({ row, end, confidence }: Omit<FoundNumber, 'value'>, order: DateOrder | null): Found[] {
  const text = row.text.slice(end);
  const [date] = datesIn(text, order);
  const isNext =
    date !== undefined &&
    /^[\s,(]*(?:vom|von|du|del|dated|of|van|dd|d\.d|le|am|on|de|di|-|–)[.:]?\s*$/iu.test(text.slice(0, date.start));
  return isNext ? [{ value: date.date, confidence }] : [];
}
