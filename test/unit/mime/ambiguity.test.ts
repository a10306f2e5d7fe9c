import { describe, expect, it } from 'vitest';
import { type Ambiguity, READ_BOTH_WAYS } from '../../../core/mime/ambiguity.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { readMail } from './read-mail.ts';

const lines = (...all: string[]) => all.join('\r\n');

const HEAD = lines('From: a@example.org', 'Subject: s', 'MIME-Version: 1.0', '');
const MIXED = 'Content-Type: multipart/mixed; boundary=b';
const TYPE = 'Content-Type: application/x-msdownload; name=a.exe';
const BASE64 = 'Content-Transfer-Encoding: base64';
const DATA = 'TVqQAAMAAAAEAAAA';

/** A mail whose header ends with `root`, and whose only part has this header and body. */
function mail({ root = MIXED, part = lines(TYPE, BASE64), body = DATA, delimiter = '--b', end = '--b--' } = {}) {
  return lines(`${HEAD}${root}`, '', delimiter, part, '', body, end, '');
}

async function reasons(bytes: string): Promise<string[]> {
  const { content } = await readMail(new StreamingMimeReader(), Buffer.from(bytes, 'latin1'));
  return content.defects.filter(({ code }) => code === 'mime.ambiguous').map(({ detail }) => detail);
}

const type = (value: string) => mail({ part: lines(`Content-Type: ${value}`, BASE64) });
const encoding = (value: string) => mail({ part: lines(TYPE, `Content-Transfer-Encoding: ${value}`) });
const disposition = (value: string) =>
  mail({ part: lines('Content-Type: application/x-msdownload', `Content-Disposition: ${value}`, BASE64) });
const quotedPrintable = (body: string) =>
  mail({ part: lines(TYPE, 'Content-Transfer-Encoding: quoted-printable'), body });
const nested = (inner: string) => mail({ part: 'Content-Type: message/rfc822', body: inner });

