import { describe, expect, it } from 'vitest';
import { loadCharsets } from '../../../core/mime/charset/charset.ts';
import { parseDate } from '../../../core/mime/header/dates.ts';
import { safeFilename } from '../../../core/mime/header/filename.ts';
import { displayText } from '../../../core/mime/header/header-text.ts';
import { parseMessageIds } from '../../../core/mime/header/message-ids.ts';
import { StructuredField } from '../../../core/mime/header/parameters.ts';

describe('parseDate', () => {
  it.each([
    ['Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06.000Z'],
    ['Fri, 21 Nov 1997 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06.000Z'],
    ['21 Nov 97 09:55:06 GMT', '1997-11-21T09:55:06.000Z'],
    ['21 Nov 102 09:55 EST', '2002-11-21T14:55:00.000Z'],
    ['Tue, 1 Jul 2003 10:52:37 +0200 (CEST)', '2003-07-01T08:52:37.000Z'],
    ['Tue, 1 Jul 2003 10:52:37 GMT+02:00', '2003-07-01T08:52:37.000Z'],
    ['Thu Sep  4 16:22:40 1997', '1997-09-04T16:22:40.000Z'],
    ['Thu Sep  4 16:22:40 MST 1997', '1997-09-04T23:22:40.000Z'],
    ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.000Z'],
    ['2024-02-29 12:00:00.123 +0100', '2024-02-29T11:00:00.000Z'],
    ['Mon, 01 Jan 2024 01:00:00 PM -0000', '2024-01-01T13:00:00.000Z'],
    ['01-Jan-2024 00:00:60 Z', '2024-01-01T00:01:00.000Z'],
    ['1 January 2024 00:00 XYZ', '2024-01-01T00:00:00.000Z'],
    ['Fri, 21 Nov 1997', '1997-11-21T00:00:00.000Z'],
  ])('reads %s', (value, expected) => {
    expect(parseDate(value)).toBe(expected);
  });

  it.each([
    'reads dates of all years, months and hours',
    '',
    'Thu, 30 Feb 2024 00:00:00 +0000',
    'Thu, 1 Foo 2024 00:00:00 +0000',
    'Thu, 1 Feb 2024 25:00:00 +0000',
    'Thu, 1 Feb 2024 00:00:00 +9900',
    'Tue, 12 Oct 2010 16:21:05 H0500',
  ])('returns null for "%s"', (value) => {
    expect(parseDate(value)).toBeNull();
  });
});

describe('parseMessageIds', () => {
  it.each([
    ['<a@x> <b@x>', ['a@x', 'b@x']],
    ['<a@x><b@x>', ['a@x', 'b@x']],
    ['Your message of Monday <a@x>', ['a@x']],
    ['a@x b@x nonsense', ['a@x', 'b@x']],
    ['@, a@@x\tb@x@\u00a0x', ['@', 'a@@x', 'b@x@']],
    ['< a @x >', ['a@x']],
    ['<no at sign>', ['noatsign']],
    ['<<a@x>', ['a@x']],
    ['', []],
  ])('finds the ids of %s', (value, expected) => {
    expect(parseMessageIds(value)).toEqual(expected);
  });
});

