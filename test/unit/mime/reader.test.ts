import { describe, expect, it } from 'vitest';
import { MIME_LIMITS, type MimeLimits } from '../../../core/mail/limits.ts';
import type { MimeStructure } from '../../../core/mail/parsed-mail.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { readMail } from './read-mail.ts';

const reader = new StreamingMimeReader();
const read = (mail: string | Buffer, limits: Partial<MimeLimits> = {}) =>
  readMail(reader, typeof mail === 'string' ? Buffer.from(mail, 'latin1') : mail, undefined, {
    ...MIME_LIMITS,
    ...limits,
  });
const content = async (mail: string | Buffer, limits?: Partial<MimeLimits>) => (await read(mail, limits)).content;
const codes = async (mail: string | Buffer, limits?: Partial<MimeLimits>) =>
  (await content(mail, limits)).defects.map(({ code }) => code);
const mail = (...lines: string[]) => lines.join('\r\n');
const tree = (node: MimeStructure): string =>
  `${node.partId} ${node.contentType}${node.children.length === 0 ? '' : ` (${node.children.map(tree).join(', ')})`}`;

const MIXED = 'Content-Type: multipart/mixed; boundary=b';
const PDF = ['Content-Type: application/pdf; name=a.pdf', 'Content-Transfer-Encoding: base64', '', 'JVBERi0='];

describe('a mail', () => {
  it('has texts, attachments and a tree with the section numbers of IMAP', async () => {
    const { content, stored } = await read(
      mail(
        MIXED,
        '',
        'preamble',
        '--b',
        'Content-Type: multipart/related; boundary=r',
        '',
        '--r',
        'Content-Type: multipart/alternative; boundary=a',
        '',
        '--a',
        '',
        'plain',
        '--a',
        'Content-Type: text/html',
        '',
        '<p>html</p>',
        '--a--',
        '--r',
        'Content-Type: image/png',
        'Content-ID: <logo@x>',
        'Content-Disposition: inline; filename="logo.png"',
        'Content-Transfer-Encoding: base64',
        '',
        'iVBORw==',
        '--r--',
        '--b',
        ...PDF,
        '--b--',
        '',
      ),
    );
    expect(content.structure && tree(content.structure)).toBe(
      '0 multipart/mixed (1 multipart/related (1.1 multipart/alternative (1.1.1 text/plain, 1.1.2 text/html), 1.2 image/png), 2 application/pdf)',
    );
    expect(content).toMatchObject({ text: 'plain', html: '<p>html</p>', defects: [] });
    expect(content.attachments).toMatchObject([
      { partId: '1.2', filename: 'logo.png', contentId: 'logo@x', disposition: 'inline', related: true, size: 4 },
      { partId: '2', filename: 'a.pdf', contentType: 'application/pdf', disposition: null, related: false },
    ]);
    expect(stored.get('2')?.toString()).toBe('%PDF-');
  });

  it('that is one attachment has it as part 1', async () => {
    expect((await content(mail(...PDF))).attachments).toMatchObject([{ partId: '1', filename: 'a.pdf', size: 5 }]);
  });

  it('keeps the exact bytes of an attachment, the line break before the delimiter left out', async () => {
    const body = 'a\r\n\r\n--bb\r\n--\r\n\x00\xff\r\n';
    const { stored } = await read(`${MIXED}\r\n\r\n--b\r\nContent-Type: a/b\r\n\r\n${body}\r\n--b--\r\n`);
    expect(stored.get('1')?.toString('latin1')).toBe(body);
  });

  it('with a delimiter line that has blanks behind it is read all the same', async () => {
    const { attachments } = await content(mail(MIXED, '', '--b \t ', '', 'text', '--b  ', ...PDF, '--b-- \t', ''));
    expect(attachments).toHaveLength(1);
  });

  it('does not lose what follows an inner multipart that is never closed', async () => {
    const { attachments, defects } = await content(
      mail(MIXED, '', '--b', 'Content-Type: multipart/mixed; boundary=i', '', '--i', '', 'x', '--b', ...PDF, '--b--'),
    );
    expect(attachments).toMatchObject([{ partId: '2' }]);
    expect(defects).toMatchObject([{ code: 'mime.truncated', partId: '1' }]);
  });

  it('whose text has a file name keeps it as an attachment, unless it is the body', async () => {
    const named = ['Content-Type: text/plain; name=n.txt', '', 'named'];
    const mixed = await content(mail(MIXED, '', '--b', '', 'body', '--b', ...named, '--b--'));
    expect([mixed.text, mixed.attachments.length]).toEqual(['body', 1]);
    const alone = await content(mail(...named));
    expect([alone.text, alone.attachments.length]).toEqual(['named', 0]);
  });

  it('in a digest is a message by default', async () => {
    const digest = 'Content-Type: multipart/digest; boundary=b';
    const { attachments } = await content(mail(digest, '', '--b', '', 'Subject: one', '', 'text', '--b--'));
    expect(attachments).toMatchObject([{ contentType: 'message/rfc822', message: { subject: 'one', text: 'text' } }]);
  });

  it('that is attached is stored and read in turn, what is inside it stored as well', async () => {
    const inner = mail(
      'Subject: inner',
      'From: <i@x>',
      MIXED.replace('=b', '=c'),
      '',
      '--c',
      '',
      'in',
      '--c',
      ...PDF,
      '--c--',
    );
    const { content, stored } = await read(mail(MIXED, '', '--b', 'Content-Type: message/rfc822', '', inner, '--b--'));
    expect(stored.get('1')?.toString()).toBe(inner);
    expect(stored.get('1.2')?.toString()).toBe('%PDF-');
    expect(content.attachments).toHaveLength(1);
    expect(content.attachments[0]?.message).toMatchObject({
      subject: 'inner',
      from: [{ address: 'i@x' }],
      text: 'in',
      attachments: [{ partId: '1.2', parentPartId: '1', filename: 'a.pdf' }],
    });
    expect(content.structure && tree(content.structure)).toBe(
      '0 multipart/mixed (1 message/rfc822 (1.0 multipart/mixed (1.1 text/plain, 1.2 application/pdf)))',
    );
  });

  it('attached in base64 is read, too', async () => {
    const encoded = Buffer.from('Subject: inner\r\n\r\ntext').toString('base64');
    const { attachments } = await content(
      mail('Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', '', encoded),
    );
    expect(attachments[0]?.message).toMatchObject({ subject: 'inner', text: 'text' });
  });
});

