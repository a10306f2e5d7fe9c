/** Which comes first in 03/04/2026. */
export type DateOrder = 'day-first' | 'month-first';

const MONTHS: readonly (readonly string[])[] = [
  ['january', 'januar', 'jänner', 'jan'],
  ['february', 'februar', 'feb'],
  ['march', 'märz', 'maerz', 'mrz', 'mar', 'mär'],
  ['april', 'apr'],
  ['may', 'mai'],
  ['june', 'juni', 'jun'],
  ['july', 'juli', 'jul'],
  ['august', 'aug'],
  ['september', 'sept', 'sep'],
  ['october', 'oktober', 'oct', 'okt'],
  ['november', 'nov'],
  ['december', 'dezember', 'dec', 'dez'],
];
const MONTH_NAME = MONTHS.flat()
  .sort((a, b) => b.length - a.length)
  .join('|');

const FORMS: readonly {
  pattern: RegExp;
  parts: (match: readonly string[], order: DateOrder) => (string | undefined)[];
}[] = [
  // Year, month, day.
  { pattern: /(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/, parts: ([, y, m, d]) => [y, m, d] },
  // With points the day comes first, wherever they are used.
  { pattern: /(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?!\d)/, parts: ([, d, m, y]) => [y, m, d] },
  {
    pattern: /(?<![\d/-])(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-])/,
    parts: ([, a, , b, y], order) => (order === 'day-first' ? [y, b, a] : [y, a, b]),
  },
  {
    pattern: new RegExp(
      String.raw`(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[.\s-]*(${MONTH_NAME})\b\.?,?[\s-]*(\d{4}|\d{2})(?!\d)`,
      'iu',
    ),
    parts: ([, d, m, y]) => [y, monthNumber(m), d],
  },
  {
    pattern: new RegExp(String.raw`\b(${MONTH_NAME})\b\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)`, 'iu'),
    parts: ([, m, d, y]) => [y, monthNumber(m), d],
  },
];

const monthNumber = (name = ''): string => String(MONTHS.findIndex((names) => names.includes(name.toLowerCase())) + 1);

/** The first date in a text as YYYY-MM-DD; null when there is none that a calendar has. */
export function dateIn(text: string, order: DateOrder): string | null {
  let first: { index: number; date: string } | null = null;
  for (const { pattern, parts } of FORMS) {
    const match = pattern.exec(text);
    if (match === null || (first !== null && first.index <= match.index)) continue;
    const date = calendarDate(parts(match, order)) ?? calendarDate(parts(match, other(order)));
    if (date !== null) first = { index: match.index, date };
  }
  return first?.date ?? null;
}

const other = (order: DateOrder): DateOrder => (order === 'day-first' ? 'month-first' : 'day-first');

function calendarDate([year = '', month = '', day = '']: readonly (string | undefined)[]): string | null {
  const full = year.length === 2 ? `20${year}` : year;
  const text = `${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : null;
}

/** By a date in the text that can be read one way only, else by the currency: dollars put the month first. */
export function dateOrder(text: string, currency: string | null): DateOrder {
  for (const [, a, b] of text.matchAll(/(?<![\d/-])(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})(?![\d/-])/g)) {
    if (Number(a) > 12) return 'day-first';
    if (Number(b) > 12) return 'month-first';
  }
  return currency === 'USD' ? 'month-first' : 'day-first';
}
