import type { OffsetAt } from './offset-at.ts';
import { WINDOWS_ZONES } from './windows-zones.ts';

const DAY = 86_400_000;
/** Maximum length of a zone name. */
const NAME_LENGTH = 200;

const AREAS = ['Europe', 'America', 'Asia', 'Africa', 'Australia', 'Pacific', 'Atlantic', 'Indian', 'Antarctica'];
/** An IANA name, optionally with the prefix of Mozilla, Evolution or Citadel (`/mozilla.org/20070129_1/…`). */
const IANA = new RegExp(
  `(?:^|/)((?:${AREAS.join('|')}|Arctic|Etc|US|Canada|Brazil|Mexico|Chile)/[A-Za-z0-9_+/-]+)$`,
  'i',
);
/** IANA names without an area that calendars use. */
const SHORT = /^(utc|gmt|cet|met|eet|wet|est5edt|cst6cdt|mst7mdt|pst8pdt)$/i;
/** How Windows displays a zone: `(UTC+01:00) Amsterdam, Berlin, Bern`. */
const DISPLAYED = /^\((?:utc|gmt)(?:([+-])(\d{1,2}):?(\d\d))?\)\s*(.+)$/i;

/** How Windows displays zones that are not named after a city. */
const SHOWN: Readonly<Record<string, string>> = {
  'coordinated universal time': 'Etc/UTC',
  'eastern time': 'America/New_York',
  'central time': 'America/Chicago',
  'mountain time': 'America/Denver',
  'pacific time': 'America/Los_Angeles',
  'atlantic time': 'America/Halifax',
  newfoundland: 'America/St_Johns',
  alaska: 'America/Anchorage',
  hawaii: 'Pacific/Honolulu',
  arizona: 'America/Phoenix',
  indiana: 'America/Indianapolis',
  saskatchewan: 'America/Regina',
  'aleutian islands': 'America/Adak',
};

const WINDOWS = new Map(Object.entries(WINDOWS_ZONES).map(([name, zone]) => [name.toLowerCase(), zone]));

/**
 * The offsets of a zone that has only a name: an IANA zone, a Windows zone (CLDR's windowsZones) or Outlook's display
 * name for one. Null for an unknown name: the reader of the calendar has to decide.
 */
export function namedZone(tzid: string): OffsetAt | null {
  if (tzid.length > NAME_LENGTH) return null;
  // Also handles the quotes and escapes of text (RFC 5545 §3.3.11) that some mailers write into the parameter.
  const name = tzid
    .replace(/\\(.)/g, '$1')
    .replace(/^[\s"']+|[\s"']+$/g, '')
    .replace(/^tzone:\/\/microsoft\//i, '');
  // Exchange numbers its own variants: `W. Europe Standard Time 1`.
  const windows = WINDOWS.get(name.toLowerCase()) ?? WINDOWS.get(name.toLowerCase().replace(/ \d$/, ''));
  if (windows !== undefined) return offsetsOf(windows);
  const iana = IANA.exec(name)?.[1] ?? SHORT.exec(name)?.[1];
  if (iana !== undefined) return offsetsOf(iana);
  const shown = DISPLAYED.exec(name);
  return shown === null ? null : displayedZone(shown);
}

/** By the first city that is a zone, and only if its standard offset is the displayed one. */
function displayedZone([, sign, hours, minutes, places = '']: RegExpExecArray): OffsetAt | null {
  const offset = (sign === '-' ? -60 : 60) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
  for (const place of places.split(',').slice(0, 8)) {
    const bare = place.replace(/\(.*$/, '').trim();
    const known = SHOWN[bare.toLowerCase()];
    const city = bare.replaceAll(' ', '_');
    for (const zone of known === undefined ? AREAS.map((area) => `${area}/${city}`) : [known]) {
      const found = /^[\w/-]+$/.test(zone) ? offsetsOf(zone) : null;
      if (found !== null && standardOffset(found) === offset) return found;
    }
  }
  return null;
}

function standardOffset(zone: OffsetAt): number {
  const year = new Date().getUTCFullYear();
  return Math.min(...[0, 6].map((month) => zone(Date.UTC(year, month, 1)) ?? Number.POSITIVE_INFINITY));
}

/** Null for a zone that the time zone database of this program does not have. */
function offsetsOf(zone: string): OffsetAt | null {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    return (local) => localOffset((instant) => offsetAt(format, instant), local);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * A local time that occurs twice means the first; one that is skipped has the offset before the gap (RFC 5545 §3.3.5).
 */
function localOffset(at: (instant: number) => number, local: number): number {
  const before = at(local - DAY);
  const after = at(local + DAY);
  if (before === after || at(local - before * 1000) === before) return before;
  return at(local - after * 1000) === after ? after : before;
}

/** Seconds ahead of UTC, from `1/1/2026, GMT+01:00`. */
function offsetAt(format: Intl.DateTimeFormat, instant: number): number {
  const found = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(instant));
  if (found === null) return 0;
  const seconds = (Number(found[2]) * 60 + Number(found[3])) * 60 + Number(found[4] ?? 0);
  return found[1] === '-' ? -seconds : seconds;
}