describe('the beginning of a mail', () => {
  it.each([
    ['a byte order mark', '\xef\xbb\xbfSubject: s\r\n\r\ntext'],
    ['blank lines', '\r\n\r\nSubject: s\r\n\r\ntext'],
    ['an mbox line', 'From a@x Thu Jan  1 00:00:00 1970\r\nSubject: s\r\n\r\ntext'],
    ['a line without a colon', 'stray\r\nSubject: s\r\n\r\ntext'],
    ['a space before the colon', 'Subject : s\r\n\r\ntext'],
  ])('may have %s', async (_name, text) => {
    expect(await content(text)).toMatchObject({ subject: 's', text: 'text' });
  });

  it('ends where only body can follow', async () => {
    expect(await content('Subject: s\r\nno header\r\n\r\nmore')).toMatchObject({
      subject: 's',
      text: 'no header\n\nmore',
    });
    expect(await content('no header at all')).toMatchObject({ headers: [], text: 'no header at all' });
  });

  it('is empty when there are line ends only', async () => {
    expect(await codes('')).toEqual(['message.empty']);
    expect(await codes('\r\n')).toEqual(['message.empty']);
    expect(await codes('x')).toEqual(['header.malformed', 'message.no_headers']);
  });
});

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
  ])('%s make it ambiguous', async (_name, bytes) => {
    expect(await codes(bytes)).toContain('mime.ambiguous');
  });

  it('do not hide a field that can be read behind one that cannot', async () => {
    const date = 'Mon, 16 Nov 2026 10:00:00 +0000';
    const read = await content(mail('Date: whenever', `Date: ${date}`, 'Message-ID: ', 'Message-ID: <a@x>', '', 'x'));
    expect(read).toMatchObject({ date: '2026-11-16T10:00:00.000Z', messageId: 'a@x' });
    expect(read.defects.map(({ code }) => code)).toContain('header.date_invalid');
    const first = await content(mail(`Date: ${date}`, 'Date: Tue, 17 Nov 2026 10:00:00 +0000', '', 'x'));
    expect(first.date).toBe('2026-11-16T10:00:00.000Z');
  });

  it('of encoded words in MIME fields: they are read as others read them', async () => {
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

  it('never cost the content', async () => {
    expect((await content(mail('Content-Type: multipart/mixed', '', 'content'))).text).toBe('content');
    expect((await content(mail(MIXED, '', 'content'))).text).toBe('content');
    expect((await content(mail('Content-Transfer-Encoding: rot13', '', 'content'))).text).toBe('content');
    expect((await content(mail('Content-Type: text/plain; charset=x-klingon', '', 'content'))).text).toBe('content');
    expect((await read(mail(MIXED, '', '--b', ...PDF))).stored.get('1')?.toString()).toBe('%PDF-');
  });

  it('has the first of two From and Subject', async () => {
    const twice = mail('From: a@x', 'Subject: one', 'From: b@x', 'Subject: two', '', '');
    expect(await content(twice)).toMatchObject({ from: [{ address: 'a@x' }], subject: 'one' });
  });
});

