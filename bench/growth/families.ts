import {
  ATTACHED,
  binary,
  body,
  type Family,
  field,
  IN_HEADER,
  IN_REPORT,
  IN_TEXT,
  lines,
  SLOW,
  type Unit,
  whole,
} from './family.ts';

const QP = 'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable';
const BASE64 = 'Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64';
const TEXT = 'Content-Type: text/plain; charset=utf-8';
const HTML = 'Content-Type: text/html; charset=utf-8';
const CALENDAR = 'Content-Type: text/calendar';
const MIXED = 'Content-Type: multipart/mixed; boundary="b"';
/** 255 times one letter, in four symbols. */
const RUN = 'H*$r';
const BINHEX = '(This file must be converted with BinHex 4.0)\r\n';
const textIn = (charset: string) => `Content-Type: text/plain; charset=${charset}`;

const slow = (header: string, unit: Unit, start = '') => body(header, unit, { start, bytes: SLOW });
const attached = (header: string, unit: Unit) => body(header, unit, { bytes: ATTACHED });
const reply = (header: string, unit: string, start = '') =>
  body(`In-Reply-To: <1@example.org>\r\n${header}`, unit, { start, bytes: IN_REPORT });
const calendar = (start: string, unit: Unit, end: string) =>
  body(CALENDAR, unit, { start: `BEGIN:VCALENDAR\r\n${start}`, end: `${end}END:VCALENDAR\r\n`, bytes: IN_REPORT });
const event = (start: string, unit: Unit, end: string) =>
  calendar(`BEGIN:VEVENT\r\n${start}`, unit, `${end}END:VEVENT\r\n`);
/** From a mail server, without a delivery-status part; the text of such a letter is read up to 128 KB. */
const bounce = (unit: Unit, header = 'X-Loop: none') =>
  body(`Subject: Undelivered Mail Returned to Sender\r\nReturn-Path: <>\r\n${header}`, unit, { bytes: IN_HEADER });
const report = (type: string, unit: Unit, start = '') =>
  body('Content-Type: multipart/report; boundary=b', unit, {
    start: `--b\r\nContent-Type: ${type}\r\n\r\n${start}`,
    end: '\r\n--b--\r\n',
    bytes: IN_REPORT,
  });
const nestedMultipart = (i: number) =>
  `${i === 0 ? '' : `--b${i - 1}\r\n`}Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n`;

