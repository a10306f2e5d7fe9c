import { describe, expect, it } from 'vitest';
import { MailparserReader } from '../../../core/mime/mailparser-reader.ts';
import { readMail } from './read-mail.ts';

const read = (mail: string | Buffer) => readMail(new MailparserReader(), mail);
const codes = (result: Awaited<ReturnType<typeof read>>) => result.content.defects.map(({ code }) => code);

describe('MailparserReader', () => {
  it('reads headers, texts and attachments', async () => {
    const result = await read(
      [
        'From: =?utf-8?q?Zo=C3=AB?= <zoe+x@example.com>',
        'To: Staff: a@example.com, b@example.com;',
        'Subject: Hello',
        'Message-ID: <1@example.com>',
        'References: <a@x> <b@x>',
        'Date: Tue, 1 Jul 2003 10:52:37 +0200',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        '',
        'Text',
        '--b',
        'Content-Type: text/html',
        '',
        '<p>HTML</p>',
        '--b',
        'Content-Type: application/pdf; name=x.pdf',
        'Content-Transfer-Encoding: base64',
        '',
        'JVBERi0xLjQ=',
        '--b--',
        '',
      ].join('\r\n'),
    );
    const { content } = result;
    expect(content.from).toEqual([{ name: 'Zoë', address: 'zoe+x@example.com', plusTag: 'x', group: null }]);
    expect(content.to.map(({ group }) => group)).toEqual(['Staff', 'Staff']);
    expect(content.date).toBe('2003-07-01T08:52:37.000Z');
    expect(content.references).toEqual(['a@x', 'b@x']);
    expect(content.text?.trim()).toBe('Text');
    expect(content.html).toContain('<p>HTML</p>');
    expect(content.attachments).toMatchObject([{ partId: '3', filename: 'x.pdf', contentType: 'application/pdf' }]);
    expect(result.stored.get('3')?.toString()).toBe('%PDF-1.4');
    expect(content.defects).toEqual([]);
  });

  it('gives content with defects for broken mails', async () => {
    expect(codes(await read(''))).toEqual(['message.empty']);
    expect(codes(await read('\r\n'))).toEqual(['message.empty']);
    expect(codes(await read('x'))).toContain('message.no_headers');
    expect(codes(await read(`A: ${'x'.repeat(1_000_000)}\r\n\r\nbody`))).toContain('header.too_long');
    expect(codes(await read('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext'))).toContain(
      'mime.truncated',
    );
    const nested = Array.from(
      { length: 1_001 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    );
    expect(codes(await read(nested.join('')))).toContain('mime.parts_limit');
    const late = await read('Date: whenever\r\n\r\n');
    expect(late.content.date).toBeNull();
    expect(codes(late)).toEqual(['header.date_invalid']);
  });

  it('rejects when the source or the sink fails', async () => {
    async function* broken() {
      yield Buffer.from('A: b\r\n\r\n');
      throw new Error('connection reset');
    }
    await expect(readMail(new MailparserReader(), broken())).rejects.toThrow('connection reset');
    const mail = 'Content-Type: application/pdf\r\n\r\n%PDF';
    const sink = () => Promise.reject(new Error('store down'));
    await expect(readMail(new MailparserReader(), mail, sink)).rejects.toThrow('store down');
  });
});
