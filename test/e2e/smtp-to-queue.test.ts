import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectRef } from '../../core/ports/object-store.ts';
import { sampleMail } from '../fixtures/samples.ts';
import { TestPipeline } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
let pipeline: TestPipeline;
beforeAll(async () => {
  pipeline = await TestPipeline.start(path());
});
afterAll(() => pipeline?.program.killAll());

async function bytesOf(ref: ObjectRef | undefined): Promise<Buffer> {
  const stored = ref === undefined ? null : await pipeline.store.get(ref);
  if (stored === null) throw new Error(`there is no object ${ref?.key}`);
  return buffer(stored.body);
}

describe('from SMTP to the queue', () => {
  it('gives a mail as one document with its envelope', async () => {
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

  it('keeps the bytes of DATA behind the trace header', async () => {
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

  it('puts attachments beside it, byte for byte', async () => {
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

  it('shows it in the console', async () => {
    const id = await pipeline.send(sampleMail('plain-text').bytes);
    await pipeline.receive([id]);
    const list = await fetch(pipeline.consoleUrl);
    expect(list.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await list.text()).toContain(`/mails/${id}`);
    const document = await fetch(`${pipeline.consoleUrl}/mails/${id}.json`);
    expect(await document.json()).toMatchObject({ id, schema: 'parsed-mail/1' });
  });
});