const headers: Readonly<Record<string, Family>> = {
  'header: one long field': field('X-Long', 'word '),
  'header: one folded field': field('X-Folded', 'word\r\n '),
  'header: one field of megabytes': { ...field('X-Long', 'word '), bytes: ATTACHED },
  'header: many fields': lines('X-A: b\r\n'),
  'header: fields of many names': lines((i) => `X-${i}: b\r\n`),
  'header: fields named __proto__': lines('__proto__: b\r\n'),
  'header: blanks before colons': lines('X-A : b\r\n'),
  'header: lines without a colon': lines('no colon\r\n'),
  'header: megabytes of fields': lines('X-A: b\r\n', IN_TEXT),
  'header: one From after another': lines('From: a@example.org\r\n'),
  'header: one Content-Type after another': lines('Content-Type: multipart/mixed; boundary=b\r\n'),
  'header: one encoding after another': lines('Content-Transfer-Encoding: base64\r\n'),
  'header: 8-bit bytes': whole('Subject: ', '\xe9\xff ', IN_HEADER),
  'header: encoded words': field('Subject', '=?utf-8?q?=C3=A9?= '),
  'header: encoded words of base64': field('Subject', '=?utf-8?b?w6k?='),
  'header: encoded line ends': field('Subject', '=?utf-8?q?=0D=0A=00?= '),
  'header: encoded words of many charsets': field('Subject', (i) => `=?x-${i}?b?w6k=?= =?koi8-r?q?=C1?= `),
  'header: encoded words that never end': field('Subject', '=?utf-8?q?a '),
  'header: =? and nothing else': field('Subject', '=?'),
  'header: escapes of ISO-2022': field('Subject', '\x1b$B0\x1b(B'),
  'header: answers to answers': field('Subject', 'Re: '),
  'header: names of lists': field('Subject', '[a] '),
  'header: references': field('References', (i) => `<${i}@example.org> `),
  'header: references of brackets': field('References', '<'),
  'header: references without brackets': field('References', 'a@b '),
  'header: date with comments': field('Date', '('),
  'header: failed recipients': field('X-Failed-Recipients', (i) => `a${i}@example.org, `),
  'addresses: a list': field('To', (i) => `a${i}@example.org, `),
  'addresses: groups in groups': field('To', 'a:'),
  'addresses: groups': field('To', 'a:b@example.org;'),
  'addresses: brackets': field('To', '<'),
  'addresses: brackets and words': field('To', 'a <b> '),
  'addresses: comments in comments': field('To', '('),
  'addresses: comments': field('To', '(a)'),
  'addresses: quotes': field('To', '"'),
  'addresses: quoted strings': field('To', '"a" '),
  'addresses: at signs': field('To', '@'),
  'addresses: spaced at signs': field('To', 'a @ '),
  'addresses: dots': field('To', '..'),
  'addresses: words': field('To', 'a '),
  'addresses: equals signs': field('To', '='),
  'addresses: domain literals': field('To', '['),
  'addresses: domain literals that close': field('To', '[a]'),
  'addresses: routes': field('To', '<@a,@b:c@d> '),
  'parameters: pieces of RFC 2231': field('Content-Type', (i) => `a/b;name*${i}*=%41;`),
  'parameters: a long value of RFC 2231': field('Content-Disposition', '%41', { start: "a; filename*=utf-8''" }),
  'parameters: semicolons': field('Content-Type', ';'),
  'parameters: quotes': field('Content-Type', 'a="'),
  'parameters: names without value': field('Content-Type', ' a'),
  'parameters: names and equals': field('Content-Type', ' ab='),
  'parameters: comments': field('Content-Type', '(', { end: ' text/plain' }),
  'parameters: boundaries': field('Content-Type', (i) => `multipart/mixed; boundary=b${i}; `),
  'names: controls and directions': field('Content-Disposition', '\x01\u202e/', { start: 'a; filename="', end: '"' }),
  'names: paths': field('Content-Disposition', '../', { start: 'a; filename="', end: '"' }),
};

const structures: Readonly<Record<string, Family>> = {
  'boundaries: dashes': slow(MIXED, '--\r\n'),
  'boundaries: look-alikes': slow(MIXED, '--bb\r\n', '--b\r\n\r\n'),
  'boundaries: blanks behind them': body(MIXED, `--b${' '.repeat(2_000)}x\r\n`),
  'boundaries: look-alikes of a long one': body(
    `Content-Type: multipart/mixed; boundary="${'x'.repeat(200)}"`,
    `--${'x'.repeat(199)}\r\n`,
    { start: `--${'x'.repeat(200)}\r\n\r\n` },
  ),
  'boundaries: look-alikes of 50 open ones': whole(
    Array.from({ length: 49 }, (_, i) => nestedMultipart(i)).join(''),
    '--b48x\r\n',
  ),
  'parts: many': slow(MIXED, '--b\r\n\r\na\r\n'),
  'parts: many attachments': slow(MIXED, '--b\r\nContent-Type: a/b\r\n\r\na\r\n'),
  'parts: header blocks only': slow(MIXED, '--b\r\nX-A: b\r\n'),
  'parts: deep': whole('', nestedMultipart, IN_REPORT),
  'parts: multiparts that never end': slow(
    MIXED,
    '--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\na\r\n',
  ),
  'parts: no delimiter': body(MIXED, 'a\r\n'),
  'parts: mails in mails': whole('', 'Content-Type: message/rfc822\r\n\r\n', IN_REPORT),
  'parts: a digest': slow('Content-Type: multipart/digest; boundary="b"', '--b\r\n\r\nSubject: a\r\n\r\nb\r\n'),
  'parts: external bodies': slow(MIXED, '--b\r\nContent-Type: message/external-body; url="http://a"\r\n\r\n\r\n'),
  'parts: charsets': slow(MIXED, (i) => `--b\r\nContent-Type: text/plain; charset=x${i}\r\n\r\n\xe9\r\n`),
  'parts: an attached mail': slow('Content-Type: message/rfc822', 'a\r\n', 'Subject: a\r\n\r\n'),
  'line ends: LF': body(TEXT, '\n'),
  'line ends: CR': whole('From: a@example.org\r\r', 'a\r'),
  'line ends: CR CR LF': whole('From: a@example.org\r\r\n\r\r\n', 'a\r\r\n'),
  'line ends: CR before a delimiter': slow(MIXED, '\r', '--b\r\n\r\n'),
};

