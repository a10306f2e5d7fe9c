import { describe, expect, it } from 'vitest';
import { namedZone } from '../../../core/mime/derived/named-zone.ts';
import { WINDOWS_ZONES } from '../../../core/mime/derived/windows-zones.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { observance } from './observance.ts';
import { readMail } from './read-mail.ts';

const eventIn = async (zone: string[], tzid: string, local: string, ...more: string[]) => {
  const lines = [...zone, 'BEGIN:VEVENT', `DTSTART;TZID=${tzid}:${local}`, ...more, 'END:VEVENT'];
  const calendar = ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n');
  const { content } = await readMail(new StreamingMimeReader(), `Content-Type: text/calendar\r\n\r\n${calendar}`);
  return content.calendar?.events[0];
};
const startIn = async (zone: string[], tzid: string, local: string) => (await eventIn(zone, tzid, local))?.start;
const zone = (tzid: string, ...observances: string[][]) => [
  'BEGIN:VTIMEZONE',
  `TZID:${tzid}`,
  ...observances.flat(),
  'END:VTIMEZONE',
];
const hours = (name: string, local: string) => (namedZone(name)?.(Date.parse(`${local}Z`)) ?? Number.NaN) / 3600;

/** A zone as some programs write it: the transitions of a few years, as dates. */
const dated = (tzid: string) =>
  zone(
    tzid,
    observance('STANDARD', '20191027T030000', '+0200', '+0100', 'RDATE:20201025T030000,20211031T030000'),
    observance('DAYLIGHT', '20190331T020000', '+0100', '+0200', 'RDATE:20200329T020000', 'RDATE:20210328T020000'),
  );

