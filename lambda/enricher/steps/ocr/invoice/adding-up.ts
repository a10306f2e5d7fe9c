import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import { isTaxOn, type LabelledAmount, type LabelledAmounts, type Triple } from './find-amounts.ts';
import type { AmountKind } from './labels.ts';

export type Sums = Pick<Invoice, 'net' | 'tax' | 'total' | 'inconsistent'>;
type Amount = NonNullable<Invoice['total']>;

/** Everything printed, with or without labels. */
export interface Printed {
  /** Every amount in the document. */
  values: readonly number[];
  /** Percentages. */
  rates: readonly number[];
  triples: readonly Triple[];
  /** Whether the amounts above a total add up to it. */
  isSumOfLines: (amount: LabelledAmount) => boolean;
}

/** Confidence of a field, by its evidence (docs/documents.md). */
export const SURE = { sum: 0.99, twice: 0.97, label: 0.9 } as const;

/** Rates are rounded individually. */
const TOLERANCE = 0.015;
/** No country taxes half of the price: a "tax" of more is another column. */
const HIGHEST_RATE = 0.5;
/** Maximum amounts of one kind to try. */
const MAX_CANDIDATES = 20;

const cents = (value: number): number => Math.round(value * 100) / 100;
const same = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE;
const sum = (values: readonly number[]): number => cents(values.reduce((all, value) => all + value, 0));
const distinct = (values: readonly number[]): number[] =>
  values.filter((value, at) => values.findIndex((other) => same(other, value)) === at).slice(0, MAX_CANDIDATES);

interface Solution {
  net: number | null;
  tax: number | null;
  total: number;
  /** How many of the three have their own label. */
  labels: number;
}

/**
 * Net, tax and total of an invoice, as far as the document itself confirms them: net + tax = total, where the tax may
 * be the sum of several rates; or the total occurs twice; or the lines above it add up. An unconfirmed amount counts
 * only if no other one competes with it. Contradictions are reported.
 */
export function addUp({ amounts, columns }: LabelledAmounts, printed: Printed): Sums {
  const of = (...kinds: AmountKind[]) => amounts.filter(({ kind }) => kinds.includes(kind));
  const totals = of('total', 'grand', 'due', 'tax-or-gross').filter(({ place }) => place !== 'column');
  const solutions = solve(amounts, columns, printed);
  const [best] = solutions.sort((a, b) => Math.abs(b.total) - Math.abs(a.total) || b.labels - a.labels);
  const confidence = confidenceOf(amounts);
  if (best !== undefined) {
    const larger = unexplained(best.total, amounts);
    if (larger !== null) {
      return { net: null, tax: null, total: null, inconsistent: marked([best.total, larger]) };
    }
    const agreeing = solutions.filter(({ total, labels }) => same(total, best.total) && labels === best.labels);
    const unsure = agreeing.some(({ tax }) => !same(tax ?? 0, best.tax ?? 0) || (tax === null) !== (best.tax === null));
    return {
      net: unsure ? null : valued(best.net, confidence(best.net, SURE.sum)),
      tax: unsure ? null : valued(best.tax, confidence(best.tax, SURE.sum)),
      total: valued(best.total, confidence(best.total, SURE.sum)),
    };
  }
  return withoutTax(amounts, totals, printed, confidence);
}

const valued = (value: number | null, confidence: number): Amount | null =>
  value === null ? null : { value: cents(value), confidence };

/** The confidence of the evidence, or that of the letters when it is lower. */
const confidenceOf =
  (amounts: readonly LabelledAmount[]) =>
  (value: number | null, evidence: number): number =>
    Math.min(
      evidence,
      ...amounts.filter((each) => value !== null && same(each.value, value)).map((each) => each.confidence ?? 1),
    );

