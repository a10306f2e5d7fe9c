import { pdfOf, stream } from '../ocr/documents.ts';
import { atom, attached, escaped, file, mail, markup, multipart, named, run, word } from './parts.ts';

const svg = (name: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" onload="${run(name)}"><script>${run(name)}</script><image href="https://${name}.leak.example/x"/></svg>`;

const pdf = (name: string): Buffer =>
  pdfOf(
    [
      `<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\('${name}'\\); ranScript\\('${name}'\\)) >> /AA << /O << /S /URI /URI (https://${name}.leak.example/aa) >> >> >>`,
      '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << /Font << /F 6 0 R >> >> /Annots [5 0 R] /AA << /O << /S /JavaScript /JS (ranScript\\('${name}'\\)) >> >> >>`,
      stream(`BT /F 12 Tf 20 200 Td (INVOICE ${atom(name)}) Tj 0 -20 Td (Total EUR 119.00) Tj ET`),
      `<< /Type /Annot /Subtype /Link /Rect [0 0 300 300] /A << /S /Launch /F (https://${name}.leak.example/launch) >> >>`,
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      `<< /Title (${markup(name).replace(/[()\\]/g, '\\$&')}) >>`,
    ],
    '/Info 7 0 R ',
  );

const UBL = 'urn:oasis:names:specification:ubl:schema:xsd';
const invoice = (name: string): string =>
  `<Invoice xmlns="${UBL}:Invoice-2" xmlns:x="${UBL}:CommonBasicComponents-2"><x:ID>${escaped(markup(`${name}-id`))}</x:ID>
<x:IssueDate>2026-11-28</x:IssueDate><x:DocumentCurrencyCode>EUR</x:DocumentCurrencyCode>
<AccountingSupplierParty><Party><PartyName><x:Name>${escaped(markup(`${name}-vendor`))}</x:Name></PartyName></Party></AccountingSupplierParty>
<AccountingCustomerParty><Party><PartyName><x:Name>${escaped(markup(`${name}-buyer`))}</x:Name></PartyName></Party></AccountingCustomerParty>
<PaymentTerms><x:Note>${escaped(markup(`${name}-terms`))}</x:Note></PaymentTerms>
<TaxTotal><x:TaxAmount currencyID="EUR">19</x:TaxAmount></TaxTotal><LegalMonetaryTotal>
<x:TaxExclusiveAmount currencyID="EUR">100</x:TaxExclusiveAmount><x:TaxInclusiveAmount currencyID="EUR">119</x:TaxInclusiveAmount></LegalMonetaryTotal>
<InvoiceLine><Item><x:Name>${escaped(markup(`${name}-line`))}</x:Name></Item></InvoiceLine></Invoice>`;

const nested = (name: string, depth: number): string[] => [
  `From: ${named(`${name}-from-${depth}`, 'cid@example.org')}`,
  `To: ${named(`${name}-to-${depth}`, 'ann@example.org')}`,
  `Cc: ${named(`${name}-cc-${depth}`, 'dee@example.org')}`,
  `Subject: ${word(markup(`${name}-subject-${depth}`))}`,
  `Content-Type: multipart/mixed; boundary=level${depth}`,
  '',
  `--level${depth}`,
  'Content-Type: text/html',
  '',
  markup(`${name}-html-${depth}`),
  `--level${depth}`,
  ...(depth === 0
    ? file('image/svg+xml', markup(`${name}-file`), svg(`${name}-svg`))
    : ['Content-Type: message/rfc822', '', ...nested(name, depth - 1)]),
  `--level${depth}--`,
];

/** Markup in bodies, and in references to other parts. */
export const HOSTILE_BODIES: Readonly<Record<string, Buffer>> = {
  'a text': mail({ body: markup('text') }),
  'a text that turns the line around': mail({
    body: `\u202e${markup('text-bidi')}\u2066\u0007\u001b]8;;https://terminal.leak.example\u0007x`,
  }),
  'a reply with a quotation and a signature': mail({
    fields: ['Subject: Re: hostile', 'In-Reply-To: <x@example.org>'],
    body: [
      markup('reply'),
      '',
      '-- ',
      markup('reply-signature'),
      '',
      'On Mon, 23 Nov 2026, Bob <bob@example.com> wrote:',
      `> ${markup('reply-quoted')}`,
    ],
  }),
  'a Content-ID and what refers to it': multipart('multipart/related', [
    [
      'Content-Type: text/html',
      '',
      `<img src='cid:"><img src=x onerror=${run('cid')}>'><img src="cid:a"><a href="cid:b">b</a>`,
    ],
    file('image/svg+xml', 'a.svg', svg('cid-svg'), 'Content-ID: <a>'),
    file('text/html', 'b.html', markup('cid-html'), 'Content-ID: <b>'),
    file('image/png', 'c.png', svg('cid-png'), `Content-ID: <">${atom('cid-id')}>`),
  ]),
  'HTML and text that differ': multipart('multipart/alternative', [
    ['Content-Type: text/plain', '', markup('alternative-text')],
    ['Content-Type: text/html', '', markup('alternative-html')],
    ['Content-Type: text/x-amp-html', '', markup('alternative-amp')],
  ]),
};

/** Files that run, load or pretend to be something else. */
export const HOSTILE_FILES: Readonly<Record<string, Buffer>> = {
  'file names': attached(
    file('text/plain', markup('file'), 'x'),
    file('text/plain', `../../${atom('file-path')}`, 'x'),
    file('text/plain', `\u202egpj.${atom('file-bidi')}\r\n\0x.exe`, 'x'),
    file('text/plain', 'a'.repeat(900) + atom('file-long'), 'x'),
  ),
  SVG: attached(file('image/svg+xml', 'a.svg', svg('svg')), file('image/png', 'b.png', svg('svg-as-png'))),
  'pages of HTML': attached(
    file('text/html', 'a.html', markup('html-file')),
    file(
      'application/xhtml+xml',
      'a.xhtml',
      `<html xmlns="http://www.w3.org/1999/xhtml"><script>${run('xhtml')}</script></html>`,
    ),
    file('multipart/related', 'a.mhtml', `MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${markup('mhtml')}`),
  ),
  'scripts and style sheets': attached(
    file('text/javascript', 'a.js', run('script-file')),
    file('text/css', 'a.css', '@import url(https://css-file.leak.example/x);'),
  ),
  'XML with a style sheet and entities': attached(
    file(
      'text/xml',
      'a.xml',
      `<?xml version="1.0"?><?xml-stylesheet href="https://xsl.leak.example/x" type="text/xsl"?><!DOCTYPE a [<!ENTITY e SYSTEM "https://entity.leak.example/x">]><a>&e;${svg('xml')}</a>`,
    ),
  ),
  JSON: attached(
    file('application/json', 'a.json', JSON.stringify({ [markup('json-key')]: markup('json'), __proto__: { x: 1 } })),
    file('application/ld+json', 'b.json', `{"a": "</pre><script>${run('json-broken')}</script>`),
  ),
  'pictures that are something else': attached(
    file('image/gif', 'a.gif', `GIF89a/*${'\0'.repeat(20)}*/=1;${run('gif')}//${markup('gif-html')}`),
    file(
      'text/html',
      'b.html',
      Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(markup('png-html'))]),
    ),
    file('image/jpeg', 'c.jpg', markup('jpeg')),
  ),
  'a PDF with actions': attached(file('application/pdf', 'a.pdf', pdf('pdf'))),
  'a PDF that is a page of HTML': attached(file('application/pdf', 'a.pdf', `%PDF-1.4\n${markup('pdf-html')}`)),
  'an electronic invoice': attached(file('application/xml', 'invoice.xml', invoice('invoice'))),
  'mails in mails': attached(['Content-Type: message/rfc822', '', ...nested('nested', 2)]),
  'an archive that is none': attached(file('application/zip', `${atom('zip-name')}.zip`, markup('zip'))),
  'a calendar': attached([
    'Content-Type: text/calendar; method=REQUEST; charset=utf-8',
    '',
    'BEGIN:VCALENDAR',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    `UID:${markup('calendar-uid')}`,
    'DTSTART:20261123T100000Z',
    `SUMMARY:${markup('calendar-summary')}`,
    `LOCATION:${markup('calendar-location')}`,
    `DESCRIPTION;ALTREP="https://calendar.leak.example/x":${markup('calendar-description')}`,
    `ORGANIZER;CN=${atom('calendar-organizer')}:mailto:${atom('calendar-mailto')}`,
    `ATTENDEE;CN=${atom('calendar-attendee')};PARTSTAT=${atom('calendar-status')}:javascript:${run('calendar-js')}`,
    `ATTACH:https://calendar-attach.leak.example/x`,
    'BEGIN:VALARM',
    'ACTION:AUDIO',
    'ATTACH:https://calendar-alarm.leak.example/x',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ]),
};