/** Found by `test/support/differential` or known from attacks, each reduced to a minimum. */
const READ_OTHERWISE: [Ambiguity, [shape: string, bytes: string][]][] = [
  [
    'header_goes_on',
    [
      ['a line without a colon', mail({ root: lines('junk', MIXED) })],
      ['an mbox line', mail({ root: lines('>From x', MIXED) })],
      ['a quoted mbox line at the beginning', `>From x\r\n${mail()}`],
      ['a field name with a blank', mail({ root: lines('x y: z', MIXED) })],
      ['a field name with NUL', mail({ root: lines('X\0: z', MIXED) })],
      ['a field name with 8-bit text', mail({ root: lines('\xe9: z', MIXED) })],
      ['dashes', mail({ root: lines('--', MIXED) })],
      ['in a part', mail({ part: lines('junk', TYPE, BASE64) })],
      [
        'in an attached mail',
        nested(mail({ root: lines('junk', MIXED.replace('=b', '=c')) }).replaceAll('--b', '--c')),
      ],
      ['a parameter that is not indented', mail({ part: lines('Content-Type: a/b;', 'name="a.exe"', BASE64) })],
    ],
  ],
  ['no_blank_line', [['a part', mail({ part: lines(TYPE, BASE64, 'TVqQ=', 'x') }).replace('x\r\n\r\n', 'x\r\n')]]],
  [
    'blank_before_colon',
    [
      ['a blank', mail({ root: MIXED.replace(':', ' :') })],
      ['a tab in a part', mail({ part: lines(TYPE, BASE64.replace(':', '\t:')) })],
    ],
  ],
  [
    'bare_return',
    [
      ['before a field of the mail', mail({ root: `X: 1\r${MIXED}` })],
      ['before a field of a part', mail({ part: lines(`X: 1\r${TYPE}`, BASE64) })],
      ['at the end of a line', mail({ part: lines(`${TYPE}\r`, BASE64) })],
      ['everywhere', mail().replaceAll('\r\n', '\r\r\n')],
    ],
  ],
  ['blank_first_line', [['of the mail', `\r\n${mail()}`]]],
  ['byte_order_mark', [['of the mail', `\xef\xbb\xbf${mail()}`]]],
  ['indented_first_line', [['of a part', mail({ part: lines(` ${TYPE}`, BASE64) })]]],
  ['bare_return_line_ends', [['everywhere', mail().replaceAll('\r\n', '\r')]]],
  [
    'fields_in_body',
    [
      [
        'a blank line too early',
        mail({ part: lines('Content-Type: a/b;', '', BASE64, 'Content-Disposition: inline') }),
      ],
    ],
  ],
  [
    'type_not_regular',
    [
      ['blanks around the slash', type('application / x-msdownload; name=a.exe')],
      ['a comment', type('application/(x)x-msdownload; name=a.exe')],
      ['no subtype', type('application; name=a.exe')],
      ['two slashes', type('application//x; name=a.exe')],
      ['a comma for the semicolon', mail({ root: MIXED.replace(';', ',') })],
      ['no semicolon', mail({ root: MIXED.replace(';', '') })],
      ['a semicolon first', mail({ root: MIXED.replace(': ', ': ;') })],
      ['a colon first', type(': application/x-msdownload; name=a.exe')],
      ['single quotes', type("'application/x-msdownload'; name=a.exe")],
      ['NUL', type('application/x\0y; name=a.exe')],
      ['an escaped letter in the boundary', mail({ root: MIXED.replace('=b', '="\\b"') })],
      ['a boundary in brackets', mail({ root: MIXED.replace('=b', '=<b>') })],
      ['a boundary with unquoted specials', mail({ root: MIXED.replace('=b', '=b=b') }).replaceAll('--b', '--b=b')],
      ['a boundary with a comment', mail({ root: `${MIXED} (x)` })],
      ['a quote that is left open', type('application/x-msdownload; name="a.exe')],
      ['text behind the quotes', type('application/x-msdownload; name="a.exe"x')],
      ['quotes in quotes', type('application/x-msdownload; x="y"z"; name=a.exe')],
      ['a name with blanks', type('application/x-msdownload; name=a b.exe')],
      ['a name with brackets', type('application/x-msdownload; name=a(1).exe')],
    ],
  ],
  [
    'disposition_not_regular',
    [
      ['a comma for the semicolon', disposition('attachment, filename=a.exe')],
      ['a comment', disposition('(x) attachment; filename=a.exe')],
      ['in quotes', disposition('"attachment"; filename=a.exe')],
      ['an encoded word', disposition('=?utf-8?q?attachment?=; filename=a.exe')],
    ],
  ],
  [
    'parameter_twice',
    [
      ['two names', disposition('attachment; filename=a.txt; filename=a.exe')],
      ['a plain one and an extended one', disposition("attachment; filename=a.txt; filename*=utf-8''a.exe")],
      ['a plain one and a continued one', disposition('attachment; filename=a.txt; filename*0=a.exe')],
      ['an empty one', type('a/b; name="";  name=a.exe')],
    ],
  ],
  [
    'parameter_sections',
    [
      ['of a boundary', mail({ root: MIXED.replace('=b', "*=utf-8''b") })],
      ['with a gap', disposition('attachment; filename*0=a; filename*2=.exe')],
      ['from 1', disposition('attachment; filename*1=a; filename*2=.exe')],
      ['backwards', disposition('attachment; filename*1=.exe; filename*0=a')],
      ['a number twice', disposition('attachment; filename*0=a.exe; filename*0=a.txt')],
      ['without a charset', disposition('attachment; filename*=a.exe')],
      ['extended too late', disposition("attachment; filename*0=utf-8''a; filename*1*=.exe")],
      ['half a code', disposition("attachment; filename*=utf-8''a.exe%0")],
    ],
  ],
  ['name_empty', [['with another', mail({ part: lines(TYPE, 'Content-Disposition: inline; filename=""', BASE64) })]]],
  ['single_quotes', [['of a name', disposition("attachment; filename='a.exe'")]]],
  [
    'encoding_not_regular',
    [
      ['quoted', encoding('"base64"')],
      ['with a parameter', encoding('base64; x=y')],
      ['with a dash', encoding('base-64')],
      ['short', encoding('b')],
      ['with an underscore', encoding('quoted_printable')],
      ['junk first', encoding('x base64')],
      ['junk behind', encoding('base64 x')],
      ['a list', encoding('7bit, base64')],
      ['a comment', encoding('(x) base64')],
      ['an encoded word', encoding('=?utf-8?q?base64?=')],
      ['NUL', encoding('base64\0')],
      ['a blank behind', encoding('base64 ')],
      ['folded', encoding('\r\n base64')],
    ],
  ],
  [
    'encoding_of_container',
    [
      ['a multipart', mail({ root: lines(MIXED, 'Content-Transfer-Encoding: quoted-printable') })],
      ['a message', mail({ part: lines('Content-Type: message/rfc822', BASE64), body: 'U3ViamVjdDogYQ0KDQo=' })],
    ],
  ],
  [
    'encoding_broken',
    [
      ['base64 with other bytes', mail({ body: `${DATA}*${DATA}` })],
      ['base64 with a field first', mail({ body: lines('X: y', '', DATA) })],
      ['base64 that ends early', mail({ body: DATA.slice(1) })],
      ['base64 of the URL alphabet', mail({ body: 'TVqQ-AMA_AAEAAAA' })],
      ['quoted-printable without a code', quotedPrintable('MZ=ZZ')],
    ],
  ],
  [
    'encoding_tolerant',
    [
      ['base64 behind the padding', mail({ body: `TVo=${DATA}` })],
      ['at the end of a line', quotedPrintable('MZ \r\nx')],
      ['at the end', quotedPrintable('MZ ')],
      ['in a soft break', quotedPrintable('MZ= \r\nx')],
      ['CR as a soft break', quotedPrintable('MZ=\rx')],
    ],
  ],
  ['boundary_blank', [['in quotes', mail({ root: MIXED.replace('=b', '="b "') })]]],
  [
    'delimiter_goes_on',
    [
      ['text behind a blank', mail({ delimiter: '--b ;x' })],
      ['text behind a tab', mail({ delimiter: '--b\tx' })],
      ['a dash behind', mail({ end: '--b-' })],
      ['text behind the end', mail({ end: '--b--x' })],
      ['dashes behind a blank', mail({ end: '--b --' })],
      ['NUL behind', mail({ delimiter: '--b\0' })],
      ['words behind a longer token', mail({ body: '--bx and text' })],
    ],
  ],
  [
    'delimiter_padding',
    [
      ['a blank', mail({ delimiter: '--b ' })],
      ['a tab at the end', mail({ end: '--b--\t' })],
      ['CR', mail({ delimiter: '--b\r' })],
    ],
  ],
  [
    'delimiter_behind_end',
    [
      [
        'of an attached mail',
        nested(lines('Content-Type: multipart/mixed; boundary=c', '', '--c--', '--c', TYPE, '', 'MZ')),
      ],
    ],
  ],
];

