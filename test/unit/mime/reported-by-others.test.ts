import { expect, it } from 'vitest';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { readMail } from './read-mail.ts';

const read = (lines: readonly string[]) =>
  readMail(new StreamingMimeReader(), Buffer.from(lines.join('\r\n'), 'latin1'));

it('a mail with malformed headers keeps its text, with defects (mailpit #347)', async () => {
  const { content } = await read([
    'From a b@ broken <<<',
    ': x',
    'Subject without colon',
    'Content-Type: ;;;',
    '',
    'body',
  ]);
  expect(content.text).toBe('body');
  const codes = content.defects.map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(['header.malformed', 'mime.content_type_invalid']));
});

it('a one-line mail without headers is text (mailslurper #113)', async () => {
  const { content } = await read(['test\n']);
  expect(content.text).toBe('test\n');
  expect(content.defects.map(({ code }) => code)).toContain('message.no_headers');
});

it('an attachment whose name has no extension is found (mailin #70)', async () => {
  const { content, stored } = await read([
    'Content-Type: multipart/mixed; boundary="Apple-Mail=_1CE57DD1"',
    '',
    '--Apple-Mail=_1CE57DD1',
    'Content-Type: text/plain',
    '',
    'hi',
    '--Apple-Mail=_1CE57DD1',
    'Content-Disposition: attachment; filename=X',
    'Content-Type: application/octet-stream;name="X"',
    'Content-Transfer-Encoding: 7bit',
    '',
    'TEST',
    '--Apple-Mail=_1CE57DD1--',
  ]);
  expect(content.attachments).toMatchObject([{ partId: '2', filename: 'X', size: 4 }]);
  expect(stored.get('2')?.toString()).toBe('TEST');
});

it.each([
  ['declared as Latin-1', 'iso-8859-1', 'quoted-printable', 'caf=E9'],
  ['Latin-1 that claims to be UTF-8', 'utf-8', '8bit', 'caf\xe9'],
])('é is decoded, %s (sendgrid/docs #3717)', async (_, charset, encoding, text) => {
  const { content } = await read([
    `Content-Type: text/plain; charset=${charset}`,
    `Content-Transfer-Encoding: ${encoding}`,
    '',
    text,
  ]);
  expect(content.text).toBe('café');
});
