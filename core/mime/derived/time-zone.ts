import { type Component, subcomponents } from './jcal.ts';

/** Seconds ahead of UTC at a local time, given as milliseconds as if it were UTC; null when nothing says. */
export type OffsetAt = (local: number) => number | null;

/** Time zones of one calendar, and changes of one zone, that are looked at. Zones of today have two. */
const ZONE_LIMIT = 20;
const CHANGE_LIMIT = 100;

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const DAY = 86_400_000;

/** When one observance begins (RFC 5545 §3.6.5), once or every year. */
interface Change {
  /** Seconds ahead of UTC from then on. */
  offset: number;
  /** The last time it began at or before a local time. */
  lastBefore(local: number): number | null;
}

/**
 * The VTIMEZONEs of a calendar by TZID. Of their rules those are read that real zones have: every year, on the nth
 * weekday of a month. That needs no expansion, whatever the years are.
 */
export function zonesOf(calendar: Component): Map<string, OffsetAt> {
  const zones = new Map<string, OffsetAt>();
  for (const zone of subcomponents(calendar, 'vtimezone', ZONE_LIMIT)) {
    const changes = ['standard', 'daylight'].flatMap((name) => subcomponents(zone, name, CHANGE_LIMIT)).map(changeOf);
    const known = changes.filter((change) => change !== null);
    // Half of a zone would be wrong half of the year.
    if (known.length < changes.length) continue;
    zones.set(String(zone.first('tzid')?.value), (local) => offsetAt(known, local));
  }
  return zones;
}

function offsetAt(changes: readonly Change[], local: number): number | null {
  let latest = Number.NEGATIVE_INFINITY;
  let offset: number | null = null;
  for (const change of changes) {
    const began = change.lastBefore(local);
    if (began === null || began < latest) continue;
    latest = began;
    offset = change.offset;
  }
  return offset;
}

function changeOf(observance: Component): Change | null {
  const offset = secondsOf(String(observance.first('tzoffsetto')?.value));
  const start = Date.parse(`${String(observance.first('dtstart')?.value)}Z`);
  if (offset === null || Number.isNaN(start)) return null;
  const rule = ruleOf(observance.first('rrule')?.value);
  if (rule === null) return { offset, lastBefore: (local) => (local < start ? null : start) };
  const onset = yearlyOnset(rule, start);
  if (onset === null) return null;
  const until = rule['until'] === undefined ? Number.POSITIVE_INFINITY : Date.parse(rule['until']) + DAY;
  return {
    offset,
    lastBefore: (local) => {
      const last = Math.min(local, until);
      const year = new Date(last).getUTCFullYear();
      const began = onset(year) <= last ? onset(year) : onset(year - 1);
      return local < start ? null : Math.max(began, start);
    },
  };
}

function ruleOf(value: unknown): Record<string, string> | null {
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, String(part)]));
}

/** `+0100` or, as jCal writes it, `+01:00`; with seconds for zones of old. */
function secondsOf(text: string): number | null {
  const parts = /^([+-])(\d\d):?(\d\d)(?::?(\d\d))?$/.exec(text);
  if (parts === null) return null;
  const seconds = (Number(parts[2]) * 60 + Number(parts[3])) * 60 + Number(parts[4] ?? 0);
  return parts[1] === '-' ? -seconds : seconds;
}

/** `FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU` as the time of that change in a year; null for any other rule. */
function yearlyOnset(rule: Record<string, string>, start: number): ((year: number) => number) | null {
  const day = /^([+-]?[1-5])(SU|MO|TU|WE|TH|FR|SA)$/.exec(rule['byday'] ?? '');
  const month = Number(rule['bymonth']) - 1;
  if (rule['freq'] !== 'YEARLY' || day === null || !(month >= 0 && month <= 11)) return null;
  const nth = Number(day[1]);
  const weekday = WEEKDAYS.indexOf(day[2] ?? '');
  const timeOfDay = ((start % DAY) + DAY) % DAY;
  return (year) => {
    const first = Date.UTC(year, nth > 0 ? month : month + 1, nth > 0 ? 1 : 0);
    const distance = nth > 0 ? weekday - new Date(first).getUTCDay() : new Date(first).getUTCDay() - weekday;
    const days = ((distance + 7) % 7) + (Math.abs(nth) - 1) * 7;
    return first + (nth > 0 ? days : -days) * DAY + timeOfDay;
  };
}
