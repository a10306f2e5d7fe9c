import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bounceFromHeaders, kindOf } from '../../../core/mail/kind.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { parsedMail } from '../../support/parsed-mail.ts';
import { readMail } from './read-mail.ts';

/** The repository keeps the cases that were once read wrongly; the others are in a folder next to it. */
const KEPT = resolve(import.meta.dirname, '../../fixtures/named-cases');
const SHARED = resolve(import.meta.dirname, '../../../../shared/cases/mime');

function pathOf(name: string): string | null {
  return [KEPT, SHARED].map((folder) => `${folder}/${name}.eml`).find(existsSync) ?? null;
}

if (!existsSync(SHARED)) console.warn('skipped: cases of ../shared/cases/mime that are not kept here');

/** The result of a case, in short form. */
async function read(path: string) {
  const { content, stored } = await readMail(new StreamingMimeReader(), readFileSync(path));
  const mail = parsedMail({ ...content, envelope: null });
  const bounce = content.bounce ?? bounceFromHeaders(mail);
  return {
    ...content,
    bounce,
    kind: kindOf({ ...mail, bounce }),
    start: content.calendar?.events[0]?.start,
    files: content.attachments.map(({ filename }) => filename),
    bytes: [...stored.values()].map((part) => part.length),
    answer: content.reply?.text,
    codes: content.defects.map(({ code }) => code),
  };
}

type Case = Partial<Record<keyof Awaited<ReturnType<typeof read>>, unknown>>;
const from = (name: string, address: string): Case => ({ from: [{ name, address }] });

/** Correct values according to the README of the cases. The tests of ambiguity cover those marked "ambiguous" there. */
const RIGHT: Readonly<Record<string, Case>> = {
  'aol-dated-writes': { answer: 'My answer' },
  'apple-quoted-attribution': { answer: 'No, just slow.' },
  'b64-list-footer': { text: expect.stringMatching(/^Grüße/), codes: ['mime.encoding_invalid'] },
  'bom-first': { text: 'hello\n', ...from('', 'ann@example.org') },
  'boundary-mid-line': { text: 'visit --BND for details\n--BNDX also text\nSECRET' },
  'charset-binary': { files: ['logo.png'], bytes: [8] },
  'cid-trailing-eq': { attachments: [expect.objectContaining({ contentId: '85@83', related: true })] },
  'cid-with-space': { attachments: [expect.objectContaining({ contentId: 'i1@x' })] },
  'dashed-nested-boundary': { text: 'hi', html: '<b>hi</b>' },
  'dsn-deliverable': { kind: 'report' },
  'empty-encoded-word': { subject: 'äb' },
  'encoded-colon-name': from(':.Good Test.:', 'g@example.com'),
  'encoded-content-type': { files: ['тест.png'] },
  'encoded-disposition': { html: '<p>hi</p>\n', attachments: [] },
  'escaped-paren-name': from('First Last (Test)', 'test@example.com'),
  'exchange-folded-from': from('Nováková Jana - oddělení personální', 'jana@example.org'),
  'exim-returned-mail': {
    kind: 'bounce',
    bounce: {
      originalMessageId: 'orig@example.org',
      recipients: [{ recipient: 'no@peer.example', diagnostic: '550 5.1.1 no such user' }],
    },
  },
  'from-open-bracket': from('r für At', 'info@relay.example'),
  'gmail-quote-is-body': { answer: expect.stringContaining('Thank you for applying') },
  'html-before-plain': { text: 'hi' },
  'ics-dublin-rdate': { start: '2025-08-06T07:00:00.000Z' },
  'ics-windows-zone': { start: '2025-08-06T07:00:00.000Z' },
  'ics-windows-zone-bare': { start: '2025-08-06T07:00:00.000Z' },
  'ics-windows-zone-rare': { start: '2025-08-06T18:00:00.000Z' },
  'inbox-signature': { answer: 'This is my answer.', reply: { signature: expect.stringContaining('Tom') } },
  'inline-pdf-no-cid': { files: ['A 1.pdf', 'A 1.pdf'] },
  'inline-quote-last': {
    answer: expect.stringMatching(/^Hi! let me end with a quote:/),
    reply: { quoted: expect.stringContaining('THE ORIGINAL') },
  },
  'ios-mailto-attribution': { answer: 'I can play.' },
  'meta-charset-qp': { html: expect.stringContaining('Søren') },
  'msgid-bare': { messageId: 'ACME2019@423549_ACME@' },
  'msgid-quoted-part': { messageId: '156.388.JavaMail."x@united.example"@host.ual.example' },
  'msgid-two-at': { messageId: '00E1-53@@loop.example' },
  'name-is-address': { from: [{ address: 'my_a@server.example' }] },
  'notes-folded-boundary': { text: 'inner' },
  'outlook-de-block': { answer: 'Danke!' },
  'qmail-bounce': {
    kind: 'bounce',
    bounce: {
      reportingMta: 'mx.example',
      originalMessageId: 'orig@example.org',
      recipients: [{ recipient: 'no@peer.example', status: '5.1.1', action: 'failed' }],
    },
  },
  'quoted-encoded-name': from('Ronaldõ', 'r@example.org'),
  'quoted-local-at': { from: [{ address: '"test@test.test"@example.com' }] },
  'replyto-open': { replyTo: [{ address: '' }] },
  'rfc2231-split-char': { files: ['个人.pdf'] },
  'roundcube-html-attribution': { answer: 'Ok' },
  'semicolon-filename': { files: ['holi~;day.png'] },
  'space-angle-quotes': { answer: 'Hi S.,\n\nThanks.\n\nT.' },
  'tag-glued-encoded-word': { subject: '[SUSPECTED SPAM]äbü' },
  'tnef-unicode-long': { files: expect.arrayContaining(['מסמך ארוך.pdf']) },
  'unindented-parameter': { files: ['bad.rar'], bytes: [4] },
  'utf8-one-bad-byte-short': { text: expect.stringMatching(/^café /), codes: ['mime.charset_invalid'] },
  'windows10-mail': { answer: 'Outlook test' },
};

describe('a case that some reader once read wrongly is read right:', () => {
  for (const [name, right] of Object.entries(RIGHT)) {
    const path = pathOf(name);
    it.skipIf(path === null)(name, async () => expect(await read(path ?? '')).toMatchObject(right));
  }
});
