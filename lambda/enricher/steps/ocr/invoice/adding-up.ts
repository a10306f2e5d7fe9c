import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';

type Sums = Pick<Invoice, 'net' | 'tax' | 'total' | 'inconsistent'>;
type Amount = NonNullable<Invoice['total']>;

/** Rates are rounded one by one. */
const TOLERANCE = 0.015;
/** No country asks for half of the price: a "tax" of more is another column. */
const HIGHEST_RATE = 0.5;
/** Amounts of one kind that are tried. */
const MAX_CANDIDATES = 20;

const cents = (value: number): number => Math.round(value * 100) / 100;
const same = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE;

/**
 * Of the amounts that labels point at, those that add up: net + tax = total, where the tax may be the sum of several
 * rates, and the net amount has to be printed somewhere. What nothing confirms is not told as net or tax: there, every
 * second guess is wrong. What contradicts the total is told beside it.
 *
 * @param guessed what stands beside the labels, the surest first
 * @param printed every amount in the document
 */
export function addUp(
  guessed: Readonly<Record<'net' | 'tax' | 'total', readonly Amount[]>>,
  printed: readonly number[],
): Sums {
  const [net = [], tax = [], total = []] = [guessed.net, guessed.tax, guessed.total].map((all) =>
    all.slice(0, MAX_CANDIDATES),
  );
  const taxes = withSum(tax);
  const isPrinted = (value: number) => printed.some((amount) => same(amount, value));
  const [first] = total;
  const whole = first === undefined ? totalsOf(net, taxes).filter(({ value }) => isPrinted(value)) : total;
  for (const candidate of whole) {
    const fitting = confirmed(candidate, net, taxes, isPrinted);
    // What is still to be paid is less than the total; a sum of one rate is, too: that takes a labelled net amount.
    const less = first !== undefined && Math.abs(candidate.value) < Math.abs(first.value);
    if (less && !net.some((amount) => amount === fitting?.net)) continue;
    if (fitting !== null) return fitting;
  }
  return unconfirmed(net[0], tax[0], first);
}

/** Null when nothing fits, or several do. */
function confirmed(
  total: Amount,
  net: readonly Amount[],
  taxes: readonly Amount[],
  isPrinted: (value: number) => boolean,
): Sums | null {
  const fitting = taxes.flatMap((tax) => {
    const value = cents(total.value - tax.value);
    const plausible = tax.value * total.value >= 0 && Math.abs(tax.value) < HIGHEST_RATE * Math.abs(value);
    if (!plausible || !isPrinted(value)) return [];
    const labelled = net.find((amount) => same(amount.value, value));
    return [{ net: labelled ?? { value, confidence: tax.confidence }, tax, total, labelled: labelled !== undefined }];
  });
  const surest = fitting.some(({ labelled }) => labelled) ? fitting.filter(({ labelled }) => labelled) : fitting;
  const [one] = surest;
  if (one === undefined || surest.some(({ tax }) => !same(tax.value, one.tax.value))) return null;
  return { net: one.net, tax: one.tax, total };
}

function unconfirmed(net: Amount | undefined, tax: Amount | undefined, total: Amount | undefined): Sums {
  const alone: Sums = { net: null, tax: null, total: total ?? null };
  if (net === undefined || total === undefined) return alone;
  if (tax === undefined) return same(net.value, total.value) ? { ...alone, net } : alone;
  return { ...alone, ...contradiction({ net, tax, total }) };
}

/** What to say when all three are known, and do not add up. */
export function contradiction({ net, tax, total }: Omit<Sums, 'inconsistent'>): Pick<Invoice, 'inconsistent'> {
  if (net === null || tax === null || total === null) return {};
  const sum = cents(net.value + tax.value);
  if (same(sum, total.value)) return {};
  return { inconsistent: [{ field: 'total', reason: 'sum', candidates: [total.value, sum] }] };
}

function withSum(tax: readonly Amount[]): Amount[] {
  const distinct = tax.filter(({ value }, at) => tax.findIndex((other) => same(other.value, value)) === at);
  const [first, second] = distinct;
  if (first === undefined || second === undefined) return distinct;
  const value = cents(distinct.reduce((sum, each) => sum + each.value, 0));
  return [...distinct, { value, confidence: first.confidence }];
}

const totalsOf = (net: readonly Amount[], taxes: readonly Amount[]): Amount[] =>
  net.flatMap(({ value, confidence }) => taxes.map((tax) => ({ value: cents(value + tax.value), confidence })));
