import { describe, expect, it } from 'vitest';
import { MIME_LIMITS } from '../../../core/mail/limits.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { readMail } from './read-mail.ts';

const read = async (latin1: string, limits = MIME_LIMITS) =>
  (await readMail(new StreamingMimeReader(), Buffer.from(latin1.replaceAll('\n', '\r\n'), 'latin1'), undefined, limits))
    .content;
const codes = (mail: Awaited<ReturnType<typeof read>>) => mail.defects.map(({ code }) => code);

describe('words with bytes that are invalid in their charset', () => {
  it.each([
    ['one bad byte in UTF-8', '=?utf-8?Q?caf=C3=A9_=A0_ok?=', 'café \ufffd ok'],
    ['a character that was cut off', '=?utf-8?Q?Gr=C3=BC=C3?=', 'Gr\u00fc\ufffd'],
    ['Latin-1 that is called UTF-8', '=?utf-8?Q?Fr=F6sche?=', 'Frösche'],
    ['UTF-8 that is called ASCII', '=?us-ascii?Q?Fr=C3=B6sche?=', 'Frösche'],
    ['UTF-8 that is called EUC-KR', '=?euc-kr?B?R3LDvMOfZSDigJM=?=', 'Grüße –'],
    ['raw UTF-8 with a bad byte', 'caf\xc3\xa9 \xa0 ok', 'café \ufffd ok'],
  ])('are read in a subject: %s', async (_name, subject, expected) => {
    const mail = await read(`Subject: ${subject}\n\nx`);
    expect(mail.subject).toBe(expected);
    expect(codes(mail)).toContain('header.charset');
  });

  it('are no defect when every byte is valid', async () => {
    const mail = await read('Subject: =?utf-8?Q?Fr=C3=B6sche?= =?iso-8859-1?Q?Fr=F6sche?=\n\nx');
    expect(mail.defects).toEqual([]);
  });

  it('are read in display names and file names', async () => {
    const mail = await read(
      [
        'From: =?utf-8?Q?Ren=C3=A9_=A0?= <r@example.org>',
        'Content-Type: application/pdf',
        "Content-Disposition: attachment; filename*=utf-8''caf%C3%A9%A0.pdf",
        '',
        'x',
      ].join('\n'),
    );
    expect(mail.from[0]?.name).toBe('René \ufffd');
    expect(mail.attachments[0]?.filename).toBe('café\ufffd.pdf');
  });

  it('are not produced by the limit of a text', async () => {
    const mail = await read('Content-Type: text/plain; charset=utf-8\n\n\xc3\xa4\xc3\xa4\xc3\xa4', {
      ...MIME_LIMITS,
      textBytes: 5,
    });
    expect(mail.text).toBe('ää');
    expect(codes(mail)).toEqual(['mime.text_limit']);
  });
});

describe('the charset of a calendar', () => {
  const calendar = (type: string, summary: string) =>
    read(
      `Content-Type: text/calendar; method=REQUEST${type}\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:${summary}\nEND:VEVENT\nEND:VCALENDAR\n`,
    );

  it.each([
    ['is UTF-8 by itself', '', '\xc3\xa4', 'ä'],
    ['is what Content-Type says', '; charset=koi8-r', '\xf0\xd2\xc9', 'При'],
    ['stays UTF-8 with a bad byte', '; charset=utf-8', 'caf\xc3\xa9 \xa0', 'café \ufffd'],
  ])('%s', async (_name, type, summary, expected) => {
    expect((await calendar(type, summary)).calendar?.events[0]?.summary).toBe(expected);
  });
});