const encodings: Readonly<Record<string, Family>> = {
  'bounces: recipients without a reason': bounce((i) => `<a${i}@example.org>:\r\n`),
  'bounces: recipients of whom the text says nothing': bounce(
    'Some words without a cause.\r\n',
    `X-Failed-Recipients: ${Array.from({ length: 900 }, (_, i) => `a${i}@example.org`).join(',\r\n ')}`,
  ),
  'bounces: codes of nobody': bounce((i) => `<a${i}@example.org>:\r\n550 5.1.1 unknown\r\n`),
  'quoted-printable: one line of blanks': body(QP, ' '),
  'quoted-printable: lines of blanks': body(QP, `${' '.repeat(1_000)}\r\n`),
  'quoted-printable: blanks and letters': body(QP, `${' '.repeat(1_023)}a`),
  'quoted-printable: equals signs': slow(QP, '='),
  'quoted-printable: soft line breaks': slow(QP, '=\r\n'),
  'quoted-printable: equals signs and blanks': body(QP, `=${' '.repeat(1_020)}`),
  'quoted-printable: encoded bytes': slow(QP, '=C3=A9'),
  'quoted-printable: an attachment': attached(QP.replace('text/plain', 'a/b'), `${'=C3=A9'.repeat(12)}=\r\n`),
  'base64: padding': attached(BASE64, '='),
  'base64: padded groups': attached(BASE64, 'YQ=='),
  'base64: a symbol a line': attached(BASE64, 'Y\r\n'),
  'base64: junk': attached(BASE64, 'YWJj*YWJj-'),
  'base64: uneven lines': attached(BASE64, `${'YWJj'.repeat(30)}Y\r\nYWJj\r\n`),
  'text: NUL': body(TEXT, '\0'),
  'text: broken UTF-8': binary(TEXT, Buffer.from('\xe9a', 'latin1')),
  'text: Windows-1252': binary(textIn('windows-1252'), Buffer.from([0x80])),
  'text: UTF-16': binary(textIn('utf-16le'), Buffer.from('\u4e00', 'utf16le')),
  'text: EBCDIC': binary(textIn('ibm037'), Buffer.from([0x81])),
  'text: escapes of ISO-2022': slow(textIn('iso-2022-jp'), '\x1b$B0!\x1b(B'),
  'text: katakana of ISO-2022': body(textIn('iso-2022-jp'), '1', { start: '\x1b(I' }),
  'text: shifts of ISO-2022': slow(textIn('iso-2022-kr'), '\x0e0!\x0f'),
  'text: UTF-7': slow(textIn('utf-7'), '+AOk-'),
  'text: HZ': slow(textIn('hz-gb-2312'), '~{0!~}'),
  'text: tildes of HZ': body(textIn('hz-gb-2312'), '~~'),
  'packed: uuencode': slow(
    'Content-Type: a/b\r\nContent-Transfer-Encoding: x-uuencode',
    'begin 644 a\r\n#86)C\r\n`\r\nend\r\n',
  ),
  'packed: a uuencoded file': slow(
    'Content-Type: a/b\r\nContent-Transfer-Encoding: x-uuencode',
    'M86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C\r\n',
    'begin 644 a\r\n',
  ),
  'packed: BinHex': body('Content-Type: application/mac-binhex40', ':', { start: BINHEX }),
  'packed: BinHex runs': slow('Content-Type: application/mac-binhex40', RUN, `${BINHEX}:`),
  'packed: winmail.dat': binary(
    'Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: binary',
    // An attachment begins (attAttachRenddata, MS-OXTNEF §2.1.3.3.15).
    Buffer.from([2, 0x02, 0x90, 6, 0, 14, 0, 0, 0, ...Buffer.alloc(14), 0, 0]),
    { start: Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]) },
  ),
};

