import { afterAll, beforeAll, expect, it } from 'vitest';
import { FAILED_PREFIX } from '../../core/mail/keys.ts';
import { TestPipeline, textMail } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
let pipeline: TestPipeline;
beforeAll(async () => {
  pipeline = await TestPipeline.start(path());
});
afterAll(() => pipeline?.program.killAll());

const CRLF = '\r\n';

/** Each boundary is inside the part of the one before. */
function nestedMultiparts(depth: number): string {
  const open = Array.from(
    { length: depth },
    (_, at) => `Content-Type: multipart/mixed; boundary="b${at}"${CRLF}${CRLF}--b${at}${CRLF}`,
  );
  const close = Array.from({ length: depth }, (_, at) => `${CRLF}--b${depth - 1 - at}--`);
  return `Subject: nested${CRLF}MIME-Version: 1.0${CRLF}${open.join('')}Content-Type: text/plain${CRLF}${CRLF}core${close.join('')}${CRLF}`;
}

const TRUNCATED = [
  'Subject: truncated',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="b"',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'text',
  '--b',
  'Content-Type: application/pdf; name="half.pdf"',
  'Content-Disposition: attachment; filename="half.pdf"',
  'Content-Transfer-Encoding: base64',
  '',
  'JVBERi0xLjQ=',
].join(CRLF);

const MAILS: Record<string, { message: string; defect: RegExp }> = {
  'an empty mail': { message: '', defect: /^message\.empty$/ },
  'a mail of one byte': { message: 'x', defect: /^(message\.no_headers|header\.malformed)$/ },
  'a header of 1 MB': {
    message: `Subject: long${CRLF}X-Long: ${'a'.repeat(1024 * 1024)}${CRLF}${CRLF}body${CRLF}`,
    defect: /^header\.too_long$/,
  },
  'a header of 1 MB, folded': {
    message: `Subject: long${CRLF}X-Long: ${`${'a'.repeat(70)}${CRLF} `.repeat(15_000)}${CRLF}${CRLF}body${CRLF}`,
    defect: /^header\.too_long$/,
  },
  'a truncated multipart': { message: TRUNCATED, defect: /^mime\.truncated$/ },
  '1,000 nested parts': { message: nestedMultiparts(1_000), defect: /^mime\.(depth|parts)_limit$/ },
};

it('gives each bad mail a document with its defect, and every neighbour its own', async () => {
  const sent = new Map<string, string>();
  const neighbours: string[] = [];
  for (const [name, { message }] of Object.entries(MAILS)) {
    sent.set(await pipeline.send(Buffer.from(message)), name);
    neighbours.push(await pipeline.send(textMail(`neighbour of ${name}`)));
  }
  const mails = await pipeline.receive([...sent.keys(), ...neighbours]);
  for (const id of neighbours)
    expect(mails.get(id)).toMatchObject({ defects: [], text: expect.stringContaining('Hello.') });
  for (const [id, name] of sent) {
    const codes = mails.get(id)?.defects.map(({ code }) => code) ?? [];
    expect(codes, name).toContainEqual(expect.stringMatching(MAILS[name]?.defect ?? /./));
  }
  // Nothing of it was a reason to give a mail up.
  for await (const { key } of pipeline.store.list('mail-content', { prefix: FAILED_PREFIX })) expect.fail(key);
});
