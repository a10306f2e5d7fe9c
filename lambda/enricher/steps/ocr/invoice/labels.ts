import type { Row, Span } from './layout.ts';
import { meaningsIn, type Phrase } from './words/meanings.ts';
import type { Meaning } from './words/words.ts';

/** Words of a line that name one value. */
export interface Label {
  meanings: ReadonlySet<Meaning>;
  start: number;
  end: number;
  /** Unknown words around it, up to the next value or column: with many of them it is a sentence. */
  unknown: number;
  /** Whether the text up to the next value or column begins with it. */
  leads: boolean;
  span: Span;
}

/** Nouns: a second, qualified one begins a second label. */
const QUALIFIERS: readonly Meaning[] = ['invoice', 'due', 'other', 'net', 'gross', 'tax', 'paid', 'price'];
const NOUNS: readonly Meaning[] = ['number', 'date', 'sum', 'total', 'grand'];

/**
 * Labels of a line, from left to right.
 *
 * @param values separators: no label extends across a value or a gap between columns
 */
export function labelsOf(row: Row, values: readonly { start: number; end: number }[]): Label[] {
  return row.cells.flatMap((cell) => {
    const labels: Label[] = [];
    let from = cell.start;
    for (const value of [...values, { start: cell.end, end: cell.end }]) {
      if (value.start < from || value.start > cell.end) continue;
      labels.push(...labelsIn(row, from, value.start));
      from = value.end;
    }
    return labels;
  });
}

function labelsIn(row: Row, from: number, to: number): Label[] {
  const text = row.text.slice(from, to);
  if (!/\p{L}|#/u.test(text)) return [];
  const { phrases, unknown } = meaningsIn(text);
  const groups: Phrase[][] = [];
  for (const phrase of phrases) {
    const before = groups.at(-1)?.at(-1)?.end ?? 0;
    // `sold by Example Paper Mill, Inc.`
    const apart = unknown.filter((at) => at >= before && at < phrase.start).length > 1;
    // `Total (3 items)`, `Rechnungsdatum / Lieferdatum`
    if (
      phrase.meanings.includes('other') &&
      (/\([^)]*$/.test(text.slice(0, phrase.start)) || isSecond(groups.at(-1), text.slice(before, phrase.start))) &&
      groups.length > 0
    )
      continue;
    const group = groups.at(-1);
    if (group !== undefined && !apart && !isNext(group, phrase, text)) group.push(phrase);
    else groups.push([phrase]);
  }
  const [firstUnknown = Number.POSITIVE_INFINITY] = unknown;
  return groups.map((group) => {
    const [first, last] = [group.find(isMeant) ?? group[0], group.findLast(isMeant) ?? group.at(-1)];
    const [start, end] = [first?.start ?? 0, last?.end ?? 0];
    return {
      meanings: new Set(group.flatMap(({ meanings }) => meanings)),
      start: from + start,
      end: from + end,
      unknown: unknown.length,
      leads: group === groups[0] && firstUnknown > start,
      span: row.spanOf(from + start, from + end),
    };
  });
}

/** After a slash, when the label before it is complete. */
const isSecond = (group: readonly Phrase[] | undefined, between: string): boolean =>
  /^\s*\/\s*$/.test(between) && group?.some(({ meanings }) => NOUNS.some((noun) => meanings.includes(noun))) === true;

const isMeant = ({ meanings }: Phrase): boolean => meanings.some((each) => each !== 'neutral');

/** Whether another label begins with a phrase: after a colon, or when a qualified noun is complete. */
function isNext(group: readonly Phrase[], phrase: Phrase, text: string): boolean {
  const between = text.slice(group.at(-1)?.end ?? 0, phrase.start);
  if (/[:;]/.test(between) || /\d/.test(between.replace(/\([^)]*\)|\d+(?:[.,]\d+)?\s?%/g, ''))) return true;
  const has = (meanings: readonly Meaning[]) => group.some((each) => meanings.some((m) => each.meanings.includes(m)));
  if (!has(NOUNS)) return false;
  const qualifier = QUALIFIERS.find((each) => phrase.meanings.includes(each));
  if (qualifier === undefined) return false;
  const complete = has(QUALIFIERS);
  const noun = NOUNS.some((each) => phrase.meanings.includes(each));
  // `Nettobetrag Bruttobetrag`, `Invoice date Due date`; but `Invoice total net` is one label.
  return complete && (noun || ['invoice', 'due', 'other'].includes(qualifier)) && !/[()/]/.test(between);
}