describe('encoded words', () => {
  it.each([
    ['=?iso-8859-1?Q?=A1Hola,_se=F1or!?=', '¡Hola, señor!'],
    ['=?utf-8?b?SGVsbG8=?= =?utf-8?b?IFdvcmxk?=', 'Hello World'],
    ['=?utf-8?q?a?= b =?utf-8?q?c?=', 'a b c'],
    ['(=?utf-8?q?a?=)', '(a)'],
    ['=?utf-8?b?w?= =?utf-8?b?7Y=?=', 'ö'],
    ['=?utf-8?q?=C3?= =?utf-8?q?=B6?=', 'ö'],
    ['=?utf-8*en?q?word?=', 'word'],
    ['=?utf-8?q?with blanks in it?=', 'with blanks in it'],
    ['=?utf-8?q?cut', '=?utf-8?q?cut'],
    ['=?utf-8?x?what?=', '=?utf-8?x?what?='],
    ['=?utf-8?q?one?=?utf-8?q?two?=', 'one?utf-8?q?two?='],
    ['=?x-unknown?q?=E4?=', 'ä'],
    ['=?iso-2022-jp?b?GyRCJUYlOSVIGyhC?=', 'テスト'],
    ['=?gb2312?b?xOO6ww==?=', '你好'],
    ['Fr\xf6sche =?iso-8859-1?q?Fr\xf6sche?=', 'Frösche Frösche'],
  ])('%s', (raw, expected) => {
    expect(displayText(raw, null)).toBe(expected);
  });

  it('are decoded in a charset that needs iconv-lite', async () => {
    await loadCharsets(['utf-7']);
    expect(displayText('=?utf-7?q?+AOQ-?=', null)).toBe('ä');
  });
});

describe('StructuredField', () => {
  const parse = (raw: string) => {
    const field = new StructuredField(raw);
    return [field.value, field.raw('name'), field.extended('name')];
  };
  it.each([
    ['text/plain; name=b', 'text/plain', 'b'],
    ['text/plain;name="b c" ; x=y', 'text/plain', 'b c'],
    ['text/plain; name="b\\"c;d"', 'text/plain', 'b"c;d'],
    ['text/plain (comment) ; name=b (another)', 'text/plain', 'b'],
    ['text/plain name=b', 'text/plain', 'b'],
    ['text/plain; x=y name=b', 'text/plain', 'b'],
    ['text/plain;;;; name=b;;', 'text/plain', 'b'],
    ['text/plain; name=my file.pdf', 'text/plain', 'my file.pdf'],
    ['text/plain; name="never closed; x=y', 'text/plain', 'never closed'],
    ['text/plain; name="quotes "inside" it"; x=y', 'text/plain', 'quotes "inside" it'],
    ['text/plain; NAME = b', 'text/plain', 'b'],
    ['text/plain; name', 'text/plain', null],
    ['text/plain; __proto__=x; name=b', 'text/plain', 'b'],
  ])('%s', (raw, value, parameter) => {
    expect(parse(raw).slice(0, 2)).toEqual([value, parameter]);
  });

  it.each([
    ["x; name*=utf-8'en'%E2%82%AC%20rates", { charset: 'utf-8', value: '\xe2\x82\xac rates' }],
    [
      'x; name*0*=us-ascii\'en\'This%20is; name*1*=%20even; name*2=" more"',
      { charset: 'us-ascii', value: 'This is even more' },
    ],
    ['x; name*1=two; name*0=one', { charset: null, value: 'onetwo' }],
    ["x; name=plain; name*=utf-8''extended", { charset: 'utf-8', value: 'extended' }],
    ['x; name=plain', { charset: null, value: 'plain' }],
  ])('joins the sections of %s', (raw, expected) => {
    expect(parse(raw)[2]).toEqual(expected);
  });
});

describe('safeFilename', () => {
  const safe = (name: string) => {
    const codes: string[] = [];
    return [safeFilename(name, 30, (code) => codes.push(code)), ...codes];
  };
  it.each([
    ['a.pdf', ['a.pdf']],
    ['../../etc/passwd', ['passwd', 'attachment.name_path']],
    ['C:\\temp\\a.doc', ['a.doc', 'attachment.name_path']],
    ['a\0b\r\nc.txt', ['abc.txt', 'attachment.name_control']],
    ['a\u202egpj.exe', ['agpj.exe', 'attachment.name_bidi']],
    ['..', [null]],
    ['/', [null, 'attachment.name_path']],
    [' ', [null]],
    [`${'x'.repeat(50)}.pdf`, [`${'x'.repeat(26)}.pdf`, 'attachment.name_long']],
    [`${'😀'.repeat(50)}`, ['😀'.repeat(15), 'attachment.name_long']],
  ])('%j', (name, expected) => {
    expect(safe(name)).toEqual(expected);
  });
});
