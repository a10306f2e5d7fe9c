import * as z from 'zod/mini';
import { field } from './field.ts';

const person = {
  name: field(z.string(), 'CN (RFC 5545 §3.2.2); empty when there is none'),
  address: field(z.string(), 'Calendar address, without mailto: (RFC 5545 §3.3.3)'),
};

const instant =
  'ISO 8601 in UTC; without Z for local time without a zone, or in a zone that neither the mail defines nor its name identifies (IANA, Windows); a date for whole days';

export const calendarEventSchema = z.object({
  uid: field(z.nullable(z.string()), 'The same for every mail about this event (RFC 5545 §3.8.4.7)'),
  recurrenceId: field(z.nullable(z.string()), 'Which occurrence of a series it is about (RFC 5545 §3.8.4.4)'),
  sequence: field(z.int(), 'Revision of the event (RFC 5545 §3.8.7.4)'),
  status: field(z.nullable(z.string()), 'TENTATIVE, CONFIRMED, CANCELLED (RFC 5545 §3.8.1.11)'),
  summary: field(z.nullable(z.string()), 'Title of the event (RFC 5545 §3.8.1.12)'),
  location: field(z.nullable(z.string()), 'Where it takes place (RFC 5545 §3.8.1.7)'),
  start: field(z.nullable(z.string()), `${instant}. DTSTART (RFC 5545 §3.8.2.4)`),
  end: field(z.nullable(z.string()), `${instant}. DTEND (RFC 5545 §3.8.2.2), or DTSTART and DURATION`),
  timeZone: field(z.nullable(z.string()), 'TZID of the start, as written (RFC 5545 §3.2.19)'),
  recurrence: field(z.nullable(z.string()), 'RRULE as written (RFC 5545 §3.3.10); never expanded'),
  organizer: field(z.nullable(z.object(person)), 'Where replies go (RFC 5545 §3.8.4.3)'),
  attendees: field(
    z.array(
      z.object({
        ...person,
        status: field(z.nullable(z.string()), 'PARTSTAT: NEEDS-ACTION, ACCEPTED, DECLINED … (RFC 5545 §3.2.12)'),
      }),
    ),
    'Who is invited, or who replies (RFC 5545 §3.8.4.1)',
  ),
});

export const calendarSchema = z.object({
  partId: field(z.string(), 'The part it was read from'),
  method: field(z.nullable(z.string()), 'REQUEST, REPLY, CANCEL … (RFC 5546 §1.4); null for a calendar that is a file'),
  events: field(z.array(calendarEventSchema), 'The VEVENTs (RFC 5545 §3.6.1), the first 100'),
});

export type Calendar = z.infer<typeof calendarSchema>;
export type CalendarEvent = z.infer<typeof calendarEventSchema>;
