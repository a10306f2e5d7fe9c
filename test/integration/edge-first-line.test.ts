import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { METADATA_TRACE_BYTES } from '../../core/mail/envelope.ts';
import { StreamingMimeReader } from '../../core/mime/reader.ts';
import { RAW_BUCKET, startTestEdge, type TestEdge } from '../support/edge.ts';
import { readMail } from '../unit/mime/read-mail.ts';

let test: TestEdge;
beforeEach(async () => {
  test = await startTestEdge();
});
afterEach(() => test.close());

/** Stores one mail and returns its raw object: the trace header and the bytes of DATA. */
async function stored(data: string): Promise<{ whole: Buffer; trace: string; mail: string }> {
  const client = await test.greeted();
  for (const line of ['MAIL FROM:<a@b.test>', 'RCPT TO:<info@ours.test>', 'DATA']) await client.command(line);
  client.send(`${data}.\r\n`);
  expect(await client.reply()).toMatch(/^250 /);
  const [object] = await test.store.objects(RAW_BUCKET);
  const whole = object?.bytes ?? Buffer.alloc(0);
  const traceBytes = Number(object?.metadata[METADATA_TRACE_BYTES]);
  return { whole, trace: whole.toString('utf8', 0, traceBytes), mail: whole.toString('utf8', traceBytes) };
}

/** Header fields of the whole raw object as mailparser reads them. */
async function readByMailparser(whole: Buffer): Promise<{ name: string; value: string }[]> {
  const { headerLines } = await simpleParser(whole);
  return headerLines.map(({ key, line }) => ({ name: key, value: unfolded(line.slice(line.indexOf(':') + 1)) }));
}

const unfolded = (value: string): string => value.replace(/\s+/g, ' ').trim();

const FIELDS = 'From: a@b.test\r\nSubject: one\r\n\r\ntext\r\n';

describe('a mail whose first line begins with a blank or tab', () => {
  it.each([
    ' by mx.bank.example with ESMTPS; folded\r\n',
    '\tby mx.bank.example\r\n',
    ' \r\n',
    '\t\r\n \r\n',
    ' From: other@b.test\r\n\tmore\r\n',
    '. behind a stuffed dot\r\n',
  ])(
    '%j keeps our Received intact, keeps its bytes, and has the same fields for us and for mailparser',
    async (first) => {
      const data = `${first}${FIELDS}`;
      const { whole, mail, trace } = await stored(data);
      expect(mail).toBe(data.replace(/^\./, ''));
      expect(trace).toMatch(/ \+0000\r\nX-Mail-Pipeline-First-Line: .*\r\n$/);
      const theirs = await readByMailparser(whole);
      expect(theirs.find(({ name }) => name === 'received')?.value).toMatch(/^from client\.test .* \+0000$/);
      const { content } = await readMail(new StreamingMimeReader(), mail);
      const ours = content.headers.map(({ name, value }) => ({ name: name.toLowerCase(), value }));
      const names = ['from', 'subject'];
      expect(ours.filter(({ name }) => names.includes(name))).toEqual(
        theirs.filter(({ name }) => names.includes(name)),
      );
      expect(content.subject).toBe('one');
      expect(content.from).toMatchObject([{ address: 'a@b.test' }]);
      expect(content.defects.map(({ code }) => code)).toContain('header.malformed');
    },
  );

  it('has no extra field when its first line is a field', async () => {
    const { trace, mail } = await stored(FIELDS);
    expect(trace).not.toContain('First-Line');
    expect(mail).toBe(FIELDS);
  });
});
