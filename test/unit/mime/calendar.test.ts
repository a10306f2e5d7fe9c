import { describe, expect, it } from 'vitest';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { sampleMail } from '../../fixtures/samples.ts';
import { observance } from './observance.ts';
import { readMail } from './read-mail.ts';

const read = async (mail: string | Buffer) => (await readMail(new StreamingMimeReader(), mail)).content;
const mailWith = (...lines: string[]) =>
  ['Content-Type: text/calendar; charset=utf-8', '', 'BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
const OUTLOOK_ZONE = [
  'BEGIN:VTIMEZONE',
  'TZID:W. Europe Standard Time',
  ...observance('STANDARD', '16010101T030000', '+0200', '+0100', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10'),
  ...observance('DAYLIGHT', '16010101T020000', '+0100', '+0200', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3'),
  'END:VTIMEZONE',
];
const NEW_YORK = [
  'BEGIN:VTIMEZONE',
  'TZID:New York',
  ...observance(
    'DAYLIGHT',
    '19870405T020000',
    '-0500',
    '-0400',
    'RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z',
  ),
  ...observance(
    'STANDARD',
    '19671029T020000',
    '-0400',
    '-0500',
    'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z',
  ),
  ...observance('DAYLIGHT', '20070311T020000', '-0500', '-0400', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU'),
  ...observance('STANDARD', '20071104T020000', '-0400', '-0500', 'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU'),
  'END:VTIMEZONE',
];
const startIn = async (zone: string[], tzid: string, local: string) =>
  (await read(mailWith(...zone, ...event(`DTSTART;TZID=${tzid}:${local}`)))).calendar?.events[0]?.start;

describe('a calendar', () => {
  it('is summarised', async () => {
    const { calendar } = await read(sampleMail('calendar-invite').bytes);
    expect(calendar).toEqual({
      partId: '2',
      method: 'REQUEST',
      events: [
        {
          uid: 'planning-2026-11-20@example.org',
          recurrenceId: null,
          sequence: 0,
          status: 'CONFIRMED',
          summary: 'Planning for December',
          location: 'Room 4',
          start: '2026-11-20T13:00:00.000Z',
          end: '2026-11-20T14:00:00.000Z',
          timeZone: null,
          recurrence: null,
          organizer: { name: 'Ada Example', address: 'ada@example.org' },
          attendees: [{ name: '', address: 'inbox@example.com', status: 'NEEDS-ACTION' }],
        },
      ],
    });
  });

  it('has its times in the zones that it defines', async () => {
    const tzid = '"W. Europe Standard Time"';
    expect(await startIn(OUTLOOK_ZONE, tzid, '20260701T090000')).toBe('2026-07-01T07:00:00.000Z');
    expect(await startIn(OUTLOOK_ZONE, tzid, '20261201T090000')).toBe('2026-12-01T08:00:00.000Z');
    expect(await startIn(OUTLOOK_ZONE, tzid, '20261025T040000')).toBe('2026-10-25T03:00:00.000Z');
    expect(await startIn(OUTLOOK_ZONE, tzid, '20260329T013000')).toBe('2026-03-29T00:30:00.000Z');
    expect(await startIn(NEW_YORK, 'New York', '20260315T090000')).toBe('2026-03-15T13:00:00.000Z');
    expect(await startIn(NEW_YORK, 'New York', '20050320T090000')).toBe('2005-03-20T14:00:00.000Z');
    expect(await startIn(NEW_YORK, 'New York', '20050420T090000')).toBe('2005-04-20T13:00:00.000Z');
  });

  it('has local times for undefined zones, and dates', async () => {
    expect(await startIn([], 'Mars/Base', '20260701T090000')).toBe('2026-07-01T09:00:00');
    const { calendar } = await read(
      mailWith(
        ...event('DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261226'),
        ...event('DTSTART:20261224T100000Z', 'DURATION:P1DT1H30M', 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU;COUNT=4'),
      ),
    );
    expect(calendar?.method).toBeNull();
    expect(calendar?.events).toMatchObject([
      { start: '2026-12-24', end: '2026-12-26', recurrence: null },
      { start: '2026-12-24T10:00:00.000Z', end: '2026-12-25T11:30:00.000Z' },
    ]);
    expect(calendar?.events[1]?.recurrence).toContain('BYDAY=MO,TU');
  });

  it('is a defect when it cannot be read', async () => {
    const depth = 15_000;
    for (const bad of ['no calendar', 'BEGIN:VCALENDAR\r\n', 'BEGIN:A\n'.repeat(depth) + 'END:A\n'.repeat(depth)]) {
      const { calendar, defects } = await read(`Content-Type: text/calendar\r\n\r\n${bad}`);
      expect(calendar).toBeNull();
      expect(defects.map(({ code }) => code)).toContain('calendar.invalid');
    }
  });

  it('is bounded, and its rules are never expanded', async () => {
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:Z',
      ...observance('STANDARD', '16010101T000000', '+0000', '+0100', 'RRULE:FREQ=SECONDLY'),
    ];
    const one = event(
      'DTSTART;TZID=Z:99991231T235959',
      'RRULE:FREQ=SECONDLY',
      ...Array.from({ length: 300 }, () => 'ATTENDEE:x'),
    );
    const { calendar } = await read(
      mailWith(...zone, 'END:VTIMEZONE', ...Array.from({ length: 60 }, () => one).flat()),
    );
    expect(calendar?.events).toHaveLength(60);
    expect(calendar?.events[0]).toMatchObject({ start: '9999-12-31T23:59:59', timeZone: 'Z' });
    expect(calendar?.events[0]?.attendees).toHaveLength(200);
  });
});
