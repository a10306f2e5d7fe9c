/** ISO 4217 codes of common invoices; three capital letters alone are not a currency. */
const CODES =
  'AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MXN MYR NOK NZD PEN PHP PLN QAR RON RSD SAR SEK SGD THB TRY TWD UAH USD VND ZAR'.split(
    ' ',
  );

/** Longer ones first: `US$` contains `$`. */
const SYMBOLS: readonly (readonly [string, string])[] = [
  ['US$', 'USD'],
  ['CA$', 'CAD'],
  ['NZ$', 'NZD'],
  ['HK$', 'HKD'],
  ['AU$', 'AUD'],
  ['MX$', 'MXN'],
  ['A$', 'AUD'],
  ['C$', 'CAD'],
  ['S$', 'SGD'],
  ['R$', 'BRL'],
  ['CN¥', 'CNY'],
  ['€', 'EUR'],
  ['£', 'GBP'],
  ['¥', 'JPY'],
  ['₹', 'INR'],
  ['Rs.', 'INR'],
  ['Rs', 'INR'],
  ['₩', 'KRW'],
  ['₺', 'TRY'],
  ['₴', 'UAH'],
  ['₪', 'ILS'],
  ['zł', 'PLN'],
  ['Kč', 'CZK'],
  ['Euro', 'EUR'],
  ['euros', 'EUR'],
  ['SFr.', 'CHF'],
  ['SFr', 'CHF'],
  ['Fr.', 'CHF'],
  // Used by twenty countries: see `dollarOf`.
  ['$', 'USD'],
];

const escaped = (symbol: string): string => symbol.replace(/[.$]/g, String.raw`\$&`);

const ofSymbols = (isLetter: boolean): string =>
  SYMBOLS.filter(([symbol]) => /^[A-Za-z]/.test(symbol) === isLetter)
    .map(([symbol]) => escaped(symbol))
    .join('|');

/** Pattern of a currency beside an amount. `Mo.-Fr.` is not one. */
export const CURRENCY_MARK = [
  `(?<![A-Za-z])(?:${CODES.join('|')})(?![A-Za-z])`,
  String.raw`(?<![A-Za-z\d-])(?:${ofSymbols(true)})`,
  ofSymbols(false),
].join('|');

const codes = new Set(CODES);

/** ISO 4217 code of the first currency in a text, by code or symbol. */
export function currencyIn(text: string): string | null {
  for (const [code] of text.matchAll(/\b[A-Z]{3}\b/g)) if (codes.has(code)) return code;
  return SYMBOLS.find(([symbol]) => text.includes(symbol))?.[1] ?? null;
}
