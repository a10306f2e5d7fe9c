import type { Calendar, CalendarEvent } from '../../mail/calendar-schema.ts';
import { loadCharsets } from '../charset/charset.ts';
import { decodeText, labelOf } from '../charset/decode-text.ts';
import type { CapturedPart } from '../reading.ts';
import { type CalendarTime, timeOf } from './calendar-time.ts';
import { component, type Property, subcomponents } from './jcal.ts';
import { Zones } from './time-zone.ts';

/** Maximum events listed per calendar, and attendees per event. */
const EVENT_LIMIT = 100;
const ATTENDEE_LIMIT = 200;
/** Characters of one value. */
const VALUE_LENGTH = 2_000;

/** Characters of the parameters of one property. ical.js takes quadratic time in their length. */
const PARAMETERS_LENGTH = 8_000;

const CALENDAR_TYPES: ReadonlySet<string> = new Set(['text/calendar', 'application/ics']);

/**
 * The first calendar among the parts; null when there is none. ical.js (75 KB) is loaded only for mails that have one,
 * and used only for the syntax: it would expand recurrence rules without end.
 *
 * @throws Error with what is wrong when the calendar cannot be read
 */
export async function readCalendar(captured: readonly CapturedPart[]): Promise<Calendar | null> {
  const part = captured.find(({ contentType }) => CALENDAR_TYPES.has(contentType));
  if (part === undefined) return null;
  const { default: ICAL } = await import('ical.js');
  // UTF-8 by default (RFC 5545 §3.1.4).
  const label = labelOf(part.bytes, part.charset, false);
  await loadCharsets(label === null ? [] : [label]);
  const source = decodeText(part.bytes, label, 'utf-8').text;
  if (hasLongParameters(source)) throw new Error(`parameters longer than ${PARAMETERS_LENGTH} characters`);
  const parsed: unknown = ICAL.parse(source);
  // Several calendars in one part are parsed into a list.
  const calendar = component(Array.isArray(parsed) && Array.isArray(parsed[0]) ? parsed[0] : parsed);
  if (calendar.name !== 'vcalendar') throw new Error(`a ${calendar.name}, not a calendar`);
  const zones = new Zones(calendar);
  return {
    partId: part.partId,
    method: text(calendar.first('method'))?.toUpperCase() ?? null,
    events: subcomponents(calendar, 'vevent', EVENT_LIMIT).map((event) => {
      const start = timeOf(event.first('dtstart'), zones);
      return {
        uid: text(event.first('uid')),
        recurrenceId: timeOf(event.first('recurrence-id'), zones)?.iso ?? null,
        sequence: Number(/^\d{1,9}$/.exec(String(event.first('sequence')?.value))?.[0] ?? 0),
        status: text(event.first('status'))?.toUpperCase() ?? null,
        summary: text(event.first('summary')),
        location: text(event.first('location')),
        start: start?.iso ?? null,
        end: endOf(timeOf(event.first('dtend'), zones), start, text(event.first('duration'))),
        timeZone: start?.zone ?? null,
        recurrence: recurrence(event.first('rrule')),
        organizer: person(event.first('organizer')),
        attendees: attendees(event.all('attendee')),
      };
    }),
  };
}

function hasLongParameters(source: string): boolean {
  const unfolded = source.replace(/\r?\n[ \t]/g, '');
  return unfolded.split('\n').some((line) => line.length > PARAMETERS_LENGTH && !colonWithin(line, PARAMETERS_LENGTH));
}

/** Whether the colon that ends the parameters (RFC 5545 §3.1), outside quotes, is among the first characters. */
function colonWithin(line: string, length: number): boolean {
  let quoted = false;
  for (let at = 0; at < length; at++) {
    const character = line.charAt(at);
    if (character === '"') quoted = !quoted;
    else if (character === ':' && !quoted) return true;
  }
  return false;
}

function text(property: Property | null): string | null {
  return typeof property?.value === 'string' ? property.value.slice(0, VALUE_LENGTH).trim() || null : null;
}

function person(property: Property | null): { name: string; address: string } | null {
  const address = text(property)?.replace(/^mailto:/i, '');
  return address === undefined ? null : { name: property?.parameter('cn')?.slice(0, VALUE_LENGTH) ?? '', address };
}

function attendees(properties: readonly Property[]): CalendarEvent['attendees'] {
  return properties.slice(0, ATTENDEE_LIMIT).flatMap((property) => {
    const who = person(property);
    return who === null ? [] : [{ ...who, status: property.parameter('partstat')?.toUpperCase() ?? null }];
  });
}

/** Serialised again from its parsed form: `FREQ=WEEKLY;BYDAY=MO,WE`. */
function recurrence(property: Property | null): string | null {
  if (property === null || typeof property.value !== 'object' || property.value === null) return null;
  const rule = Object.entries(property.value).map(([name, value]) => `${name.toUpperCase()}=${String(value)}`);
  return rule.join(';').slice(0, VALUE_LENGTH);
}

/** RFC 5545 §3.6.1: an event has an end or a duration; with neither, a date lasts that day. */
function endOf(end: CalendarTime | null, start: CalendarTime | null, duration: string | null): string | null {
  if (end !== null || start === null || duration === null) return end?.iso ?? null;
  const parts = /^\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$/.exec(
    duration,
  );
  if (parts === null) return null;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return start.plus(weeks * 7 + days, (hours * 60 + minutes) * 60 + seconds);
}
