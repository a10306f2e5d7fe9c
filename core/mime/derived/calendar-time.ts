import type { Property } from './jcal.ts';
import type { OffsetAt } from './time-zone.ts';

/** A date or a time of a calendar (RFC 5545 §3.3.4, §3.3.5). */
export interface CalendarTime {
  /** A date; in UTC with Z; or local time without Z, when its offset is not known. */
  iso: string;
  /** TZID as written. */
  zone: string | null;
  /** The same `seconds` later. */
  plus(seconds: number): string;
}

/** Null when the property is missing or holds no time. */
export function timeOf(property: Property | null, zones: ReadonlyMap<string, OffsetAt>): CalendarTime | null {
  const read = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(Z)?)?$/.exec(String(property?.value));
  const zone = property?.parameter('tzid') ?? null;
  if (read === null) return null;
  const [, date, time, utc] = read;
  const local = Date.parse(`${date}T${time ?? '00:00:00'}Z`);
  if (Number.isNaN(local)) return null;
  const offset =
    utc !== undefined ? 0 : zone === null || time === undefined ? null : (zones.get(zone)?.(local) ?? null);
  const write = (at: number) => {
    if (time === undefined) return new Date(at).toISOString().slice(0, 10);
    return offset === null ? new Date(at).toISOString().slice(0, 19) : new Date(at - offset * 1000).toISOString();
  };
  return { iso: write(local), zone, plus: (seconds) => write(local + seconds * 1000) };
}