const AMOUNT_KINDS = [
  'total',
  'grand',
  'due',
  'net',
  'subtotal',
  'tax',
  'tax-or-gross',
  'extra',
  'discount',
  'paid',
  'previous',
  'rounding',
] as const;
export type AmountKind = (typeof AMOUNT_KINDS)[number];

/** The kind of amount that a label names. Null for labels that are not about the invoice as a whole. */
export function amountKind({ meanings }: Label): AmountKind | null {
  const has = (...any: Meaning[]) => any.some((each) => meanings.has(each));
  if (has('number', 'date', 'other')) return null;
  if (has('price')) return has('net') ? 'net' : has('gross') ? 'total' : null;
  if (has('previous')) return 'previous';
  if (has('rounding')) return 'rounding';
  if (has('paid')) return has('due') ? null : 'paid';
  if (has('discount')) return 'discount';
  if (has('extra')) return 'extra';
  const sum = has('total', 'grand', 'sum', 'due');
  if (has('tax')) {
    if (has('without') || has('net')) return has('with', 'gross') ? null : 'net';
    if (has('with')) return sum || has('gross') ? 'grand' : 'tax-or-gross';
    return has('gross', 'grand', 'due') ? null : 'tax';
  }
  if (has('net') && has('gross')) return null;
  if (has('due')) return 'due';
  if (has('net')) return 'net';
  if (has('sub')) return 'subtotal';
  if (has('gross', 'grand')) return 'grand';
  if (has('total')) return has('invoice') ? 'grand' : 'total';
  return null;
}

const is = ({ meanings }: Label, wanted: readonly Meaning[], not: readonly Meaning[]): boolean =>
  wanted.every((each) => meanings.has(each)) && !not.some((each) => meanings.has(each));

const NOT_DOCUMENT: readonly Meaning[] = ['other', 'sum', 'total', 'tax', 'paid', 'price', 'previous'];

/** `Invoice number`, `Rechnungs-Nr.` */
export const isInvoiceNumber = (label: Label): boolean =>
  (is(label, ['invoice', 'number'], [...NOT_DOCUMENT, 'due', 'buyer']) ||
    is(label, ['credit-note', 'number'], [...NOT_DOCUMENT, 'due', 'buyer'])) &&
  !label.meanings.has('date');

/** `Invoice`, `Rechnung`: a number may follow directly. */
export const isTitle = (label: Label): boolean =>
  (label.meanings.has('invoice') || label.meanings.has('credit-note')) &&
  !NOUNS.some((noun) => label.meanings.has(noun)) &&
  !label.meanings.has('other') &&
  !label.meanings.has('due');

export const isInvoiceDate = (label: Label): boolean =>
  (label.meanings.has('invoice') || label.meanings.has('credit-note')) &&
  is(label, ['date'], [...NOT_DOCUMENT, 'due', 'number']);

/** `Date` alone. */
export const isDate = (label: Label): boolean =>
  is(label, ['date'], [...NOT_DOCUMENT, 'due', 'invoice', 'credit-note', 'number', 'extra', 'seller']);

export const isDueDate = (label: Label): boolean =>
  is(label, ['due', 'date'], ['other', 'paid', 'previous', 'number', 'discount']);

export const isSeller = (label: Label): boolean => is(label, ['seller'], ['number', 'date', 'other', 'sum', 'tax']);
export const isBuyer = (label: Label): boolean => is(label, ['buyer'], ['number', 'date', 'sum', 'tax', 'seller']);
