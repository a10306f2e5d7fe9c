import { describe, expect, it } from 'vitest';
import { MIME_LIMITS } from '../../core/mail/limits.ts';
import { describing } from '../../core/mime/describe-attachment.ts';
import { StreamingMimeReader } from '../../core/mime/reader.ts';
import { sampleMails } from '../fixtures/samples.ts';

const discarding = describing(async ({ partId }, content) => {
  for await (const _bytes of content);
  return { bucket: 'mail-content', key: partId };
});

async function* once(bytes: Buffer) {
  yield bytes;
}

describe('sample mails, read', () => {
  it.each(sampleMails())('$name reads as expected', async ({ bytes, facts }) => {
    const content = await new StreamingMimeReader().read(once(bytes), discarding, MIME_LIMITS);
    expect(content).toMatchObject({
      subject: facts.subject,
      messageId: facts.messageId,
      date: facts.date,
      from: facts.from.map((address) => ({ address })),
    });
    for (const text of facts.textIncludes) expect(content.text).toContain(text);
    for (const html of facts.htmlIncludes) expect(content.html).toContain(html);
    expect(content.attachments.map(({ bucket, key, parentPartId, detectedType, message, ...fact }) => fact)).toEqual(
      facts.attachments,
    );
    const codes = content.defects.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(facts.defects));
    if (facts.defects.length === 0) expect(codes).toEqual([]);
  });
});
