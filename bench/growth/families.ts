/** Mails that make readers slow or large: one shape each, of any size. */
export interface Family {
  /** Bytes of the smallest of the three mails. Below the limit of what it strains, so that the limit does not hide growth. */
  bytes: number;
  make(bytes: number): Buffer;
}

const KB = 1024;
const MB = 1024 * KB;
/** A header block is read up to 128 KB, a report up to 256 KB, and so much of a body is searched for a reply. */
const IN_HEADER = 30 * KB;
const IN_REPORT = 60 * KB;

const repeated = (unit: string, bytes: number) => unit.repeat(Math.ceil(bytes / Buffer.byteLength(unit)));
const numbered = (unit: (i: number) => string, bytes: number) => {
  const units: string[] = [];
  for (let length = 0; length < bytes; length += units.at(-1)?.length ?? 1) units.push(unit(units.length));
  return units.join('');
};
const mail = (header: string, body: string) => Buffer.from(`From: a@example.org\r\n${header}\r\n\r\n${body}`);

/** A field whose value grows. */
const field = (name: string, unit: string | ((i: number) => string), end = ''): Family => ({
  bytes: IN_HEADER,
  make: (bytes) =>
    mail(`${name}: ${typeof unit === 'string' ? repeated(unit, bytes) : numbered(unit, bytes)}${end}`, ''),
});

/** A body that grows. */
const body = (
  header: string,
  unit: string | ((i: number) => string),
  { start = '', end = '', bytes = MB } = {},
): Family => ({
  bytes,
  make: (size) => mail(header, start + (typeof unit === 'string' ? repeated(unit, size) : numbered(unit, size)) + end),
});

const QP = 'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable';
const BASE64 = 'Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64';
const TEXT = 'Content-Type: text/plain; charset=utf-8';
const HTML = 'Content-Type: text/html; charset=utf-8';
const REPLY = 'In-Reply-To: <1@example.org>\r\n';
const MIXED = 'Content-Type: multipart/mixed; boundary="b"';
const reply = (header: string, unit: string, more = {}) => body(REPLY + header, unit, { bytes: IN_REPORT, ...more });
const inReport = (type: string, unit: string | ((i: number) => string), start = '', end = '') =>
  body('Content-Type: multipart/report; boundary=b', unit, {
    start: `--b\r\nContent-Type: ${type}\r\n\r\n${start}`,
    end: `${end}\r\n--b--\r\n`,
    bytes: IN_REPORT,
  });
const nestedMultiparts = (i: number) =>
  `${i === 0 ? '' : `--b${i - 1}\r\n`}Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n`;

