import { MONTHS } from './words/meanings.ts';

/** Which comes first in 03/04/2026. */
export type DateOrder = 'day-first' | 'month-first';

const MONTH_NAME = [...MONTHS.keys()].join('|');
/** Between the parts of a date in words: `3. März 2026`, `3 de marzo de 2026`, `3rd of March, 2026`. */
const JOINT = String.raw`(?:\s?[.,]|\s?-|\s(?:de|of|del))?\s?`;

type Parts = (string | undefined)[];
const FORMS: readonly {
  pattern: RegExp;
  parts: (match: readonly string[], order: DateOrder) => Parts;
}[] = [
  // Year, month, day.
  { pattern: /(?<![\d-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d/]|-\d)/gu, parts: ([, y, , m, d]) => [y, m, d] },
  // With points the day always comes first.
  { pattern: /(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?![\d.]\d|\d)/gu, parts: ([, d, m, y]) => [y, m, d] },
  {
    pattern: /(?<![\d/-])(\d{1,2})\s?([/-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d/-])/gu,
    parts: ([, a, , b, y], order) => (order === 'day-first' ? [y, b, a] : [y, a, b]),
  },
  {
    pattern: new RegExp(
      String.raw`(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|°)?${JOINT}(?<![\p{L}])(${MONTH_NAME})(?![\p{L}])${JOINT}(\d{4}|'?\d{2})(?!\d|[.,:]\d)`,
      'giu',
    ),
    parts: ([, d, m, y]) => [y?.replace("'", ''), monthNumber(m), d],
  },
  {
    pattern: new RegExp(
      String.raw`(?<![\p{L}])(${MONTH_NAME})(?![\p{L}])\.?[\s-]*(\d{1,2})(?:st|nd|rd|th)?(?:\s?,\s?|\s|-)(\d{4})(?!\d)`,
      'giu',
    ),
    parts: ([, m, d, y]) => [y, monthNumber(m), d],
  },
];

const monthNumber = (name = ''): string => String(MONTHS.get(name.toLowerCase()) ?? 0);

export interface FoundDate {
  /** YYYY-MM-DD. Null when it depends on an unknown order of its parts. */
  date: string | null;
  start: number;
  end: number;
}

/** Valid dates in a text, from left to right. */
export function datesIn(text: string, order: DateOrder | null): FoundDate[] {
  if (!/\d/.test(text)) return [];
  const found: FoundDate[] = [];
  for (const { pattern, parts } of FORMS) {
    for (const match of text.matchAll(pattern)) {
      const [day, month] = (['day-first', 'month-first'] as const).map((each) => calendarDate(parts(match, each)));
      const only = day === month ? day : day === null ? month : month === null ? day : undefined;
      const date = only !== undefined ? only : order === null ? null : order === 'day-first' ? day : month;
      if (only === null) continue;
      found.push({ date: date ?? null, start: match.index, end: match.index + match[0].length });
    }
  }
  const sorted = found.sort((a, b) => a.start - b.start || b.end - a.end);
  return sorted.filter(({ start }, at) => at === 0 || start >= (sorted[at - 1]?.end ?? 0));
}

/** The first valid date in a text as YYYY-MM-DD; null when there is none. */
export const dateIn = (text: string, order: DateOrder): string | null => datesIn(text, order)[0]?.date ?? null;

function calendarDate([year = '', month = '', day = '']: Parts): string | null {
  const full = year.length === 2 ? `20${year}` : year;
  const text = `${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = Date.parse(`${text}T00:00:00Z`);
  const plausible = Number(full) >= 1950 && Number(full) < 2100;
  return plausible && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : null;
}

/** From the unambiguous dates in a text. Null when there are none, or some of both. */
export function certainOrder(text: string): DateOrder | null {
  const orders = new Set<DateOrder>();
  for (const [, a, b] of text.matchAll(/(?<![\d/-])(\d{1,2})\s?[/-]\s?(\d{1,2})\s?[/-]\s?(?:\d{4}|\d{2})(?![\d/-])/g)) {
    if (Number(a) > 12 && Number(b) <= 12) orders.add('day-first');
    if (Number(b) > 12 && Number(a) <= 12) orders.add('month-first');
  }
  const [order] = orders;
  return orders.size === 1 ? (order ?? null) : null;
}

/** The same, otherwise by the currency: with dollars the month comes first. */
export const dateOrder = (text: string, currency: string | null): DateOrder =>
  certainOrder(text) ?? (currency === 'USD' ? 'month-first' : 'day-first');