describe('a time zone that a calendar defines', () => {
  it.each([
    ['20190701T090000', '2019-07-01T07:00:00.000Z'],
    ['20200115T090000', '2020-01-15T08:00:00.000Z'],
    ['20200701T090000', '2020-07-01T07:00:00.000Z'],
    ['20201101T090000', '2020-11-01T08:00:00.000Z'],
    ['20210701T090000', '2021-07-01T07:00:00.000Z'],
    ['20211101T090000', '2021-11-01T08:00:00.000Z'],
  ])('takes the times of RDATEs: %s', async (local, start) => {
    expect(await startIn(dated('Somewhere'), 'Somewhere', local)).toBe(start);
    expect(await startIn(dated('Europe/Berlin'), 'Europe/Berlin', local)).toBe(start);
  });

  it('yields to its name after the last and before the first of its dates', async () => {
    for (const name of ['Europe/Berlin', 'W. Europe Standard Time']) {
      expect(await startIn(dated(name), name, '20250806T090000')).toBe('2025-08-06T07:00:00.000Z');
      expect(await startIn(dated(name), name, '20260115T090000')).toBe('2026-01-15T08:00:00.000Z');
      expect(await startIn(dated(name), name, '20180701T090000')).toBe('2018-07-01T07:00:00.000Z');
    }
    expect(await startIn(dated('Somewhere'), 'Somewhere', '20260115T090000')).toBe('2026-01-15T08:00:00.000Z');
    expect(await startIn(dated('Somewhere'), 'Somewhere', '20180701T090000')).toBe('2018-07-01T09:00:00');
  });

  it('takes precedence over its name within its dates', async () => {
    const own = zone('Europe/Berlin', observance('STANDARD', '20000101T000000', '+0300', '+0300'));
    expect(await startIn(own, 'Europe/Berlin', '20260701T090000')).toBe('2026-07-01T06:00:00.000Z');
  });

  it.each([
    ['the nth weekday', 'FREQ=YEARLY;BYMONTH=3;BYDAY=2SU', '20260308T020000'],
    ['a weekday among seven dates', 'FREQ=YEARLY;BYMONTH=3;BYDAY=SU;BYMONTHDAY=8,9,10,11,12,13,14', '20260308T020000'],
    ['the last weekday', 'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', '20260329T020000'],
  ])('understands the rules of real zones: %s', async (_name, rule, change) => {
    const own = zone(
      'Z1',
      observance('DAYLIGHT', '20000301T020000', '-0500', '-0400', `RRULE:${rule}`),
      observance('STANDARD', '20001101T020000', '-0400', '-0500', 'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU'),
    );
    const day = change.slice(0, 8);
    const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
    expect(await startIn(own, 'Z1', `${day}T013000`)).toBe(`${date}T06:30:00.000Z`);
    expect(await startIn(own, 'Z1', `${day}T033000`)).toBe(`${date}T07:30:00.000Z`);
    // The clock skips this time, so the offset before the gap applies (RFC 5545 §3.3.5).
    expect(await startIn(own, 'Z1', `${day}T023000`)).toBe(`${date}T07:30:00.000Z`);
    // This time occurs twice: the first one counts.
    expect(await startIn(own, 'Z1', '20261101T013000')).toBe('2026-11-01T05:30:00.000Z');
  });

  it('ends a rule after its COUNT', async () => {
    const own = zone(
      'Z1',
      observance('STANDARD', '20000101T000000', '+0100', '+0100'),
      observance('DAYLIGHT', '20200329T020000', '+0100', '+0200', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=2'),
      observance('STANDARD', '20201025T030000', '+0200', '+0100', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU'),
    );
    expect(await startIn(own, 'Z1', '20210701T090000')).toBe('2021-07-01T07:00:00.000Z');
    expect(await startIn(own, 'Z1', '20220701T090000')).toBe('2022-07-01T08:00:00.000Z');
  });

  it('adds calendar days, and clock hours', async () => {
    const ends = async (duration: string) =>
      (await eventIn([], 'Europe/Berlin', '20260328T120000', `DURATION:${duration}`))?.end;
    expect(await ends('P1D')).toBe('2026-03-29T10:00:00.000Z');
    expect(await ends('PT24H')).toBe('2026-03-29T11:00:00.000Z');
    expect(await ends('P1DT1H')).toBe('2026-03-29T11:00:00.000Z');
  });
});

describe('a time zone that has only a name', () => {
  it('is known for all 139 that CLDR lists for Windows', () => {
    expect(Object.keys(WINDOWS_ZONES)).toHaveLength(139);
    for (const name of Object.keys(WINDOWS_ZONES)) {
      for (const month of ['01', '07']) expect(hours(name, `2026-${month}-15T12:00:00`), name).not.toBeNaN();
    }
  });

  it.each([
    ['W. Europe Standard Time', 1, 2],
    ['"W. Europe Standard Time"', 1, 2],
    ['w. europe standard time', 1, 2],
    ['W. Europe Standard Time 1', 1, 2],
    ['Aleutian Standard Time', -10, -9],
    ['Central Standard Time (Mexico)', -6, -6],
    ['India Standard Time', 5.5, 5.5],
    ['Lord Howe Standard Time', 11, 10.5],
    ['UTC-11', -11, -11],
    ['UTC', 0, 0],
    ['tzone://Microsoft/Utc', 0, 0],
    ['Europe/Berlin', 1, 2],
    ['/mozilla.org/20070129_1/Europe/Berlin', 1, 2],
    ['/freeassociation.sourceforge.net/America/Argentina/Buenos_Aires', -3, -3],
    ['US/Eastern', -5, -4],
    ['Etc/GMT+5', -5, -5],
    ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 1, 2],
    ['(UTC+01:00) Amsterdam\\, Berlin\\, Bern\\, Rome\\, Stockholm\\, Vienna', 1, 2],
    ['(GMT+01:00) Sarajevo, Skopje, Warsaw, Zagreb', 1, 2],
    ['(UTC+00:00) Dublin, Edinburgh, Lisbon, London', 0, 1],
    ['(UTC) Dublin, Edinburgh, Lisbon, London', 0, 1],
    ['(UTC+02:00) Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius', 2, 3],
    ['(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi', 5.5, 5.5],
    ['(UTC-05:00) Eastern Time (US & Canada)', -5, -4],
    ['(GMT-08:00) Pacific Time (US & Canada)', -8, -7],
    ['(UTC-03:00) Buenos Aires', -3, -3],
    ['(UTC) Coordinated Universal Time', 0, 0],
    ['(UTC+10:00) Canberra, Melbourne, Sydney', 10, 11],
    ['(UTC+09:00) Osaka, Sapporo, Tokyo', 9, 9],
  ])('%s', (name, one, other) => {
    const offsets = [hours(name, '2026-01-15T12:00:00'), hours(name, '2026-07-15T12:00:00')];
    expect(offsets.sort((a, b) => a - b)).toEqual([one, other].sort((a, b) => a - b));
  });

  it.each([
    'Customized Time Zone',
    'Mars/Base',
    'Europe/Atlantis',
    '(UTC+01:00) Atlantis',
    '(UTC+05:00) Berlin',
    '(UTC+01:00)',
    '+01:00',
    '__proto__',
    '../Europe/Berlin\0',
    'x'.repeat(1_000),
    '',
  ])('is unknown when nothing identifies it: %j', (name) => expect(namedZone(name)).toBeNull());

  it('has the offset of the date, changes included', () => {
    expect(hours('Romance Standard Time', '2026-03-29T01:59:59')).toBe(1);
    expect(hours('Romance Standard Time', '2026-03-29T02:30:00')).toBe(1);
    expect(hours('Romance Standard Time', '2026-03-29T03:00:00')).toBe(2);
    expect(hours('Romance Standard Time', '2026-10-25T02:30:00')).toBe(2);
    expect(hours('Romance Standard Time', '2026-10-25T03:00:00')).toBe(1);
    expect(hours('Eastern Standard Time', '2026-11-01T01:30:00')).toBe(-4);
  });

  it('gives UTC times despite quotes and escapes around the name', async () => {
    const start = '2025-08-06T07:00:00.000Z';
    for (const tzid of [
      'W. Europe Standard Time',
      '"W. Europe Standard Time"',
      '"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"',
    ]) {
      expect(await startIn([], tzid, '20250806T090000')).toBe(start);
    }
  });
});
