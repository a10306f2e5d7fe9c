import { describe, expect, it } from 'vitest';
import { MailparserReader } from '../../../core/mime/mailparser-reader.ts';
import { readMail } from './read-mail.ts';

const read = (mail: string | Buffer) => readMail(new MailparserReader(), mail);
const codes = (result: Awaited<ReturnType<typeof read>>) => result.content.defects.map(({ code }) => code);

describe('MailparserReader', () => {
  it('reads texts and attachments', async () => {
    const result = await read(
      [
        'Subject: Hello',
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
    expect(content.text?.trim()).toBe('Text');
    expect(content.html).toContain('<p>HTML</p>');
    expect(content.attachments).toMatchObject([{ partId: '3', filename: 'x.pdf', contentType: 'application/pdf' }]);
    expect(result.stored.get('3')?.toString()).toBe('%PDF-1.4');
    expect(content.defects).toEqual([]);
  });

  it('names the limit that stopped it, which is not a crash', async () => {
    expect(codes(await read(''))).toEqual([]);
    expect(codes(await read(`A: ${'x'.repeat(1_000_000)}\r\n\r\nbody`))).toContain('header.too_long');
    const nested = Array.from(
      { length: 1_001 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    );
    expect(codes(await read(nested.join('')))).toContain('mime.parts_limit');
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