export const FAMILIES: Readonly<Record<string, Family>> = {
  'header: one long field': field('X-Long', 'word '),
  'header: one folded field': field('X-Folded', 'word\r\n '),
  'header: many fields': { bytes: IN_HEADER, make: (n) => mail(repeated('X-A: b\r\n', n).trimEnd(), '') },
  'header: lines without a colon': { bytes: IN_HEADER, make: (n) => mail(repeated('no colon\r\n', n).trimEnd(), '') },
  'header: a megabyte of fields': { bytes: MB, make: (n) => mail(repeated('X-A: b\r\n', n).trimEnd(), '') },
  'header: 8-bit bytes': {
    bytes: IN_HEADER,
    make: (n) => Buffer.from(`Subject: ${repeated('\xe9\xff ', n)}`, 'latin1'),
  },
  'header: encoded words': field('Subject', '=?utf-8?q?=C3=A9?= '),
  'header: encoded words of many charsets': field('Subject', (i) => `=?x-${i}?b?w6k=?= =?koi8-r?q?=C1?= `),
  'header: encoded words that never end': field('Subject', '=?utf-8?q?a '),
  'header: =? and nothing else': field('Subject', '=?'),
  'header: escapes of ISO-2022': {
    bytes: IN_HEADER,
    make: (n) => mail(`Subject: ${repeated('\x1b$B0\x1b(B', n)}`, ''),
  },
  'header: references': field('References', (i) => `<${i}@example.org> `),
  'header: references of brackets': field('References', '<'),
  'header: date with comments': field('Date', '('),
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
  'addresses: domain literals': field('To', '['),
  'addresses: routes': field('To', '<@a,@b:c@d> '),
  'parameters: pieces of RFC 2231': field('Content-Type', (i) => `a/b;name*${i}*=%41;`),
  'parameters: semicolons': field('Content-Type', ';'),
  'parameters: quotes': field('Content-Type', 'a="'),
  'parameters: names without value': field('Content-Type', ' a'),
  'parameters: names and equals': field('Content-Type', ' ab='),
  'parameters: comments': field('Content-Type', '(', ' text/plain'),
  'parameters: boundaries': field('Content-Type', (i) => `multipart/mixed; boundary=b${i}; `),
  'names: controls and directions': field('Content-Disposition', '\x01\u202e/', '"'),
  'quoted-printable: one line of blanks': body(QP, ' '),
  'quoted-printable: lines of blanks': body(QP, `${' '.repeat(1_000)}\r\n`),
  'quoted-printable: blanks and letters': body(QP, `${' '.repeat(1_023)}a`),
  'quoted-printable: equals signs': body(QP, '='),
  'quoted-printable: soft line breaks': body(QP, '=\r\n'),
  'quoted-printable: equals signs and blanks': body(QP, `=${' '.repeat(1_020)}`),
  'quoted-printable: encoded bytes': body(QP, '=C3=A9'),
  'base64: padding': body(BASE64, '='),
  'base64: padded groups': body(BASE64, 'YQ=='),
  'base64: a symbol a line': body(BASE64, 'Y\r\n'),
  'base64: junk': body(BASE64, 'YWJj*YWJj-'),
  'base64: uneven lines': body(BASE64, `${'YWJj'.repeat(30)}Y\r\nYWJj\r\n`),
  'boundaries: dashes': body(MIXED, '--\r\n'),
  'boundaries: look-alikes': body(MIXED, '--bb\r\n', { start: '--b\r\n\r\n' }),
  'boundaries: blanks behind them': body(MIXED, `--b${' '.repeat(2_000)}x\r\n`),
  'boundaries: look-alikes of a long one': body(
    `Content-Type: multipart/mixed; boundary="${'x'.repeat(200)}"`,
    `--${'x'.repeat(199)}\r\n`,
    { start: `--${'x'.repeat(200)}\r\n\r\n` },
  ),
  'boundaries: look-alikes of 50 open ones': {
    bytes: MB,
    make: (n) =>
      Buffer.from(`${Array.from({ length: 49 }, (_, i) => nestedMultiparts(i)).join('')}${repeated('--b48x\r\n', n)}`),
  },
  'parts: many': body(MIXED, '--b\r\n\r\na\r\n'),
  'parts: many attachments': body(MIXED, '--b\r\nContent-Type: a/b\r\n\r\na\r\n'),
  'parts: header blocks only': body(MIXED, '--b\r\nX-A: b\r\n'),
  'parts: deep': { bytes: IN_REPORT, make: (n) => Buffer.from(numbered(nestedMultiparts, n)) },
  'parts: mails in mails': {
    bytes: IN_REPORT,
    make: (n) => Buffer.from(repeated('Content-Type: message/rfc822\r\n\r\n', n)),
  },
  'parts: a digest': body('Content-Type: multipart/digest; boundary="b"', '--b\r\n\r\nSubject: a\r\n\r\nb\r\n'),
  'parts: charsets': body(MIXED, (i) => `--b\r\nContent-Type: text/plain; charset=x${i}\r\n\r\n\xe9\r\n`),
  'line ends: LF': body(TEXT, '\n'),
  'line ends: CR': { bytes: MB, make: (n) => Buffer.from(`From: a@example.org\r\r${repeated('a\r', n)}`) },
  'line ends: CR CR LF': {
    bytes: MB,
    make: (n) => Buffer.from(`From: a@example.org\r\r\n\r\r\n${repeated('a\r\r\n', n)}`),
  },
  'line ends: CR before a delimiter': body(MIXED, '\r', { start: '--b\r\n\r\n' }),
  'text: NUL': body(TEXT, '\0'),
  'text: broken UTF-8': { bytes: MB, make: (n) => Buffer.concat([mail(TEXT, ''), Buffer.alloc(n, '\xe9a', 'latin1')]) },
  'text: escapes of ISO-2022': body('Content-Type: text/plain; charset=iso-2022-jp', '\x1b$B0!\x1b(B'),
  'text: UTF-7': body('Content-Type: text/plain; charset=utf-7', '+AOk-'),
  'text: HZ': body('Content-Type: text/plain; charset=hz-gb-2312', '~{0!~}'),
  'text: flowed': body('Content-Type: text/plain; format=flowed', 'a \r\n'),
  'text: flowed quotes': body('Content-Type: text/plain; format=flowed', '>a \r\n>>b \r\n'),
  'text: flowed, quoted deep': body('Content-Type: text/plain; format=flowed', `${'>'.repeat(70)} a\r\n`),
  'text: begins of uuencode': body(TEXT, 'begin 644 a\r\n'),
  'text: uuencoded files': body(TEXT, 'begin 644 a\r\n#86)C\r\n`\r\nend\r\n'),
  'text: PGP': body(TEXT, '-----BEGIN PGP MESSAGE-----\r\n'),
  'reply: quotes': reply(TEXT, '> a\r\n'),
  'reply: quoted deep': reply(TEXT, '>'),
  'reply: attributions': reply(TEXT, 'On 1 May 2026 a wrote:\r\n'),
  'reply: openings': reply(TEXT, 'On a\r\n'),
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
  'reply: HTML of attributes': reply(HTML, ' class="gmail_quote"', { start: '<div' }),
  'HTML: <b>': body(HTML, '<b>'),
  'HTML: nested div': body(HTML, '<div>'),
  'HTML: table rows': body(HTML, '<tr><td>a</td></tr>'),
  'HTML: meta': body('Content-Type: text/html', '<meta '),
  'packed: uuencode': body(
    'Content-Type: a/b\r\nContent-Transfer-Encoding: x-uuencode',
    'begin 644 a\r\n#86)C\r\n`\r\nend\r\n',
  ),
  'packed: BinHex': body('Content-Type: application/mac-binhex40', ':', {
    start: '(This file must be converted with BinHex 4.0)\r\n',
  }),
  'packed: BinHex runs': body('Content-Type: application/mac-binhex40', '\x900', {
    start: '(This file must be converted with BinHex 4.0)\r\n:',
  }),
  'packed: winmail.dat': { bytes: MB, make: winmail },
  'calendar: events': body('Content-Type: text/calendar', (i) => `BEGIN:VEVENT\r\nUID:${i}\r\nEND:VEVENT\r\n`, {
    start: 'BEGIN:VCALENDAR\r\n',
    end: 'END:VCALENDAR\r\n',
    bytes: IN_REPORT,
  }),
  'calendar: components in components': body('Content-Type: text/calendar', 'BEGIN:VEVENT\r\n', { bytes: IN_REPORT }),
  'calendar: a folded line': body('Content-Type: text/calendar', '\r\n a', {
    start: 'BEGIN:VCALENDAR\r\nX:',
    bytes: IN_REPORT,
  }),
  'calendar: attendees': body('Content-Type: text/calendar', 'ATTENDEE;CN="a":mailto:a@example.org\r\n', {
    start: 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n',
    end: 'END:VEVENT\r\nEND:VCALENDAR\r\n',
    bytes: IN_REPORT,
  }),
  'calendar: parameters': body('Content-Type: text/calendar', ';A=b', {
    start: 'BEGIN:VCALENDAR\r\nX',
    end: ':c\r\n',
    bytes: IN_REPORT,
  }),
  'report: recipients': inReport(
    'message/delivery-status',
    (i) => `Final-Recipient: rfc822; a${i}@example.org\r\n\r\n`,
  ),
  'report: empty lines': inReport('message/delivery-status', '\r\n'),
  'report: a long diagnostic': inReport(
    'message/delivery-status',
    'a\r\n ',
    'Final-Recipient: rfc822; a@b\r\nDiagnostic-Code: ',
  ),
  'report: reported domains': inReport(
    'message/feedback-report',
    (i) => `Reported-Domain: d${i}.example\r\n`,
    'Feedback-Type: abuse\r\n',
  ),
};

/** TNEF: attachments without end (MS-OXTNEF 2.1.3). */
function winmail(bytes: number): Buffer {
  const attribute = Buffer.from([2, 0x02, 0x90, 6, 0, 14, 0, 0, 0, ...Buffer.alloc(14), 0, 0]);
  const count = Math.ceil(bytes / attribute.length);
  const start = Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]);
  return Buffer.concat([
    mail('Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: binary', ''),
    start,
    Buffer.alloc(count * attribute.length, attribute),
  ]);
}
