import { createHash } from 'node:crypto';

/** The mails that readers are compared with, made here and the same every time. */
export const MAILS = {
  '3 KB text': textMail,
  '70 KB HTML with image': htmlMail,
  '10 MB PDF': pdfMail,
} as const;

const HEADER = [
  'Return-Path: <bounce+1234@mail.example.com>',
  'Received: from mail-out-17.example.com (mail-out-17.example.com [192.0.2.17])\r\n\tby mx.example.net (Postfix) with ESMTPS id 4XyZ1234\r\n\tfor <orders+spring@example.net>; Tue, 11 Nov 2025 09:14:07 +0100 (CET)',
  'Received: by mail-out-17.example.com with SMTP id a92cf1058615d-860d3f2a1b5so1\r\n\tfor <orders+spring@example.net>; Tue, 11 Nov 2025 00:14:06 -0800 (PST)',
  'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s2025;\r\n\th=from:to:subject:date:message-id:mime-version:content-type;\r\n\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n\tb=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZVoG4ZHRNiYzR',
  'X-Mailer: Example Mailer 4.2',
  'MIME-Version: 1.0',
  'Message-ID: <CAF3x9mQk7w2@mail.example.com>',
  'In-Reply-To: <20251110.4711@example.net>',
  'References: <20251108.4700@example.net> <20251110.4711@example.net>',
  'From: =?UTF-8?Q?J=C3=B6rg_M=C3=BCller?= <joerg.mueller@example.com>',
  'To: "Orders, Spring" <orders+spring@example.net>, Second Person <second@example.net>',
  'Cc: accounting@example.net',
  'Subject: =?UTF-8?B?UmU6IEF1ZnRyYWcgNDcxMSDigJMgTGllZmVydGVybWlu?=',
  'Date: Tue, 11 Nov 2025 09:14:05 +0100',
  'List-Unsubscribe: <mailto:leave@example.com>, <https://example.com/leave>',
  'X-Priority: 3',
];

const SENTENCE =
  'The parcel left the warehouse this morning and should arrive on Thursday; please tell us if it does not. ';

function textMail(): Buffer {
  const body = [
    SENTENCE.repeat(15),
    '',
    'Kind regards',
    'Jörg',
    '',
    'On Mon, 10 Nov 2025 Orders wrote:',
    `> ${SENTENCE}`,
  ];
  return mail([
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    wrapped(body.join('\r\n')),
  ]);
}

function htmlMail(): Buffer {
  const row = `<tr><td class="item" style="padding:4px">Größe</td><td>${SENTENCE}</td></tr>\n`;
  const html = `<html><body><table>${row.repeat(Math.ceil(70_000 / row.length))}</table></body></html>`;
  return mail([
    'Content-Type: multipart/related; boundary="rel"',
    '',
    '--rel',
    'Content-Type: multipart/alternative; boundary="alt"',
    '',
    '--alt',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    quotedPrintable(SENTENCE.repeat(5)),
    '--alt',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    quotedPrintable(html),
    '--alt--',
    '--rel',
    'Content-Type: image/png; name="logo.png"',
    'Content-Transfer-Encoding: base64',
    'Content-ID: <logo@example.com>',
    'Content-Disposition: inline; filename="logo.png"',
    '',
    base64(noise(24 * 1024)),
    '--rel--',
    '',
  ]);
}

function pdfMail(): Buffer {
  return mail([
    'Content-Type: multipart/mixed; boundary="mix"',
    '',
    '--mix',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Please find the invoice attached.',
    '--mix',
    'Content-Type: application/pdf; name="invoice.pdf"',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="invoice.pdf"',
    '',
    base64(Buffer.concat([Buffer.from('%PDF-1.7\n'), noise(10 * 1024 * 1024)])),
    '--mix--',
    '',
  ]);
}

function mail(lines: string[]): Buffer {
  return Buffer.from([...HEADER, ...lines].join('\r\n'));
}

function wrapped(text: string): string {
  return text.replace(/(.{1,76})( |$)/gm, '$1\r\n');
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
}

function quotedPrintable(text: string): string {
  const encoded = Array.from(Buffer.from(text), (byte) =>
    byte > 0x7e || byte === 0x3d ? `=${byte.toString(16).toUpperCase()}` : String.fromCharCode(byte),
  ).join('');
  return encoded
    .split('\n')
    .map((line) => line.replace(/(.{70}(?:=..)?(?!=?.?$))(?<!=.?)/g, '$1=\r\n'))
    .join('\r\n');
}

/** Bytes that do not compress and are the same every time. */
function noise(length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) => createHash('sha256').update(`${i}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}
