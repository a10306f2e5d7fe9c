import { CURRENCY_MARK, currencyIn } from './currency.ts';

/** The character before the cents. */
export type DecimalMark = '.' | ',';

/** 1,234.56 · 1.234,56 · 1 234,56 · 1'234.50 · 1,23,456.00 (India) · 12,- · 12.00 · 0.125 */
const NUMBER = [
  String.raw`0[.,]\d{3,6}`,
  String.raw`\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?`,
  String.raw`\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?`,
  String.raw`\d{1,3}(?:['’]\d{3})+(?:[.,]\d{1,2})?`,
  String.raw`\d{1,3}(?:[\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?`,
  String.raw`\d{1,3}(?: \d{3})+(?:,\d{1,2})?(?![.]\d)`,
  String.raw`\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?`,
  String.raw`\d+(?:[.,]\d{1,2})?`,
].join('|');
/** Replacements for cents: `12,-`, `500/-`. */
const NO_CENTS = `[.,](?:-{1,2}|–)|/-`;
/** Thousands separated by blanks, with cents after a point: only after a currency is it certainly one number. */
const BLANKS = String.raw`\d{1,3}(?: \d{3})+\.\d{2}`;
const WHOLE = new RegExp(`^(${NUMBER}|${BLANKS})(?:${NO_CENTS})?$`);
/** Characters of an amount with its currency. */
const MAX_LENGTH = 60;
const NOT_NUMBER = /[^\d.,'’ \u00a0\u202f–/-]/g;

/**
 * Value of an amount as written, with or without its currency: `€ 1.234,56`, `(12.00)`, `12,50-`. Null when it is none.
 * Three digits after a single separator are thousands, unless the document uses that separator before cents, or a zero
 * precedes it: `1,234` is 1234, `0.125` is an eighth.
 */
export function parseAmount(text: string, decimalMark: DecimalMark | null = null): number | null {
  if (text.length > MAX_LENGTH) return null;
  const negative = /^\s*\(.*\)\s*$/.test(text) || /^[^\d]*[-–−]\s*[^\d\s]*\s*\d/.test(text) || /\d[-–−]\s*$/.test(text);
  const digits = text
    .replaceAll('−', '-')
    .replace(NOT_NUMBER, ' ')
    .trim()
    .replace(/^[-–.,'/ ]+/, '')
    .replace(/(\d)[-–]$/, '$1');
  const [, number] = WHOLE.exec(digits) ?? [];
  if (number === undefined) return null;
  const value = Number(toDecimal(number, decimalMark));
  return Number.isFinite(value) && value < 1e12 ? (negative ? -value : value) : null;
}

function toDecimal(digits: string, decimalMark: DecimalMark | null): string {
  const fraction = /(?<=^0)[.,](\d+)$|[.,](\d{1,2})$/.exec(digits) ?? thirds(digits, decimalMark);
  const whole = digits.slice(0, fraction?.index).replace(/\D/g, '');
  return `${whole}.${fraction?.[1] ?? fraction?.[2] ?? '0'}`;
}

/** A unit price with three decimals: `1.250` where cents follow a point. */
function thirds(digits: string, decimalMark: DecimalMark | null): RegExpExecArray | null {
  const match = /^\d{1,3}([.,])(\d{3})$/.exec(digits);
  return match !== null && match[1] === decimalMark ? /[.,](\d{3})$/.exec(digits) : null;
}

export interface FoundAmount {
  value: number;
  /** Offset in the line. */
  start: number;
  end: number;
  /** ISO 4217, when it is written beside it. */
  currency: string | null;
  /** Whether it has cents. A number without cents or currency is money only if a label says so. */
  exact: boolean;
}

const MARK = `(?:${CURRENCY_MARK})`;
const IN_TEXT = new RegExp(
  String.raw`(?<![\d.,:/#A-Za-zÀ-ž_-])(?<sign>\(\s?|[-–−]\s?)?(?<before>${MARK}\s?[-–−]?\s?)?(?<![\d.,])(?<number>(?<=(?:[€$£]|[A-Z]{3})\s?)${BLANKS}|${NUMBER})(?<ending>${NO_CENTS})?(?!\d|[.,:/–-]\d|(?!${MARK})[A-Za-zÀ-ž_]|\s?%)(?<after>\s{0,2}${MARK})?(?<closing>\s?\)|-(?=\s|$))?`,
  'g',
);
const DECIMALS = /[.,]\d{2}$/;
/** Digits that are not money: accounts, times, dates, telephone numbers. They are masked, letter for letter. */
const OTHER_NUMBERS = [
  /\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,}(?:\s?[A-Z0-9]{1,4})?\b/g,
  /(?<![\d.,])\d{1,2}[.:]\d{2}\s*(?:uhr|h|am|pm)?\s*(?:-|–|bis|to|à)\s*\d{1,2}[.:]\d{2}(?![\d.,])(?:\s*(?:uhr|h|am|pm)\b)?/gi,
  /(?<![\d.,])\d{1,2}[.:]\d{2}\s?(?:uhr|h\b|am\b|pm\b)/gi,
  /(?:\b(?:tel|fax|phone|fon|telefon|telefoon|mobile|mobil|tél|hotline)\b[^\d+]{0,12}|\+)\d[\d\s()./–-]{5,}/gi,
  /(?<!\d)\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2})(?!\d)/g,
];