/** All ways in which the labelled amounts add up. */
function solve(
  amounts: readonly LabelledAmount[],
  columns: LabelledAmounts['columns'],
  { values, rates, triples }: Printed,
): Solution[] {
  const of = (...kinds: AmountKind[]) =>
    distinct(amounts.filter(({ kind, place }) => kinds.includes(kind) && place !== 'column').map(({ value }) => value));
  const sums = (kind: AmountKind) => columns.filter((each) => each.kind === kind).map((each) => totalOf(each.values));
  const totals = of('total', 'grand', 'due', 'tax-or-gross');
  const nets = distinct([...of('net', 'subtotal'), ...sums('net')]);
  const taxes = taxesOf(amounts, sums('tax'));
  const [extras, discounts] = [of('extra'), of('discount')];
  const isPrinted = (value: number) => values.some((each) => same(each, value));
  const plausible = (net: number, tax: number) => tax * net >= 0 && Math.abs(tax) < HIGHEST_RATE * Math.abs(net);
  const isRate = (net: number, tax: number) => rates.some((rate) => rate > 0 && isTaxOn(net, tax, rate));
  const found: Solution[] = [];
  for (const total of totals) {
    if (total === 0) continue;
    for (const tax of taxes) {
      const net = cents(total - tax);
      if (!plausible(net, tax)) continue;
      const labelled = nets.find((each) => same(each, net));
      if (labelled !== undefined) found.push({ net: labelled, tax, total, labels: 3 });
      else if (tax !== 0 && (isPrinted(net) || isRate(net, tax))) found.push({ net, tax, total, labels: 2 });
      else if (tax !== 0 && withCharges(net, nets, extras, discounts)) found.push({ net: null, tax, total, labels: 2 });
    }
    for (const net of nets) {
      const tax = cents(total - net);
      const other = [...extras, ...discounts].some((each) => same(Math.abs(each), Math.abs(tax)));
      if (tax !== 0 && !other && plausible(net, tax) && isPrinted(tax) && isRate(net, tax)) {
        found.push({ net, tax, total, labels: 2 });
      }
    }
  }
  return [...found, ...solutionsOf(triples, amounts, totals, isPrinted)];
}

/**
 * Lines of a table with heads for net, tax and total: one per rate, and their sum. Or a line whose label marks it as
 * the total.
 */
function solutionsOf(
  triples: readonly Triple[],
  amounts: readonly LabelledAmount[],
  totals: readonly number[],
  isPrinted: (value: number) => boolean,
): Solution[] {
  const has = (value: number, ...kinds: AmountKind[]) =>
    amounts.some((each) => kinds.includes(each.kind) && same(each.value, value));
  const labelled = triples.filter(
    ({ net, tax, total }) => has(net, 'net', 'subtotal') && has(tax, 'tax') && has(total, 'total', 'grand', 'due'),
  );
  const rows = labelled.filter(({ total }, at) => labelled.findIndex((each) => same(each.total, total)) === at);
  const all = sumOf(rows);
  const [whole] = [...rows].sort((a, b) => Math.abs(b.total) - Math.abs(a.total));
  const isSum = whole !== undefined && (rows.length === 1 || same(2 * whole.total, all.total));
  const confirmed = isSum ? [whole] : rows.length > 1 && isPrinted(all.total) ? [all] : [];
  const named = triples.filter(
    ({ net, tax, total }) =>
      totals.some((value) => same(value, total)) && (has(net, 'net', 'subtotal') || has(tax, 'tax', 'tax-or-gross')),
  );
  return [...confirmed.map((each) => ({ ...each, labels: 3 })), ...named.map((each) => ({ ...each, labels: 2 }))];
}

const sumOf = (triples: readonly Triple[]): Triple => ({
  net: sum(triples.map(({ net }) => net)),
  tax: sum(triples.map(({ tax }) => tax)),
  total: sum(triples.map(({ total }) => total)),
});

/** Single taxes, and the sum of several rates. */
function taxesOf(amounts: readonly LabelledAmount[], sums: readonly number[]): number[] {
  const taxes = amounts.filter(({ kind, place }) => (kind === 'tax' || kind === 'tax-or-gross') && place !== 'column');
  const values = distinct(taxes.map(({ value }) => value));
  // Two rates may give the same tax, like CGST and SGST; the same line may be on two pages.
  const byName = taxes.filter(
    ({ rate, label, value }, at) =>
      taxes.findIndex((other) => other.rate === rate && other.label === label && same(other.value, value)) === at,
  );
  return distinct([
    ...values,
    ...(values.length > 1 ? [sum(values)] : []),
    ...(byName.length > 1 ? [sum(byName.map(({ value }) => value))] : []),
    ...sums,
  ]);
}

/** The sum of a column, or its last amount, if that is the sum of the others. */
function totalOf(values: readonly number[]): number {
  const last = values.at(-1) ?? 0;
  const others = sum(values.slice(0, -1));
  return values.length > 2 && same(last, others)
    ? last
    : values.length === 2 && same(last, others)
      ? last
      : sum(values);
}

/** Subtotal, shipping and discount make up the net amount. */
function withCharges(
  net: number,
  nets: readonly number[],
  extras: readonly number[],
  discounts: readonly number[],
): boolean {
  const charges = [sum(extras), ...extras, 0];
  const less = [sum(discounts.map(Math.abs)), ...discounts.map(Math.abs), 0];
  return nets.some((each) => charges.some((extra) => less.some((off) => same(each + extra - off, net))));
}

