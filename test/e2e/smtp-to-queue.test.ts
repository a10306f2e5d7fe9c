import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAILED_PREFIX } from '../../core/mail/keys.ts';
import type { ObjectRef } from '../../core/ports/object-store.ts';
import { sampleMail } from '../fixtures/samples.ts';
import { TestPipeline, textMail } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
let pipeline: TestPipeline;
beforeAll(async () => {
  pipeline = await TestPipeline.start(path());
});
afterAll(() => pipeline?.program.killAll());

const CRLF = '\r\n';

/** Each boundary delimits a part nested in the previous one. */
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

async function bytesOf(ref: ObjectRef | undefined): Promise<Buffer> {
  const stored = ref === undefined ? null : await pipeline.store.get(ref);
  if (stored === null) throw new Error(`there is no object ${ref?.key}`);
  return buffer(stored.body);
}

describe('from SMTP to the queue', () => {
  it('delivers a mail as one document with its envelope', async () => {
    const { bytes, facts } = sampleMail('plain-text');
    const id = await pipeline.send(bytes);
    const mail = (await pipeline.receive([id])).get(id);
    expect(mail).toMatchObject({
      schema: 'parsed-mail/1',
      id,
      revision: 1,
      subject: facts.subject,
      envelope: { mailFrom: 'ada@example.org', rcptTo: ['bob@example.com'], remoteAddress: '127.0.0.1' },
      raw: { bucket: 'raw-mail', key: expect.stringMatching(/^raw\/\d{4}\/\d\d\/\d\d\/\d\d\/[0-9A-Z]{26}\.eml$/) },
      document: { bucket: 'mail-content' },
      attachments: [],
      omitted: [],
    });
  });

  it('keeps the bytes of DATA after the trace header', async () => {
    const { bytes } = sampleMail('plain-text');
    const id = await pipeline.send(bytes);
    const mail = (await pipeline.receive([id])).get(id);
    const raw = await bytesOf(mail?.raw);
    expect(raw.subarray(mail?.raw.traceBytes)).toEqual(bytes);
    expect(raw.subarray(0, mail?.raw.traceBytes).toString()).toMatch(
      /^Return-Path: <ada@example\.org>\r\nReceived: from /,
    );
    expect(mail?.raw.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('stores attachments byte for byte', async () => {
    const { bytes, facts } = sampleMail('several-attachments');
    const id = await pipeline.send(bytes);
    const mail = (await pipeline.receive([id])).get(id);
    expect(mail?.attachments).toMatchObject(facts.attachments);
    for (const { bucket, key, sha256, size } of mail?.attachments ?? []) {
      const content = await bytesOf({ bucket, key });
      expect(content).toHaveLength(size);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
  });

  it('shows the mail in the console', async () => {
    const id = await pipeline.send(sampleMail('plain-text').bytes);
    await pipeline.receive([id]);
    const list = await fetch(pipeline.consoleUrl);
    expect(list.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await list.text()).toContain(`/mails/${id}`);
    const document = await fetch(`${pipeline.consoleUrl}/mails/${id}.json`);
    expect(await document.json()).toMatchObject({ id, schema: 'parsed-mail/1' });
  });

  it('gives each bad mail a document with its defect, without affecting its neighbours', async () => {
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
    // No mail failed, neither these nor their neighbours.
    for await (const { key } of pipeline.store.list('mail-content', { prefix: FAILED_PREFIX })) expect.fail(key);
  });
});
