import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeS3Event, encodeS3Event } from '../../core/aws/s3-event.ts';
import { mintMailId } from '../../core/mail/id.ts';
import { envelopeKey } from '../../core/mail/keys.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { envelope } from '../support/envelope.ts';
import { CONTENT, FunctionHarness, RAW } from '../support/function-harness.ts';
import { ALL_DONE, eventOf, sqsEvent } from '../support/sqs-event.ts';

let harness: FunctionHarness;
let parser: LambdaFunction;
beforeAll(async () => {
  harness = await FunctionHarness.start();
  parser = await harness.parser();
});
afterAll(() => harness.stop());

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(100_000, 7)]);
const MAIL = [
  'From: Ann <ann@example.net>',
  'To: orders@example.com',
  'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
  'Message-ID: <1@example.net>',
  'Date: Sun, 22 Nov 2026 10:00:00 +0000',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'hello',
  '--b',
  'Content-Type: application/x-picture; name=a.png',
  'Content-Disposition: attachment; filename=a.png',
  'Content-Transfer-Encoding: base64',
  '',
  PNG.toString('base64').replace(/.{76}/g, '$&\r\n'),
  '--b--',
  '',
].join('\r\n');
const PLAIN = 'From: a@example.net\r\nSubject: plain\r\n\r\nplain\r\n';

describe('the parser', () => {
  it('turns a raw object into attachments, a document and a queue message', async () => {
    const { id, object } = await harness.putMail(MAIL);
    expect(await parser.invoke(sqsEvent(object))).toEqual(ALL_DONE);
    const { mail, message } = await harness.receiveOne();
    expect(mail).toMatchObject({ id, subject: 'Grüße', text: expect.stringContaining('hello'), omitted: [] });
    expect(mail.raw).toMatchObject({ traceBytes: 22, sha256: sha256(MAIL), size: 22 + MAIL.length });
    expect(mail.envelope).toMatchObject({ mailFrom: 'sender@example.net', rcptTo: ['orders@example.com'] });
    expect(message.attributes).toEqual({
      schema: 'parsed-mail/1',
      kind: 'message',
      recipientDomain: 'example.com',
    });
    expect(await harness.document(id)).toEqual(mail);
    expect(harness.printed.find((line) => line.includes('CloudWatchMetrics'))).toContain('"ParsedMails":1');
    const [attachment] = mail.attachments;
    expect(attachment).toMatchObject({
      filename: 'a.png',
      contentType: 'application/x-picture',
      detectedType: 'image/png',
      size: PNG.length,
      sha256: sha256(PNG),
      bucket: CONTENT,
      key: `attachments/${id}/${attachment?.partId}`,
    });
    expect(await harness.content(attachment?.key ?? '')).toEqual(PNG);
  });

  it('takes an S3 event directly', async () => {
    const { id, object } = await harness.putMail(PLAIN);
    const [record] = sqsEvent(object).Records;
    expect(await parser.invoke(JSON.parse(record?.body ?? ''))).toEqual(ALL_DONE);
    expect((await harness.receiveOne()).mail.id).toBe(id);
  });

  it('gives the same document for the same event, twice at once and again later', async () => {
    const { id, object } = await harness.putMail(MAIL.replace('<1@', '<2@'));
    await parser.invoke(sqsEvent(object, object));
    await parser.invoke(sqsEvent(object));
    // Two concurrent attempts may both send it; later ones find the delivery mark.
    const received = await harness.parsedMail.receive({ waitSeconds: 0 });
    expect([1, 2]).toContain(received.length);
    const document = await harness.document(id);
    for (const { body } of received) expect(JSON.parse(body)).toEqual(document);
    for (const { receiptHandle } of received) await harness.parsedMail.delete(receiptHandle);
    expect(await harness.keys('attachments/', id)).toHaveLength(1);
  });

  it('records that the edge repaired the line ends of a mail', async () => {
    const { object } = await harness.putMail(PLAIN, { normalizedNewlines: 3 });
    await parser.invoke(sqsEvent(object));
    const { mail } = await harness.receiveOne();
    expect(mail.defects).toEqual([
      { code: 'body.line_endings', partId: null, detail: '3 LF without CR as sent, stored as CRLF' },
    ]);
  });

  it('reads a foreign object, with any key, as a mail without envelope', async () => {
    for (const key of ['inbox/a b+c 100% grüße/名前.eml', 'x.eml']) {
      const object = { bucket: RAW, key, versionId: null, revision: 1 };
      await harness.s3.store.put(object, Buffer.from(PLAIN));
      await parser.invoke(sqsEvent(object, object));
      const [first, second] = await harness.receive(2);
      expect(first?.mail).toMatchObject({ envelope: null, subject: 'plain', raw: { key, traceBytes: 0 } });
      expect(first?.mail.raw.sha256).toBe(sha256(PLAIN));
      expect(second?.mail.id).toBe(first?.mail.id);
    }
  });

  it('reads an envelope that is too long for metadata from its sidecar', async () => {
    const id = mintMailId();
    const rcptTo = Array.from({ length: 100 }, (_, n) => ({ address: `someone.number.${n}@example.com`, route: 'r1' }));
    const sidecar = Buffer.from(JSON.stringify(envelope({ id, rcptTo })));
    await harness.s3.store.put({ bucket: RAW, key: envelopeKey(id) }, sidecar);
    const { object } = await harness.putMail(PLAIN, { id, rcptTo });
    expect(await parser.invoke(sqsEvent(object))).toEqual(ALL_DONE);
    const { mail } = await harness.receiveOne();
    expect(mail.envelope?.rcptTo).toHaveLength(100);
    expect(mail).toMatchObject({ route: null, raw: { traceBytes: 22 } });
  });

  it('puts a mail on the queue of its route, and on the parsed-mail queue for its other recipients', async () => {
    const queue = await harness.sqs.queue('parsed-mail-r1', { VisibilityTimeout: '300' });
    const any = { kinds: null, headers: null, maxMailBytes: null, enrichment: null };
    const routes = [{ ...any, name: 'r1', recipients: [], messageLimitBytes: 256 * 1024 }];
    const routing = await harness.parser({ routing: { routes, tagSeparator: '+' } });
    const rcptTo = [
      { address: 'a@example.com', route: 'r1' },
      { address: 'b@example.com', route: null },
    ];
    const { id, object } = await harness.putMail(PLAIN, { rcptTo });
    expect(await routing.invoke(sqsEvent(object))).toEqual(ALL_DONE);
    const { mail } = await harness.receiveOne();
    const [routed, ...more] = await queue.receive();
    expect(mail).toMatchObject({ id, route: null, routes: [{ name: 'r1' }, { name: null }] });
    expect(JSON.parse(routed?.body ?? '')).toEqual({ ...mail, route: 'r1' });
    expect(routed?.attributes).toMatchObject({ route: 'r1', recipientDomain: 'example.com' });
    expect(more).toEqual([]);
  });

  it('writes a document for a replay only when its revision is higher', async () => {
    const { id, object } = await harness.putMail(PLAIN);
    for (const revision of [1, 3, 2]) await parser.invoke(sqsEvent({ ...object, revision }));
    expect((await harness.receive(3)).map(({ mail }) => mail.revision)).toEqual([1, 3, 3]);
    expect((await harness.document(id)).revision).toBe(3);
  });
});

