/** Digits with separators: 1,234.56 · 1.234,56 · 1 234,56 · 1'234.50 · 12,- · 12.00 */
const NUMBER = String.raw`\d{1,3}(?:([.,'’ \u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,](?:\d{2}|-{1,2}|–))?|\d+(?:[.,](?:\d{1,2}|-{1,2}|–))?`;
const WHOLE = new RegExp(`^(?:${NUMBER})$`);
/** Characters of an amount with its currency. */
const MAX_LENGTH = 60;
const NOT_NUMBER = /[^\d.,'’ \u00a0\u202f–-]/g;

/**
 * Value of an amount as it is written, with or without its currency: `€ 1.234,56`, `(12.00)`, `12,50-`. Null when it is
 * none. Three digits behind a single separator are thousands: `1,234` is 1234.
 */
export function parseAmount(text: string): number | null {
  if (text.length > MAX_LENGTH) return null;
  const negative = /^\s*\(.*\)\s*$/.test(text) || /^[^\d]*[-–−]\s*[^\d\s]*\s*\d/.test(text) || /\d[-–−]\s*$/.test(text);
  const digits = text
    .replaceAll('−', '-')
    .replace(NOT_NUMBER, ' ')
    .trim()
    .replace(/^[-–.,' ]+/, '')
    .replace(/(\d)[-–]$/, '$1');
  if (!WHOLE.test(digits)) return null;
  const value = Number(toDecimal(digits));
  return Number.isFinite(value) && value < 1e12 ? (negative ? -value : value) : null;
}

function toDecimal(digits: string): string {
  const fraction = /[.,](\d{1,2}|-{1,2}|–)$/.exec(digits);
  const whole = digits.slice(0, fraction?.index).replace(/\D/g, '');
  return `${whole}.${(fraction?.[1] ?? '').replace(/\D/g, '') || '0'}`;
}

export interface FoundAmount {
  value: number;
  /** Where it is written in the line. */
  start: number;
  end: number;
}

/** An amount in running text has decimals, or a currency beside it: neither `2026` nor `14 Quay Street` is one. */
const MONEY = String.raw`(?:[€$£¥]|\b[A-Z]{3}\b|\bFr\.)`;
const IN_TEXT = new RegExp(
  String.raw`(?<![\d.,:/A-Za-z-])(?<sign>[-–−(]?\s?)(?<before>${MONEY}\s?[-–−]?)?(?<number>${NUMBER.replaceAll(String.raw`\1`, String.raw`\k<sep>`).replace('([.', '(?<sep>[.')})(?!\d|[.,:/-]\d)(?<after>\s?${MONEY})?(?<percent>\s?%)?`,
  'g',
);
const DECIMALS = /[.,](?:\d{2}|-{1,2}|–)$/;
/** Digits in groups that are no money. */
const OTHER_NUMBERS = /\b(?:IBAN|BIC|SWIFT)\b|\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,}/;

/** Amounts of money in a line, from left to right. */
export function amountsIn(line: string): FoundAmount[] {
  if (OTHER_NUMBERS.test(line)) return [];
  return [...line.matchAll(IN_TEXT)].flatMap((match) => {
    const { sign = '', before, number = '', after, percent } = match.groups ?? {};
    if (percent !== undefined || !(DECIMALS.test(number) || before !== undefined || after !== undefined)) return [];
    const value = parseAmount(`${sign.replace('(', '-')}${before ?? ''}${number}`);
    return value === null ? [] : [{ value, start: match.index, end: match.index + match[0].length }];
  });
}