describe('limits', () => {
  it('cut a header block at its bytes and its fields', async () => {
    const long = mail('Subject: s', `X: ${'x'.repeat(1_000_000)}`, 'To: a@x', '', 'text');
    expect(await content(long)).toMatchObject({
      subject: 's',
      to: [],
      text: 'text',
      defects: [{ code: 'header.too_long' }],
    });
    const many = `${'A: b\r\n'.repeat(20_000)}\r\ntext`;
    expect(await content(many)).toMatchObject({ text: 'text', defects: [{ code: 'header.too_many' }] });
    expect((await content(many)).headers).toHaveLength(1_000);
  });

  it('cut address lists', async () => {
    const { to, defects } = await content(`To: ${'a@x, '.repeat(5_000)}\r\n\r\n`);
    expect([to.length, defects.map(({ code }) => code)]).toEqual([1_000, ['address.too_many']]);
  });

  it('end the tree at its depth and its number of parts', async () => {
    const nested = Array.from(
      { length: 1_000 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    );
    expect(await codes(nested.join(''))).toContain('mime.depth_limit');
    const parts = await content(`${MIXED}\r\n\r\n${'--b\r\nContent-Type: a/b\r\n\r\nx\r\n'.repeat(10_000)}--b--\r\n`);
    expect(parts.attachments).toHaveLength(999);
    expect(parts.defects).toMatchObject([{ code: 'mime.parts_limit' }]);
  });

  it('end the reading of mails inside mails, not the storing', async () => {
    let bytes = 'Subject: 9\r\n\r\n';
    for (let i = 8; i >= 0; i--) bytes = `Subject: ${i}\r\nContent-Type: message/rfc822\r\n\r\n${bytes}`;
    const { content, stored } = await read(bytes);
    expect(stored.size).toBe(6);
    expect(content.defects).toMatchObject([{ code: 'mime.depth_limit' }]);
  });

  it('cut texts', async () => {
    const { text, defects } = await content(mail('Subject: s', '', 'x'.repeat(5_000)), { textBytes: 1_000 });
    expect([text?.length, defects.map(({ code }) => code)]).toEqual([1_000, ['mime.text_limit']]);
  });
});

it('rejects when the source or the sink fails', async () => {
  async function* broken() {
    yield Buffer.from('A: b\r\n\r\n');
    throw new Error('connection reset');
  }
  await expect(readMail(reader, broken())).rejects.toThrow('connection reset');
  const down = () => Promise.reject(new Error('store down'));
  await expect(readMail(reader, mail(...PDF), down)).rejects.toThrow('store down');
  const attached = mail('Content-Type: message/rfc822', '', MIXED, '', '--b', ...PDF, '--b--');
  await expect(readMail(reader, attached, down)).rejects.toThrow('store down');
});

it('reads on when the sink takes only the beginning of an attachment', async () => {
  const { content } = await readMail(
    reader,
    mail(MIXED, '', '--b', ...PDF, '--b', '', 'text', '--b--'),
    async (head, chunks) => {
      for await (const _ of chunks) break;
      return { size: 0, sha256: '', detectedType: null, bucket: 'test', key: head.partId };
    },
  );
  expect(content.text).toBe('text');
});
