import { expect, it } from 'vitest';
import type { Defect } from '../../../core/mail/defects.ts';
import { MailparserReader } from '../../../core/mime/mailparser-reader.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { comparedWith, needsSecondReading } from '../../../core/mime/second-reading.ts';
import { readMail } from './read-mail.ts';

const lines = (...all: string[]) => all.join('\r\n');

/** The defects of a mail after both readings. */
async function compared(mail: string): Promise<Defect[]> {
  const { content: first } = await readMail(new StreamingMimeReader(), mail);
  expect(needsSecondReading(first)).toBe(true);
  return comparedWith(first, (await readMail(new MailparserReader(), mail)).content).defects;
}

it.each([
  ['nothing wrong', ''],
  ['a guessed charset', 'Subject: Fr\xf6sche'],
  ['a Date that is none', 'Date: whenever'],
])('a mail with %s needs no second reading', async (_name, field) => {
  const { content } = await readMail(
    new StreamingMimeReader(),
    lines('From: a@example.net', field || 'To: b@x', '', 'x'),
  );
  expect(needsSecondReading(content)).toBe(false);
});

it('an unreadable mail has nothing to compare', async () => {
  const { content } = await readMail(new StreamingMimeReader(), lines('Subject: s', 'stray', '', 'x'));
  expect(needsSecondReading(content)).toBe(true);
  const stopped: Defect = { code: 'parse.deadline', partId: null, detail: '' };
  expect(needsSecondReading({ ...content, defects: [...content.defects, stopped] })).toBe(false);
});

it('the same parts in another form are no difference between readings', async () => {
  expect(
    await compared(lines('Subject: s', 'Content-Transfer-Encoding: foo', '', 'Twelve  boxes. ', '')),
  ).toMatchObject([{ code: 'mime.encoding_unknown' }]);
});

it('a comparison of two readings names the parts that differ', async () => {
  const mail = lines(
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: multipart/alternative; boundary=c',
    '',
    '--c',
    'Content-Type: text/html',
    '',
    '<p>x</p>',
    '--b',
    'Content-Type: application/pdf',
    '',
    '%PDF',
    '--b--',
    '',
  );
  expect((await compared(mail)).at(-1)).toMatchObject({
    code: 'mime.ambiguous',
    partId: null,
    detail: expect.stringMatching(
      /^1 attachments here, 0 in the second reading, 0 the same; html has 8 characters here, \d+ /,
    ),
  });
});

it('a failed second reading agrees with nothing', async () => {
  const { content } = await readMail(new StreamingMimeReader(), lines('Subject: s', 'stray', '', 'x'));
  const gaveUp: Defect = { code: 'parse.crash', partId: null, detail: 'the stream never ended' };
  expect(comparedWith(content, { ...content, defects: [gaveUp] }).defects.at(-1)).toEqual({
    code: 'mime.ambiguous',
    partId: null,
    detail: 'no second reading: the stream never ended',
  });
});
