import { describe, expect, it } from 'vitest';
import type { MimeStructure } from '../../../core/mail/parsed-mail.ts';
import { readMail } from './read-mail.ts';
import { codes, content, MIXED, mail, PDF, read, reader } from './written-mail.ts';

const tree = (node: MimeStructure): string =>
  `${node.partId} ${node.contentType}${node.children.length === 0 ? '' : ` (${node.children.map(tree).join(', ')})`}`;

describe('a mail', () => {
  it('has texts, attachments and a tree with IMAP section numbers', async () => {
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

  it('that is a single attachment has it as part 1', async () => {
    expect((await content(mail(...PDF))).attachments).toMatchObject([{ partId: '1', filename: 'a.pdf', size: 5 }]);
  });

  it('keeps the exact bytes of an attachment, without the line break before the delimiter', async () => {
    const body = 'a\r\n\r\n--bb\r\n--\r\n\x00\xff\r\n';
    const { stored } = await read(`${MIXED}\r\n\r\n--b\r\nContent-Type: a/b\r\n\r\n${body}\r\n--b--\r\n`);
    expect(stored.get('1')?.toString('latin1')).toBe(body);
  });

  it('may have a delimiter line followed by blanks', async () => {
    const { attachments } = await content(mail(MIXED, '', '--b \t ', '', 'text', '--b  ', ...PDF, '--b-- \t', ''));
    expect(attachments).toHaveLength(1);
  });

  it('does not lose what follows an unclosed inner multipart', async () => {
    const { attachments, defects } = await content(
      mail(MIXED, '', '--b', 'Content-Type: multipart/mixed; boundary=i', '', '--i', '', 'x', '--b', ...PDF, '--b--'),
    );
    expect(attachments).toMatchObject([{ partId: '2' }]);
    expect(defects).toMatchObject([{ code: 'mime.truncated', partId: '1' }]);
  });

  it('has a text with a file name as an attachment, unless it is the body', async () => {
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

  it('that is attached is stored and parsed, and its own attachments are stored as well', async () => {
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

  it('that is attached in base64 is parsed too', async () => {
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
  ])('may be %s', async (_name, text) => {
    expect(await content(text)).toMatchObject({ subject: 's', text: 'text' });
  });

  it('ends where only a body can follow', async () => {
    expect(await content('Subject: s\r\nno header\r\n\r\nmore')).toMatchObject({
      subject: 's',
      text: 'no header\n\nmore',
    });
    expect(await content('no header at all')).toMatchObject({ headers: [], text: 'no header at all' });
  });

  it('is empty when it consists of line ends', async () => {
    expect(await codes('')).toEqual(['message.empty']);
    expect(await codes('\r\n')).toEqual(['message.empty']);
    expect(await codes('x')).toEqual(['header.malformed', 'message.no_headers']);
  });
});

describe('limits of reading', () => {
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

it('the reader rejects when the source or the sink fails', async () => {
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

it('the reader continues when the sink takes only the beginning of an attachment', async () => {
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
