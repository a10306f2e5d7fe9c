import { CURRENCY_MARK, currencyIn } from './currency.ts';
import type { LabelledAmount } from './find-amounts.ts';
import { isMoney, type ReadRow } from './read-rows.ts';

const MARK = new RegExp(CURRENCY_MARK, 'gu');
/** Signs of the United States, and of other countries with dollars. */
const OTHER_DOLLARS =
  /(?<![\p{L}])(?:CAD|AUD|NZD|SGD|HKD|MXN|TWD|ABN|HST|PST|QST|GST|Canada|Australia|New Zealand|Singapore|Hong Kong|México|Mexico|RFC)(?![\p{L}])/u;
const CODE_OF_DOLLAR = /(?<![\p{L}])(?:USD|CAD|AUD|NZD|SGD|HKD|MXN)(?![\p{L}])/gu;
/** Accounts in the euro area (ISO 13616). */
const EURO_IBAN = /(?<![A-Z])(?:DE|FR|IT|ES|NL|BE|AT|IE|PT|FI|LU|GR|SK|SI|EE|LV|LT|MT|CY|HR)\d{2}(?:\s?[A-Z0-9]{4}){3}/;

/**
 * ISO 4217 code of the invoice: the currency beside its total, otherwise the only one beside any amount, otherwise the
 * only one anywhere. Null when there are several.
 */
export function findCurrency(
  rows: readonly ReadRow[],
  amounts: readonly LabelledAmount[],
  total: number | null,
): string | null {
  const text = rows.map((row) => row.text).join('\n');
  const ofTotal = only(amounts.filter(({ value }) => value === total).map(({ currency }) => currency));
  const ofAmounts = only(rows.flatMap(({ numbers }) => numbers.filter(isMoney).map(({ currency }) => currency)));
  const anywhere = only([...text.matchAll(MARK)].map(([mark]) => currencyIn(mark)));
  const found = ofTotal === undefined ? (ofAmounts === undefined ? anywhere : ofAmounts) : ofTotal;
  if (found == null) return null;
  const recognised = rows.some(({ confidence }) => confidence !== null);
  return recognised && found === 'GBP' ? poundOf(text) : found === 'USD' ? dollarOf(text) : found;
}

/** Undefined when there is none, null when there are several. */
function only(codes: readonly (string | null)[]): string | null | undefined {
  const distinct = new Set(codes.filter((code) => code !== null));
  const [code] = distinct;
  return distinct.size > 1 ? null : code;
}

/** `$` means US dollars, unless something in the document suggests another country. */
function dollarOf(text: string): string | null {
  const codes = new Set(text.match(CODE_OF_DOLLAR));
  if (codes.has('USD') || /US\$|US Dollar/i.test(text)) return codes.size > 1 ? null : 'USD';
  const [code] = codes;
  if (code !== undefined) return codes.size === 1 ? code : null;
  return OTHER_DOLLARS.test(text) ? null : 'USD';
}

/** OCR confuses `€` with `£`. */
function poundOf(text: string): string | null {
  if (/\bGBP\b/.test(text)) return 'GBP';
  const isEuro = /\bEUR\b|€/i.test(text) || EURO_IBAN.test(text);
  const isGerman = /mwst|rechnung|facture|factuur|fattura|factura\b/i.test(text);
  if (isEuro) return 'EUR';
  return isGerman ? null : 'GBP';
}
