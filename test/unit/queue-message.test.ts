import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ParsedMail, parsedMailSchema } from '../../core/mail/parsed-mail.ts';
import { QUEUE_MESSAGE_MIN_BYTES, queueMessage } from '../../core/mail/queue-message.ts';
import { parsedMail } from '../support/parsed-mail.ts';

const LIMIT = QUEUE_MESSAGE_MIN_BYTES;

const messageBytes = ({ body, attributes }: { body: string; attributes: Record<string, string | number> }) =>
  Buffer.byteLength(body) +
  Object.entries(attributes).reduce((sum, [name, value]) => sum + Buffer.byteLength(`${name}${value}`) + 6, 0);

/** Text of up to about 100 KB, with characters that grow in JSON or UTF-8. */
const longText = fc
  .tuple(fc.constantFrom('a', '"', '\u0000', 'é', '\uD800', '名', '😀', '\uFFFF'), fc.integer({ min: 0, max: 30_000 }))
  .map(([character, length]) => character.repeat(length));
const BOUNCE = {
  source: 'report' as const,
  reportingMta: null,
  arrivalDate: null,
  originalEnvelopeId: null,
  originalSubject: null,
  originalDate: null,
  originalTo: [],
  recipients: [],
};
const address = longText.map((name) => ({ name, address: name, plusTag: null, group: null }));

const hostileFields: fc.Arbitrary<Partial<ParsedMail>> = fc.record(
  {
    subject: longText,
    html: longText,
    text: longText,
    messageId: longText,
    threadId: longText,
    references: fc.array(longText, { maxLength: 5 }),
    headers: fc.array(fc.record({ name: longText, value: longText }), { maxLength: 4 }),
    from: fc.array(address, { maxLength: 4 }),
    sender: address,
    reply: fc.record({ text: longText, quoted: longText, signature: longText }),
    enrichment: longText.map((said) => ({ model: { said } })),
    bounce: longText.map((originalMessageId) => ({ ...BOUNCE, originalMessageId })),
    defects: fc.array(
      fc.record({ code: fc.constant('header.malformed' as const), partId: longText, detail: longText }),
      { maxLength: 4 },
    ),
    raw: fc.string({ maxLength: 1024, minLength: 1024, unit: fc.constantFrom('\u0001', 'k') }).map((key) => ({
      ...parsedMail().raw,
      key,
    })),
  },
  { requiredKeys: [] },
);

describe('queue message', () => {
  it('is the whole document when it fits', () => {
    const mail = parsedMail({ text: 'hello' });
    const message = queueMessage(mail, LIMIT);
    expect(JSON.parse(message.body)).toEqual(mail);
    expect(message.omitted).toEqual([]);
  });

  it('leaves out html, text, headers and structure in that order', () => {
    const big = 'x'.repeat(LIMIT);
    expect(queueMessage(parsedMail({ text: 'short', html: big }), LIMIT).omitted).toEqual(['html']);
    expect(queueMessage(parsedMail({ text: big, html: 'short' }), LIMIT).omitted).toEqual(['html', 'text']);
    const headers = [{ name: 'X', value: big }];
    expect(queueMessage(parsedMail({ text: 'a long text', html: 'b long text', headers }), LIMIT).omitted).toEqual([
      'html',
      'text',
      'headers',
    ]);
  });

  it('always fits, stays valid and keeps every field it does not name', () => {
    fc.assert(
      fc.property(hostileFields, fc.integer({ min: LIMIT, max: 4 * LIMIT }), (fields, limit) => {
        const mail = parsedMail(fields);
        const message = queueMessage(mail, limit);
        expect(messageBytes(message)).toBeLessThanOrEqual(limit);
        const copy = parsedMailSchema.parse(JSON.parse(message.body));
        expect(copy.omitted).toEqual(message.omitted);
        const kept = Object.entries(mail).filter(([name]) => name !== 'omitted' && !message.omitted.includes(name));
        expect(copy).toMatchObject(JSON.parse(JSON.stringify(Object.fromEntries(kept))));
      }),
      { numRuns: 200 },
    );
  });

  it('points to the document when that is configured and the mail does not fit', () => {
    const mail = parsedMail({ text: 'x'.repeat(LIMIT), document: { bucket: 'content', key: 'parsed/a.json' } });
    const message = queueMessage(mail, LIMIT, 'claim-check');
    expect(JSON.parse(message.body)).toEqual([
      'software.amazon.payloadoffloading.PayloadS3Pointer',
      { s3BucketName: 'content', s3Key: 'parsed/a.json' },
    ]);
    expect(message.attributes).toMatchObject({
      kind: 'message',
      ExtendedPayloadSize: Buffer.byteLength(JSON.stringify(mail)),
    });
    expect(queueMessage(parsedMail(), LIMIT, 'claim-check')).toEqual(queueMessage(parsedMail(), LIMIT));
  });

  it('contains no character that SQS refuses', () => {
    const { body } = queueMessage(parsedMail({ subject: 'a\uFFFF\uFFFE\u0000\uD800b' }), LIMIT);
    expect(body).toMatch(/^[\t\n\r\x20-\uD7FF\uE000-\uFFFD]*$/);
    expect(JSON.parse(body).subject).toBe('a\uFFFF\uFFFE\u0000\uD800b');
  });

  it('has attributes for filtering, none of which is empty or unprintable', () => {
    const to = [{ name: '', address: 'sales@Example.COM', plusTag: null, group: null }];
    expect(queueMessage(parsedMail({ envelope: null, to, route: 'invoices' }), LIMIT).attributes).toEqual({
      schema: 'parsed-mail/1',
      kind: 'message',
      route: 'invoices',
      recipientDomain: 'example.com',
    });
    const odd = [{ name: '', address: 'a@\u0000', plusTag: null, group: null }];
    expect(queueMessage(parsedMail({ envelope: null, to: odd, routes: [] }), LIMIT).attributes).toEqual({
      schema: 'parsed-mail/1',
      kind: 'message',
    });
  });
});