describe.each(READ_OTHERWISE)('%s makes a mail ambiguous', (ambiguity, shapes) => {
  it.each(shapes)('%s', async (_shape, bytes) => {
    expect(await reasons(bytes)).toContain(READ_BOTH_WAYS[ambiguity]);
  });
});

it('every reason for ambiguity has a test mail', () => {
  expect(READ_OTHERWISE.map(([ambiguity]) => ambiguity).sort()).toEqual(Object.keys(READ_BOTH_WAYS).sort());
});

it.each([
  ['nothing remarkable', mail()],
  ['quotes where none are needed', mail({ root: MIXED.replace('=b', '="b"') })],
  ['a file name with an escaped quote', disposition('attachment; filename="a\\"b.exe"')],
  ['a file name in encoded words', disposition('attachment; filename="=?utf-8?q?a.exe?="')],
  ['a file name in 8-bit text', disposition('attachment; filename="caf\xc3\xa9.exe"')],
  ['a continued file name', disposition("attachment; filename*0*=utf-8''caf%C3; filename*1*=%A9.exe")],
  ['two names that say the same', type("a/b; name=a.exe; name*=utf-8''a.exe")],
  ['a name and another file name', mail({ part: lines(TYPE, 'Content-Disposition: inline; filename=b', BASE64) })],
  ['folded parameters', type('application/x-msdownload;\r\n\tname="a\r\n b.exe";\r\n x=y')],
  ['blanks around =, and doubled semicolons', mail({ root: MIXED.replace('; boundary=b', ';; boundary = "b" ;') })],
  ['an unquoted slash that nothing depends on', type('application/x-x; type=text/html; name=a.exe')],
  ['a Windows path', disposition('attachment; filename="C:\\new\\a.exe"')],
  ['a file name in an encoded word without quotes', type('application/x-msdownload; name==?utf-8?q?a?=')],
  ['uuencoded content, which is unpacked', encoding('x-uuencode')],
  ['an unknown encoding', encoding('x-own')],
  ['an encoding in capitals', encoding('BASE64')],
  ['an encoding that changes nothing, misspelt', encoding('7-bit;')],
  ['a boundary in the middle of a line', mail({ part: 'Content-Type: text/plain', body: 'see --b here' })],
  ['a delimiter whose boundary begins with ours', mail({ part: TYPE, body: '--bcd--' })],
  [
    'quoted-printable text with blanks at line ends',
    quotedPrintable('x \r\ny').replace(TYPE, 'Content-Type: text/plain'),
  ],
  ['lines that end in LF', mail().replaceAll('\r\n', '\n')],
  ['an mbox line first', `From x\r\n${mail()}`],
  ['a folded line of blanks', mail({ root: lines('X: y', ' ', MIXED) })],
])('a mail with %s is not ambiguous', async (_what, bytes) => {
  expect(await reasons(bytes)).toEqual([]);
});
