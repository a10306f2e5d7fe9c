import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { AwsProxy } from '../support/aws-proxy.ts';
import { FunctionHarness } from '../support/function-harness.ts';
import { ALL_DONE, sqsEvent } from '../support/sqs-event.ts';

let harness: FunctionHarness;
let proxy: AwsProxy;
let parser: LambdaFunction;
/** Raw objects that were fetched, once per reading. */
const fetched: string[] = [];
beforeAll(async () => {
  harness = await FunctionHarness.start();
  proxy = new AwsProxy(({ name, url }) => {
    if (name === 'GET raw') fetched.push(url);
    return null;
  });
  harness.endpoints.s3 = await proxy.listen(harness.s3.endpoint);
  parser = await harness.parser();
});
afterAll(async () => {
  await harness.stop();
  proxy.close();
});

const lines = (...all: string[]) => all.join('\r\n');
/** Makes a mail so large that each reading fetches it. */
const PADDING = `${'%'.repeat(70)}\r\n`.repeat(16_000);
const PDF = lines(
  'Content-Type: application/pdf',
  'Content-Disposition: attachment; filename=a.pdf',
  '',
  '%PDF-1.4',
  PADDING,
);
const HEAD = lines('From: a@example.net', 'Subject: s', 'Content-Type: multipart/mixed; boundary=b', '', '');
const TEXT = lines('--b', '', 'Twelve boxes.', '');
const WELL_FORMED = `${HEAD}${TEXT}--b\r\n${PDF}--b--\r\n`;

/** The published document of a mail, and how many times its object was fetched. */
async function parsed(bytes: string) {
  const { id, object } = await harness.putMail(bytes);
  expect(await parser.invoke(sqsEvent(object))).toEqual(ALL_DONE);
  const { mail } = await harness.receiveOne();
  expect(mail.id).toBe(id);
  expect(await harness.document(id)).toMatchObject({ ambiguous: mail.ambiguous, defects: mail.defects });
  const defect = mail.defects.findLast(({ code }) => code === 'mime.ambiguous');
  return { mail, said: defect?.detail ?? null, readings: fetched.filter((url) => url.includes(id)).length };
}

it('a well-formed mail is read once', async () => {
  const { mail, readings } = await parsed(WELL_FORMED);
  expect(mail).toMatchObject({ ambiguous: false, defects: [], attachments: [{ filename: 'a.pdf' }] });
  expect(readings).toBe(1);
});

it('a mail with a structural defect is read twice; when both readings agree it is not ambiguous', async () => {
  const { mail, readings } = await parsed(WELL_FORMED.replace('--b--\r\n', ''));
  expect(mail).toMatchObject({ ambiguous: false, defects: [{ code: 'mime.truncated' }] });
  expect(readings).toBe(2);
});

it('when the readings find different parts the document says so, with the difference', async () => {
  const inner = lines('--b', 'Content-Type: multipart/alternative; boundary=c', '', '--c', '', 'Twelve boxes.', '');
  const { mail, said, readings } = await parsed(`${HEAD}${inner}--b\r\n${PDF}--b--\r\n`);
  expect(mail).toMatchObject({ ambiguous: true, attachments: [{ filename: 'a.pdf' }], text: 'Twelve boxes.' });
  expect(said).toMatch(/^1 attachments here, 0 in the second reading, 0 the same; text has/);
  expect(readings).toBe(2);
});

it('an endless second reading is ended, and its neighbours do not wait', async () => {
  const blanks = lines(
    'Subject: slow',
    'stray',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    `${' '.repeat(256_000)}x`,
  );
  const slow = await harness.putMail(blanks);
  const good = await harness.putMail(WELL_FORMED);
  const invocation = parser.invoke(sqsEvent(slow.object, good.object));
  expect((await harness.receiveOne()).mail).toMatchObject({ id: good.id, defects: [] });
  const { mail } = await harness.receiveOne();
  expect(mail).toMatchObject({ id: slow.id, subject: 'slow', ambiguous: true });
  expect(mail.defects.at(-1)?.detail).toBe('no second reading: reading took longer than 3000 ms');
  expect(await invocation).toEqual(ALL_DONE);
});

it('a second reading that uses up the memory of the function is ended, and the next mail is read', async () => {
  parser = await harness.parser({}, { memoryMb: 256 });
  const soft = `${'='.repeat(3)}\r\n`.repeat(3_000_000);
  const { mail, said } = await parsed(
    lines(
      'Subject: large',
      'stray',
      'Content-Type: application/pdf',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      soft,
    ),
  );
  expect(mail).toMatchObject({ subject: 'large', ambiguous: true });
  // On a busy machine the three-second deadline can pass before the memory is exhausted.
  expect(said).toMatch(/^no second reading: .*(memory|longer than)/);
  expect((await parsed(WELL_FORMED)).mail).toMatchObject({ ambiguous: false, defects: [] });
});