const texts: Readonly<Record<string, Family>> = {
  'text: flowed': slow('Content-Type: text/plain; format=flowed', 'a \r\n'),
  'text: flowed quotes': slow('Content-Type: text/plain; format=flowed', '>a \r\n>>b \r\n'),
  'text: flowed, quoted deep': body('Content-Type: text/plain; format=flowed', `${'>'.repeat(70)} a\r\n`),
  'text: begins of uuencode': slow(TEXT, 'begin 644 a\r\n'),
  'text: uuencoded files': slow(TEXT, 'begin 644 a\r\n#86)C\r\n`\r\nend\r\n'),
  'text: PGP': body(TEXT, '-----BEGIN PGP MESSAGE-----\r\n'),
  'HTML: <b>': body(HTML, '<b>'),
  'HTML: nested div': body(HTML, '<div>'),
  'HTML: table rows': body(HTML, '<tr><td>a</td></tr>'),
  'HTML: cid images': body(HTML, '<img src="cid:a">'),
  'HTML: meta': body('Content-Type: text/html', '<meta '),
  'reply: quotes': reply(TEXT, '> a\r\n'),
  'reply: quoted deep': reply(TEXT, '>'),
  'reply: attributions': reply(TEXT, 'On 1 May 2026 a wrote:\r\n'),
  'reply: openings': reply(TEXT, 'On a\r\n'),
  'reply: lines like Op a schreef b': reply(TEXT, 'Op a schreef b\r\n'),
  'reply: header blocks': reply(TEXT, 'From: a\r\n'),
  'reply: separators': reply(TEXT, '----- \r\n'),
  'reply: signatures': reply(TEXT, 'sent from my a\r\n'),
  'reply: blanks': reply(TEXT, ' '),
  'reply: empty lines': reply(TEXT, '\r\n'),
  'reply: HTML of <': reply(HTML, '<'),
  'reply: HTML of <b>': reply(HTML, '<b>'),
  'reply: HTML of nested div': reply(HTML, '<div>'),
  'reply: HTML of blockquote': reply(HTML, '<blockquote>a'),
  'reply: HTML of table rows': reply(HTML, '<tr><td>a</td></tr>'),
  'reply: HTML of styles': reply(HTML, '<style>'),
  'reply: HTML of comments': reply(HTML, '<!--'),
  'reply: HTML of entities': reply(HTML, '&amp;&#x41;&'),
  'reply: HTML of attributes': reply(HTML, ' class="gmail_quote"', '<div'),
  'calendar: events': calendar('', (i) => `BEGIN:VEVENT\r\nUID:${i}\r\nEND:VEVENT\r\n`, ''),
  'calendar: components in components': body(CALENDAR, 'BEGIN:VEVENT\r\n', { bytes: IN_REPORT }),
  'calendar: a folded line': calendar('X:', '\r\n a', '\r\n'),
  'calendar: attendees': event('', 'ATTENDEE;CN="a":mailto:a@example.org\r\n', ''),
  'calendar: parameters': calendar('X', ';A=b', ':c\r\n'),
  'calendar: escapes': event('SUMMARY:', '\\n\\,', '\r\n'),
  'calendar: a rule': event('RRULE:FREQ=WEEKLY;BYDAY=MO', ',MO', '\r\n'),
  'calendar: time zones': calendar(
    '',
    (i) => `BEGIN:VTIMEZONE\r\nTZID:${i}\r\nBEGIN:STANDARD\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n`,
    'BEGIN:VEVENT\r\nDTSTART;TZID=1:20260501T100000\r\nEND:VEVENT\r\n',
  ),
  'report: recipients': report('message/delivery-status', (i) => `Final-Recipient: rfc822; a${i}@example.org\r\n\r\n`),
  'report: empty lines': report('message/delivery-status', '\r\n'),
  'report: a long diagnostic': report(
    'message/delivery-status',
    'a\r\n ',
    'Final-Recipient: rfc822; a@b\r\nDiagnostic-Code: ',
  ),
  'report: dispositions': report('message/disposition-notification', 'a,', 'Disposition: manual-action; displayed/'),
  'report: reported domains': report(
    'message/feedback-report',
    (i) => `Reported-Domain: d${i}.example\r\n`,
    'Feedback-Type: abuse\r\n',
  ),
  'report: a returned header': report('text/rfc822-headers', 'X-A: b\r\n'),
};

/** Shapes that made other readers slow or large, and stress cases for each part of ours. */
export const FAMILIES: Readonly<Record<string, Family>> = { ...headers, ...structures, ...encodings, ...texts };
