import type { Property } from './jcal.ts';
import type { Zones } from './time-zone.ts';

const DAY = 86_400_000;

/** A date or a time of a calendar (RFC 5545 §3.3.4, §3.3.5). */
export interface CalendarTime {
  /** A date; in UTC with Z; or local time without Z, when its offset is not known. */
  iso: string;
  /** TZID as written. */
  zone: string | null;
  /** Adds calendar days and then seconds (RFC 5545 §3.3.6: a day may have 23 hours). */
  plus(days: number, seconds: number): string;
}

/** Null when the property is missing or has no valid time. */
export function timeOf(property: Property | null, zones: Zones): CalendarTime | null {
  const read = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(Z)?)?$/.exec(String(property?.value));
  const zone = property?.parameter('tzid') ?? null;
  if (read === null) return null;
  const [, date, time, utc] = read;
  const local = Date.parse(`${date}T${time ?? '00:00:00'}Z`);
  if (Number.isNaN(local)) return null;
  const offsetAt = (day: number) =>
    utc !== undefined ? 0 : zone === null || time === undefined ? null : zones.offset(zone, day);
  const write = (day: number, seconds: number) => {
    const at = day + seconds * 1000;
    if (time === undefined) return new Date(at).toISOString().slice(0, 10);
    const offset = offsetAt(day);
    return offset === null ? new Date(at).toISOString().slice(0, 19) : new Date(at - offset * 1000).toISOString();
  };
  return { iso: write(local, 0), zone, plus: (days, seconds) => write(local + days * DAY, seconds) };
}