/** A total that is larger than the confirmed one, without an explanation. */
function unexplained(total: number, amounts: readonly LabelledAmount[]): number | null {
  const added = amounts
    .filter(({ kind }) => ['previous', 'extra', 'rounding', 'discount', 'paid'].includes(kind))
    .map(({ value }) => Math.abs(value));
  const larger = amounts.find(
    ({ kind, place, value, bare }) =>
      (kind === 'grand' || kind === 'due' || kind === 'total') &&
      place === 'line' &&
      !bare &&
      Math.abs(value) > Math.abs(total) + TOLERANCE,
  );
  if (larger === undefined) return null;
  const more = Math.abs(larger.value) - Math.abs(total);
  return added.some((each) => same(each, more)) || same(sum(added), more) ? null : larger.value;
}

/** When no tax adds up. */
function withoutTax(
  amounts: readonly LabelledAmount[],
  totals: readonly LabelledAmount[],
  printed: Printed,
  confidence: (value: number | null, evidence: number) => number,
): Sums {
  const of = (...kinds: AmountKind[]) =>
    amounts.filter(({ kind, place }) => kinds.includes(kind) && place !== 'column');
  const money = totals.filter(({ kind, value }) => kind !== 'tax-or-gross' && value !== 0);
  const strong = money.filter(({ kind }) => kind !== 'total');
  const none: Sums = { net: null, tax: null, total: null };
  const values = distinct(money.map(({ value }) => value));
  const largest = values.reduce((max, value) => (Math.abs(value) > Math.abs(max) ? value : max), 0);
  if (largest === 0) return none;
  const alone = distinct((strong.length > 0 ? strong : money).map(({ value }) => value));
  const lessPaid = of('paid').some(({ value }) => values.some((each) => same(each, cents(largest - Math.abs(value)))));
  const nets = distinct(of('net', 'subtotal').map(({ value }) => value));
  const taxes = distinct(of('tax', 'tax-or-gross').map(({ value }) => value));
  const places = new Set(money.filter(({ value }) => same(value, largest)).map(({ at }) => at));
  const confirmed =
    places.size > 1 ||
    nets.some((net) => same(net, largest)) ||
    money.some((each) => same(each.value, largest) && printed.isSumOfLines(each));
  const isLargest = printed.values.every((value) => Math.abs(value) <= Math.abs(largest) + TOLERANCE);
  const bare = money.every(({ value, bare }) => bare || !same(value, largest));
  const agreed = values.length === 1 || lessPaid || (alone.length === 1 && same(alone[0] ?? 0, largest));
  // A tax that does not add up, and a larger amount: that may be the total, under an unknown label.
  const doubtful = !confirmed || (places.size === 1 && taxes.some((each) => each !== 0));
  if (!agreed || (bare && !confirmed) || (doubtful && !isLargest) || isCarriedForward(amounts)) return none;
  const inLine = (kind: AmountKind) =>
    distinct(amounts.filter((each) => each.kind === kind && each.place === 'line').map(({ value }) => value));
  const [net] = inLine('net');
  const [tax] = inLine('tax');
  if (net !== undefined && tax !== undefined && nets.length === 1 && tax !== 0 && !same(net + tax, largest)) {
    const explained = withCharges(
      cents(largest - tax),
      nets,
      of('extra').map(({ value }) => value),
      of('discount').map(({ value }) => value),
    );
    if (!explained) {
      const total = valued(largest, confidence(largest, SURE.label));
      return { net: null, tax: null, total, inconsistent: marked([largest, cents(net + sum(taxes))]) };
    }
  }
  const untaxed = taxes.length > 0 && taxes.every((each) => each === 0) && nets.every((each) => same(each, largest));
  return {
    net: untaxed ? valued(largest, confidence(largest, SURE.twice)) : null,
    tax: untaxed ? valued(0, SURE.twice) : null,
    total: valued(largest, confidence(largest, confirmed ? SURE.twice : SURE.label)),
  };
}

/** A previous balance is part of the amount due, and nothing says how much of that is this invoice. */
function isCarriedForward(amounts: readonly LabelledAmount[]): boolean {
  const of = (kind: AmountKind) => amounts.filter((each) => each.kind === kind).map(({ value }) => Math.abs(value));
  const [before, paid] = [distinct(of('previous')), distinct(of('paid'))];
  return before.some((each) => each !== 0 && !paid.some((other) => same(each, other)));
}

const marked = (candidates: number[]): Sums['inconsistent'] => [{ field: 'total', reason: 'sum', candidates }];

/** What to report when all three are known but do not add up. */
export function contradiction({ net, tax, total }: Omit<Sums, 'inconsistent'>): Pick<Invoice, 'inconsistent'> {
  if (net === null || tax === null || total === null) return {};
  const added = cents(net.value + tax.value);
  return same(added, total.value) ? {} : { inconsistent: marked([total.value, added]) };
}
