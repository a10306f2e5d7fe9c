import { type Component, subcomponents } from './jcal.ts';
import { namedZone } from './named-zone.ts';
import type { OffsetAt } from './offset-at.ts';

/** Maximum time zones per calendar, and changes per zone. Current zones have two. */
const ZONE_LIMIT = 20;
const CHANGE_LIMIT = 100;
/** Maximum dates per change. */
const DATE_LIMIT = 500;
/** Maximum names without a definition to look up. */
const NAME_LIMIT = 100;

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const DAY = 86_400_000;

/** When one observance begins (RFC 5545 §3.6.5): once, on certain dates, or every year. */
interface Change {
  /** Seconds ahead of UTC from then on. */
  offset: number;
  /** Whether it recurs every year, without an end. */
  endless: boolean;
  /** The latest time at or before a local time at which it began. */
  lastBefore(local: number): number | null;
}

/**
 * The time zones of a calendar: those that it defines, and those known by name. In a VTIMEZONE it understands the rules
 * of real zones: yearly, on the nth weekday of a month, and dates. That needs no expansion, whatever the years are.
 */
export class Zones {
  readonly #zones = new Map<string, OffsetAt | null>();
  #named = 0;

  constructor(calendar: Component) {
    for (const zone of subcomponents(calendar, 'vtimezone', ZONE_LIMIT)) {
      const changes = ['standard', 'daylight'].flatMap((name) => subcomponents(zone, name, CHANGE_LIMIT)).map(changeOf);
      const known = changes.filter((change) => change !== null);
      // Half of a zone would be wrong for half of the year.
      if (known.length < changes.length) continue;
      const tzid = String(zone.first('tzid')?.value);
      const named = this.#byName(tzid);
      this.#zones.set(tzid, (local) => offsetAt(known, named, local));
    }
  }

  /** Seconds ahead of UTC at a local time; null when neither the calendar nor the name determines it. */
  offset(tzid: string, local: number): number | null {
    if (!this.#zones.has(tzid)) this.#zones.set(tzid, this.#byName(tzid));
    return this.#zones.get(tzid)?.(local) ?? null;
  }

  #byName(tzid: string): OffsetAt | null {
    return this.#named++ < NAME_LIMIT ? namedZone(tzid) : null;
  }
}

function offsetAt(changes: readonly Change[], named: OffsetAt | null, local: number): number | null {
  let latest = Number.NEGATIVE_INFINITY;
  let offset: number | null = null;
  for (const change of changes) {
    const began = change.lastBefore(local);
    if (began === null || began < latest) continue;
    latest = began;
    offset = change.offset;
  }
  // Some programs write the changes of a few years only. Before and after those the name is more reliable.
  const ended = changes.length > 1 && !changes.some(({ endless }) => endless) && local - latest > 366 * DAY;
  return offset === null || ended ? (named?.(local) ?? offset) : offset;
}

function changeOf(observance: Component): Change | null {
  const offset = secondsOf(String(observance.first('tzoffsetto')?.value));
  const before = secondsOf(String(observance.first('tzoffsetfrom')?.value));
  const start = timeOf(observance.first('dtstart')?.value);
  if (offset === null || Number.isNaN(start)) return null;
  // A time that the clock skips has the offset before the gap (RFC 5545 §3.3.5).
  const gap = Math.max(0, offset - (before ?? offset)) * 1000;
  const dates = observance
    .all('rdate')
    .flatMap(({ values }) => values)
    .slice(0, DATE_LIMIT)
    .map(timeOf)
    .concat(start)
    .filter((date) => !Number.isNaN(date));
  const rule = ruleOf(observance.first('rrule')?.value);
  const yearly = rule === null ? null : yearlyRule(rule, start);
  if (rule !== null && yearly === null) return null;
  return {
    offset,
    endless: yearly?.until === Number.POSITIVE_INFINITY,
    lastBefore: (local) => {
      const at = local - gap;
      let last = Number.NEGATIVE_INFINITY;
      for (const date of dates) if (date <= at && date > last) last = date;
      if (yearly !== null && at >= start) last = Math.max(last, yearly.lastBefore(Math.min(at, yearly.until)));
      return last === Number.NEGATIVE_INFINITY ? null : last;
    },
  };
}

/** Local time as if it were UTC. */
function timeOf(value: unknown): number {
  return Date.parse(`${String(value)}Z`);
}

function ruleOf(value: unknown): Record<string, string> | null {
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, String(part)]));
}

/** `+0100` or, as in jCal, `+01:00`; with seconds for historical zones. */
function secondsOf(text: string): number | null {
  const parts = /^([+-])(\d\d):?(\d\d)(?::?(\d\d))?$/.exec(text);
  if (parts === null) return null;
  const seconds = (Number(parts[2]) * 60 + Number(parts[3])) * 60 + Number(parts[4] ?? 0);
  return parts[1] === '-' ? -seconds : seconds;
}

interface YearlyRule {
  until: number;
  lastBefore(local: number): number;
}

/** A rule by which an observance begins on the same occasion of every year; null for any other rule. */
function yearlyRule(rule: Record<string, string>, start: number): YearlyRule | null {
  const onset = yearlyOnset(rule, start);
  if (onset === null || (rule['interval'] ?? '1') !== '1') return null;
  const count = Number(rule['count'] ?? Number.POSITIVE_INFINITY);
  const last = Number.isFinite(count) ? onset(new Date(start).getUTCFullYear() + count - 1) : Number.POSITIVE_INFINITY;
  const until = rule['until'] === undefined ? last : Date.parse(rule['until']) + DAY;
  return {
    until,
    lastBefore: (local) => {
      const year = new Date(local).getUTCFullYear();
      return onset(year) <= local ? onset(year) : onset(year - 1);
    },
  };
}

/**
 * `FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU`, or `BYDAY=SU;BYMONTHDAY=8,9,10,11,12,13,14`, as the time of that change in a
 * year; null for any other rule.
 */
function yearlyOnset(rule: Record<string, string>, start: number): ((year: number) => number) | null {
  const day = /^([+-]?[1-5])?(SU|MO|TU|WE|TH|FR|SA)$/.exec(rule['byday'] ?? '');
  const month = Number(rule['bymonth']) - 1;
  const dates = rule['bymonthday']?.split(',').map(Number);
  if (rule['freq'] !== 'YEARLY' || day === null || !(month >= 0 && month <= 11)) return null;
  const weekday = WEEKDAYS.indexOf(day[2] ?? '');
  const timeOfDay = ((start % DAY) + DAY) % DAY;
  if (day[1] === undefined) {
    const first = Math.min(...(dates ?? []));
    if (dates?.length !== 7 || !dates.includes(first + 6) || first < 1) return null;
    return (year) => onOrAfter(Date.UTC(year, month, first), weekday) + timeOfDay;
  }
  if (dates !== undefined) return null;
  const nth = Number(day[1]);
  return (year) => {
    const week = nth > 0 ? Date.UTC(year, month, 1) : Date.UTC(year, month + 1, -6);
    const weeks = nth > 0 ? nth - 1 : nth + 1;
    return onOrAfter(week, weekday) + weeks * 7 * DAY + timeOfDay;
  };
}

function onOrAfter(date: number, weekday: number): number {
  return date + ((weekday - new Date(date).getUTCDay() + 7) % 7) * DAY;
}
