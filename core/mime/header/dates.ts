const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Minutes east of Greenwich. Other names, including the single letters of RFC 822, mean nothing (RFC 5322 §4.3). */
const ZONES: Readonly<Record<string, number>> = {
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  CET: 60,
  CEST: 120,
  MET: 60,
  MEST: 120,
  MESZ: 120,
  MEZ: 60,
  BST: 60,
  WEST: 60,
  EET: 120,
  EEST: 180,
  MSK: 180,
  JST: 540,
};

/** Character code of the digit. */
const ZERO = 0x30;

/** Characters of a Date field to examine. */
const DATE_LENGTH = 200;

/** Milliseconds of 400 years. */
const CALENDAR_CYCLE_MS = 146_097 * 86_400_000;

interface DateParts {
  year: number;
  month: number;
  day: number;
}

/**
 * A Date field as ISO 8601 in UTC, or null when it cannot be read – never a guess. Accepts RFC 5322 with its obsolete
 * forms, the order of ctime, and ISO 8601.
 */
export function parseDate(value: string): string | null {
  return parseUsualDate(value) ?? parseAnyDate(value);
}

const USUAL = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}(?: \([A-Z]+\))?$/;

/** The form of nearly every mail (RFC 5322 §3.3), in one step: after the day every position is fixed. */
function parseUsualDate(value: string): string | null {
  if (!USUAL.test(value)) return null;
  const dayAt = value.charAt(3) === ',' ? 5 : 0;
  const at = value.indexOf(' ', dayAt);
  const two = (offset: number) => value.charCodeAt(at + offset) * 10 + value.charCodeAt(at + offset + 1) - 11 * ZERO;
  const month = MONTHS.indexOf(value.slice(at + 1, at + 4).toLowerCase());
  const [hour, minute, second, zoneMinute] = [two(10), two(13), two(16), two(22)];
  const offset = two(20) * 60 + zoneMinute;
  if (month === -1 || hour > 23 || minute > 59 || second > 60 || zoneMinute > 59 || offset > 1440) return null;
  const date = { year: two(5) * 100 + two(7), month, day: Number(value.slice(dayAt, at)) };
  return isoDate(date, (hour * 60 + minute - (value.charAt(at + 19) === '-' ? -offset : offset)) * 60 + second);
}

function parseAnyDate(value: string): string | null {
  const text = withoutComments(value.slice(0, DATE_LENGTH)).trim();
  const time = /(?:^|[\sT,])(\d{1,2})\s*[:.]\s*(\d{1,2})(?:\s*[:.]\s*(\d{1,2}))?(?:[.,]\d+)?\s*([ap]m\b)?/i.exec(text);
  const date = dayMonthYear(text) ?? monthDayYear(text) ?? yearMonthDay(text);
  if (date === null) return null;
  let hour = Number(time?.[1] ?? 0);
  const minute = Number(time?.[2] ?? 0);
  const second = Math.min(Number(time?.[3] ?? 0), 60);
  if (time?.[4] !== undefined) hour = (hour % 12) + (time[4].toLowerCase() === 'pm' ? 12 : 0);
  if (hour > 23 || minute > 59) return null;
  const behindTime = time === null ? '' : text.slice(time.index + time[0].length);
  const offset = zoneOffset(behindTime);
  if (offset === null) return null;
  return isoDate(date, (hour * 60 + minute - offset) * 60 + second);
}

const DAY_SECONDS = 86_400;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => `${number}`.padStart(2, '0'));

/** For a time on the same day in UTC: Date takes ten times as long. */
function isoTime({ year, month, day }: DateParts, seconds: number): string {
  const years = year > 999 ? `${year}` : `${year}`.padStart(4, '0');
  const minutes = Math.floor(seconds / 60);
  const time = `${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}.000Z`;
  return `${years}-${TWO_DIGITS[month + 1]}-${TWO_DIGITS[day]}T${time}`;
}

/** @param seconds since the beginning of that day, in UTC */
function isoDate(parts: DateParts, seconds: number): string | null {
  const { year, month, day } = parts;
  // The last days of February are left to Date.
  if (day > 0 && day <= (MONTH_DAYS[month] ?? 0) && seconds >= 0 && seconds < DAY_SECONDS)
    return isoTime(parts, seconds);
  // Date.UTC maps years below 100 to the last century; 400 years later the calendar is the same.
  const midnight = year < 100 ? Date.UTC(year + 400, month, day) - CALENDAR_CYCLE_MS : Date.UTC(year, month, day);
  if (new Date(midnight).getUTCDate() !== day) return null;
  const date = new Date(midnight + seconds * 1000);
  return date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= 9999 ? date.toISOString() : null;
}

function dayMonthYear(text: string): DateParts | null {
  const found = /(?:^|[\s,])(\d{1,2})[\s.-]*([a-z]{3})[a-z]*[\s.,-]*(\d{2,4})(?![\d:])/i.exec(text);
  return found === null ? null : named(found[3], found[2], found[1]);
}

/** `Thu Sep  4 16:22:40 1997`, with or without a zone before the year. */
function monthDayYear(text: string): DateParts | null {
  const found = /(?:^|[\s,])([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?[\s,](?:.*?[\s,])?(\d{4})(?!\d)/i.exec(text);
  return found === null ? null : named(found[3], found[1], found[2]);
}

function yearMonthDay(text: string): DateParts | null {
  const found = /(?:^|[\s,])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/.exec(text);
  if (found === null) return null;
  return { year: Number(found[1]), month: Number(found[2]) - 1, day: Number(found[3]) };
}

function named(year = '', month = '', day = ''): DateParts | null {
  const index = MONTHS.indexOf(month.toLowerCase());
  return index === -1 ? null : { year: fullYear(year), month: index, day: Number(day) };
}

/** Two and three digits as RFC 5322 §4.3 reads them. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 2) return year < 50 ? 2000 + year : 1900 + year;
  return digits.length === 3 ? 1900 + year : year;
}

/** Minutes; 0 when the zone is missing or means nothing; null when it cannot be read. */
function zoneOffset(text: string): number | null {
  const numeric = /(?:^|\s|GMT|UTC|UT)([+-])(\d{2}):?(\d{2})(?!\d)/.exec(text);
  if (numeric !== null) {
    const minutes = Number(numeric[2]) * 60 + Number(numeric[3]);
    if (Number(numeric[3]) > 59 || minutes > 24 * 60) return null;
    return numeric[1] === '-' ? -minutes : minutes;
  }
  const name = /^\s*([A-Z]+)(?!\S)/i.exec(text)?.[1];
  if (name !== undefined) return ZONES[name.toUpperCase()] ?? 0;
  return /^\s*(\d{4})?\s*$/.test(text) ? 0 : null;
}

function withoutComments(text: string): string {
  let depth = 0;
  let result = '';
  for (const character of text) {
    if (character === '(') depth++;
    if (depth === 0) result += character;
    if (character === ')' && depth > 0) depth--;
  }
  return result;
}
