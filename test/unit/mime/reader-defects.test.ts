import { describe, expect, it } from 'vitest';
import { codes, content, MIXED, mail, PDF, read } from './written-mail.ts';

describe('defects', () => {
  it.each([
    ['mime.truncated', mail(MIXED, '', '--b', ...PDF)],
    ['mime.boundary_missing', mail('Content-Type: multipart/mixed', '', 'content')],
    ['mime.boundary_missing', mail(MIXED, '', 'content that no delimiter ever ends')],
    ['mime.boundary_comment', mail('Content-Type: multipart/mixed; boundary=b(comment)', '', '--b', '', 'x', '--b--')],
    ['mime.boundary_duplicate', mail(`${MIXED}; boundary=c`, '', '--b', '', 'x', '--b--')],
    ['mime.content_type_duplicate', mail(MIXED, 'Content-Type: text/plain', '', '--b', '', 'x', '--b--')],
    ['mime.content_type_invalid', mail('Content-Type: ???', '', 'x')],
    ['mime.content_type_invalid', mail('Content-Type: text/plain charset=utf-8', '', 'x')],
    ['mime.disposition_invalid', mail('Content-Disposition: =?utf-8?Q?inline?=', '', 'x')],
    ['mime.encoding_duplicate', mail('Content-Transfer-Encoding: 7bit', 'Content-Transfer-Encoding: base64', '', 'x')],
    ['mime.encoding_unknown', mail('Content-Transfer-Encoding: rot13', '', 'x')],
    ['mime.encoding_invalid', mail('Content-Transfer-Encoding: base64', '', 'YW\u00ffJj*')],
    ['mime.charset_unknown', mail('Content-Type: text/plain; charset=x-klingon', '', 'x')],
    ['mime.charset_invalid', mail('Content-Type: text/plain; charset=utf-8', '', 'a\xff')],
    ['mime.epilogue', mail(MIXED, '', '--b', '', 'x', '--b--', 'more')],
    ['mime.external_body', mail('Content-Type: message/external-body; access-type=x', '', 'x')],
    ['mime.encrypted', mail('Content-Type: application/pkcs7-mime; smime-type=enveloped-data', '', 'x')],
    ['mime.encrypted', mail('', '-----BEGIN PGP MESSAGE-----', '', 'x')],
    ['header.date_invalid', mail('Date: whenever', '', '')],
    ['header.control', mail('Subject: =?utf-8?q?a=0D=0ABcc:_b?=', '', '')],
    ['header.charset', mail('Subject: Fr\xf6sche', '', '')],
    ['header.malformed', mail('Subject: s', 'stray', 'To: a@x', '', '')],
    ['header.malformed', mail('Subject: s', 'the blank line is missing', '', 'x')],
    ['header.malformed', mail(MIXED, '', '--b', 'the blank line is missing', '--b--')],
    ['header.duplicate', mail('From: a@x', 'From: b@x', '', '')],
    ['address.invalid', mail('From: nobody', '', '')],
    ['body.nul', mail('Subject: s', '', 'a\0b')],
    ['body.line_endings', 'Subject: s\n\ntext'],
  ])('%s', async (code, bytes) => {
    expect(await codes(bytes)).toContain(code);
  });

  it.each([
    ['two From', mail('From: a@x', 'From: b@x', '', '')],
    ['two Content-Type', mail(MIXED, 'Content-Type: text/plain', '', '--b', '', 'x', '--b--')],
    ['two boundaries', mail(`${MIXED}; boundary=c`, '', '--b', '', 'x', '--b--')],
    ['two encodings', mail('Content-Transfer-Encoding: 7bit', 'Content-Transfer-Encoding: base64', '', 'x')],
  ])('that make it ambiguous: %s', async (_name, bytes) => {
    expect(await codes(bytes)).toContain('mime.ambiguous');
  });

  it('do not hide a readable field after an unreadable one', async () => {
    const date = 'Mon, 16 Nov 2026 10:00:00 +0000';
    const read = await content(mail('Date: whenever', `Date: ${date}`, 'Message-ID: ', 'Message-ID: <a@x>', '', 'x'));
    expect(read).toMatchObject({ date: '2026-11-16T10:00:00.000Z', messageId: 'a@x' });
    expect(read.defects.map(({ code }) => code)).toContain('header.date_invalid');
    const first = await content(mail(`Date: ${date}`, 'Date: Tue, 17 Nov 2026 10:00:00 +0000', '', 'x'));
    expect(first.date).toBe('2026-11-16T10:00:00.000Z');
  });

  it('report encoded words in MIME fields, which are decoded as other readers do', async () => {
    const inline = await content(
      mail('Content-Type: text/html', 'Content-Disposition: =?utf-8?Q?inline?=', '', '<p>hi'),
    );
    expect(inline).toMatchObject({ html: '<p>hi', attachments: [] });
    const disposition = '=?utf-8?Q?attachment=3B_filename=3D=22=C3=A4.pdf=22?=';
    const { attachments } = await content(
      mail('Content-Type: text/html', `Content-Disposition: ${disposition}`, '', 'x'),
    );
    expect(attachments).toMatchObject([{ disposition: 'attachment', filename: 'ä.pdf' }]);
    const typed = await content(mail('Content-Type: =?utf-8?Q?image/png=3B_name=3D=C3=A4.png?=', '', 'x'));
    expect(typed.attachments).toMatchObject([{ contentType: 'image/png', filename: 'ä.png' }]);
  });

  it('never lose the content', async () => {
    expect((await content(mail('Content-Type: multipart/mixed', '', 'content'))).text).toBe('content');
    expect((await content(mail(MIXED, '', 'content'))).text).toBe('content');
    expect((await content(mail('Content-Transfer-Encoding: rot13', '', 'content'))).text).toBe('content');
    expect((await content(mail('Content-Type: text/plain; charset=x-klingon', '', 'content'))).text).toBe('content');
    expect((await read(mail(MIXED, '', '--b', ...PDF))).stored.get('1')?.toString()).toBe('%PDF-');
  });

  it('of a repeated From and Subject: the first ones count', async () => {
    const twice = mail('From: a@x', 'Subject: one', 'From: b@x', 'Subject: two', '', '');
    expect(await content(twice)).toMatchObject({ from: [{ address: 'a@x' }], subject: 'one' });
  });
});