/** Amounts of money in a line, from left to right. */
export function amountsIn(line: string, decimalMark: DecimalMark | null = null): FoundAmount[] {
  return numbersIn(line, decimalMark).filter(({ exact, currency }) => exact || currency !== null);
}

/** The same, including numbers that may be money: `1939` after `Total`. */
export function numbersIn(line: string, decimalMark: DecimalMark | null = null): FoundAmount[] {
  if (!/\d/.test(line)) return [];
  const text = OTHER_NUMBERS.reduce((rest, other) => rest.replace(other, (match) => '_'.repeat(match.length)), line);
  return [...text.matchAll(IN_TEXT)].flatMap((match) => {
    const { sign = '', before = '', number = '', ending = '', after = '', closing = '' } = match.groups ?? {};
    const [whole] = match;
    // A dash between two words is not a minus sign.
    const lead = /^[-–−]\s/.test(sign) && /\S ?$/.test(text.slice(0, match.index)) ? '' : sign;
    const bracketed = sign.startsWith('(') && closing.endsWith(')');
    const minus = bracketed || /[-–−]/.test(lead + before) || closing === '-' ? '-' : '';
    const value = parseAmount(`${minus}${number}`, decimalMark);
    if (value === null) return [];
    const start = match.index + (lead === sign ? 0 : sign.length);
    return [
      {
        value,
        start,
        end: match.index + whole.length,
        currency: currencyIn(before || after),
        exact: (DECIMALS.test(number) && !isSecondNumber(text.slice(0, match.index), number)) || ending !== '',
      },
    ];
  });
}

/** `2 150.00` is two times 150.00, or two thousand. */
const isSecondNumber = (before: string, number: string): boolean =>
  /(?:^|[^\d.,])\d{1,3} $/.test(before) && /^\d{3}\.\d{2}$/.test(number);

/** From the unambiguous amounts. Null when there are none, or some of both. */
export function decimalMarkOf(texts: readonly string[]): DecimalMark | null {
  let points = 0;
  let commas = 0;
  for (const text of texts) {
    points += text.match(/\d\.\d{2}(?![\d.,]|\s?%)/g)?.length ?? 0;
    commas += text.match(/\d,\d{2}(?![\d.,]|\s?%)/g)?.length ?? 0;
  }
  if (points > 4 * commas) return '.';
  return commas > 4 * points ? ',' : null;
}

export interface FoundRate {
  /** Percent. */
  rate: number;
  start: number;
  end: number;
}

/** `19 %`, `7,00%` */
export function ratesIn(line: string): FoundRate[] {
  return [...line.matchAll(/(?<![\d.,])(\d{1,2}(?:[.,]\d{1,4})?)\s?%/g)].map((match) => ({
    rate: Number((match[1] ?? '').replace(',', '.')),
    start: match.index,
    end: match.index + match[0].length,
  }));
}
