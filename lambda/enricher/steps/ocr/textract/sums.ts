import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';

export interface Found<T> {
  value: T;
  /** 0 to 1. */
  confidence: number | null;
}
type Amount = Found<number>;

/** Maximum amounts of one kind to try in combination. */
const MAX_CANDIDATES = 10;
/** Half a cent per tax rate, for rounding. */
const TOLERANCE = 0.011;

/**
 * Net, tax and total from everything that Textract labels as such. Taxes of several rates are added up. Of several
 * candidates those that add up count; if none do, those with the highest confidence.
 */
export function readSums(found: {
  nets: Amount[];
  taxes: Amount[];
  totals: Amount[];
}): Pick<Invoice, 'net' | 'tax' | 'total'> {
  const [nets, totals] = [surestFirst(found.nets), surestFirst(found.totals)];
  const taxes = taxCandidates(found.taxes.slice(0, MAX_CANDIDATES));
  for (const total of totals) {
    for (const tax of taxes) {
      const net = nets.find(({ value }) => Math.abs(value + tax.value - total.value) < TOLERANCE);
      if (net !== undefined) return { net, tax, total };
    }
  }
  return { net: nets[0] ?? null, tax: taxes[0] ?? null, total: totals[0] ?? null };
}

/** The sum of all rates first, unless one of them is already the sum; then each by itself. */
function taxCandidates(taxes: readonly Amount[]): Amount[] {
  const each = surestFirst(taxes);
  if (taxes.length < 2) return each;
  const all = added(taxes);
  const whole = taxes.length > 2 && taxes.find(({ value }) => Math.abs(all.value - 2 * value) < TOLERANCE);
  if (whole) return [whole, ...each];
  // A repeated amount may be the same tax, printed twice.
  const different = taxes.filter(({ value }, at) => taxes.findIndex((other) => other.value === value) === at);
  return [added(different), all, ...each];
}

function added(amounts: readonly Amount[]): Amount {
  const value = amounts.reduce((total, amount) => total + amount.value, 0);
  const confidence = amounts.reduce<number | null>((least, amount) => lesser(least, amount.confidence), null);
  return { value: Math.round(value * 100) / 100, confidence };
}

const surestFirst = (amounts: readonly Amount[]): Amount[] =>
  [...amounts].sort((a, b) => (b.confidence ?? 0) - (a.confidence ?? 0)).slice(0, MAX_CANDIDATES);

/** Textract's confidence goes up to 100. */
export const share = (confidence: number | null | undefined): number | null =>
  confidence == null ? null : Math.round(Math.min(100, Math.max(0, confidence)) * 10) / 1000;

export const lesser = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