describe('events without a mail', () => {
  it('are ignored when they are the test event or about sidecars', async () => {
    const test = JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: RAW });
    const sidecar = { bucket: RAW, key: envelopeKey(mintMailId()), versionId: null, revision: 1 };
    expect(await parser.invoke(sqsEvent(test, sidecar))).toEqual(ALL_DONE);
    expect(await harness.deadLetters.receive({ waitSeconds: 0 })).toEqual([]);
  });

  it('fail permanently when they are unreadable, and the rest of the batch is parsed', async () => {
    const { id, object } = await harness.putMail(PLAIN);
    const malformed = JSON.stringify({
      Records: [
        { eventName: 'ObjectCreated:Put', s3: { bucket: { name: RAW }, object: { key: 'raw/%zz.eml' } } },
        { eventName: 'ObjectCreated:Put', s3: { bucket: { name: RAW }, object: { key: object.key } } },
      ],
    });
    expect(await parser.invoke(sqsEvent('no JSON', '{"Records":[{}]}', malformed))).toEqual(ALL_DONE);
    expect((await harness.receiveOne()).mail.id).toBe(id);
    const letters = await harness.receiveDeadLetters(3);
    expect(letters.map(({ body, attributes }) => [body, attributes['failureReason']]).sort()).toEqual([
      ['"no JSON"', 'event.invalid'],
      ['{"Records":[{}]}', 'event.invalid'],
      ['{"malformedKey":"raw/%zz.eml"}', 'event.key_malformed'],
    ]);
  });

  it('keep only the record of a missing object on the queue', async () => {
    const { id, object } = await harness.putMail(PLAIN);
    const missing = { ...object, key: object.key.replace(id, mintMailId()) };
    const outcome = await parser.invoke(sqsEvent(missing, object));
    expect(outcome).toEqual({ status: 'ok', payload: '{"batchItemFailures":[{"itemIdentifier":"message-0"}]}' });
    expect((await harness.receiveOne()).mail.id).toBe(id);
  });

  it('fail permanently with an invalid envelope, and at the fifth failed attempt', async () => {
    const { object } = await harness.putMail(PLAIN, { receivedAt: 'yesterday' });
    expect(await parser.invoke(sqsEvent(object))).toEqual(ALL_DONE);
    const missing = { ...object, key: 'nowhere.eml' };
    const [message] = sqsEvent(missing).Records;
    const outcomes: unknown[] = [];
    for (const ApproximateReceiveCount of ['1', '2', '3', '4', '5']) {
      const attributes = { ...message?.attributes, ApproximateReceiveCount };
      outcomes.push(await parser.invoke({ Records: [{ ...message, messageId: 'missing', attributes }] }));
    }
    expect(outcomes.slice(0, 4)).not.toContainEqual(ALL_DONE);
    expect(outcomes[4]).toEqual(ALL_DONE);
    const [first, second] = await harness.receiveDeadLetters(2);
    expect(first?.attributes).toMatchObject({ failureReason: 'envelope.invalid', failureReceiveCount: '1' });
    expect(first?.attributes['lastError']).toContain('receivedAt');
    expect(second?.attributes).toMatchObject({ failureReason: 'raw.missing', failureReceiveCount: '5' });
    expect(decodeS3Event(JSON.parse(second?.body ?? ''))?.created).toEqual([missing]);
  });

  it('are postponed when they will be retried', async () => {
    const { object } = await harness.putMail(PLAIN);
    await harness.rawMail.send({ body: encodeS3Event({ ...object, key: 'nowhere.eml' }) });
    const [first] = await harness.rawMail.receive();
    if (first === undefined) throw new Error('no event');
    const eager = await harness.parser({ retryBaseSeconds: 1 });
    await eager.invoke(eventOf([first]));
    const [second] = await harness.rawMail.receive({ waitSeconds: 5 });
    expect(second?.receiveCount).toBe(2);
  });
});
