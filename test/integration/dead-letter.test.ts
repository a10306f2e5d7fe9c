import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeS3Event } from '../../core/aws/s3-event.ts';
import { mintMailId } from '../../core/mail/id.ts';
import { failedKey, parsedKey, rawKey } from '../../core/mail/keys.ts';
import { failedMailSchema } from '../../core/outcome/failures.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { CONTENT, eventOf, FunctionWorld, RAW, sqsEvent } from '../support/function-world.ts';

let world: FunctionWorld;
let parser: LambdaFunction;
let deadLetter: LambdaFunction;
beforeAll(async () => {
  world = await FunctionWorld.start();
  parser = await world.parser();
  deadLetter = await world.deadLetter();
});
afterAll(() => world.stop());

const ALL_DONE = { status: 'ok', payload: '{"batchItemFailures":[]}' };
const PLAIN = 'From: a@example.net\r\nSubject: plain\r\n\r\nplain\r\n';

async function failure(id: string) {
  return failedMailSchema.parse(JSON.parse((await world.content(failedKey(id))).toString()));
}

/** Those whose keys are not among `before`. */
async function failuresSince(before: readonly string[]) {
  const added = (await world.keys('failed/')).filter((key) => !before.includes(key));
  return Promise.all(added.map(async (key) => failedMailSchema.parse(JSON.parse(String(await world.content(key))))));
}

/** Lets the parser fail for good and hands what it leaves to the dead-letter function. */
async function giveUp(event: unknown) {
  expect(await parser.invoke(event)).toEqual(ALL_DONE);
  expect(await deadLetter.invoke(eventOf(await world.receiveDeadLetters(1)))).toEqual(ALL_DONE);
}

const lastReceive = (event: ReturnType<typeof sqsEvent>) => ({
  Records: event.Records.map((record) => ({
    ...record,
    attributes: { ...record.attributes, ApproximateReceiveCount: '5' },
  })),
});

describe('the dead-letter function', () => {
  it('records what the parser gave up, with the reason, once', async () => {
    const id = mintMailId();
    const object = { bucket: RAW, key: rawKey(id), versionId: null, revision: 1 };
    await giveUp(lastReceive(sqsEvent(object)));
    const first = await failure(id);
    expect(first).toEqual({
      schema: 'failed-mail/1',
      id,
      reason: 'raw.missing',
      lastError: `there is no object ${RAW}/${object.key}`,
      receiveCount: 5,
      revision: 1,
      destination: null,
      route: null,
      raw: { bucket: RAW, key: object.key, versionId: null },
      event: null,
      at: expect.stringMatching(/Z$/),
    });
    await giveUp(lastReceive(sqsEvent(object)));
    expect(await failure(id)).toEqual(first);
  });

  it('records what SQS moved itself: the function ended without a word', async () => {
    const { id, object } = await world.putMail(PLAIN);
    const [record] = eventOf([
      { messageId: 'm', receiptHandle: 'h', body: encodeS3Event(object), attributes: {}, receiveCount: 6 },
    ]).Records;
    expect(await deadLetter.invoke({ Records: [record] })).toEqual(ALL_DONE);
    expect(await failure(id)).toMatchObject({ reason: 'retries.exhausted', lastError: null, receiveCount: 6 });
  });

  it('records an event that names no mail under the same id each time', async () => {
    const before = await world.keys('failed/');
    for (let times = 0; times < 2; times += 1) await giveUp(sqsEvent('{"some":"thing"}'));
    const added = await failuresSince(before);
    expect(added).toHaveLength(1);
    expect(added[0]).toMatchObject({ reason: 'event.invalid', raw: null, event: '{"some":"thing"}' });
  });

  it('gives a foreign object the id that its document would have', async () => {
    const object = { bucket: RAW, key: 'inbox/foreign.eml', versionId: null, revision: 1 };
    await world.s3.store.put(object, Buffer.from(PLAIN));
    const before = await world.keys('failed/');
    await deadLetter.invoke(sqsEvent(object));
    const [failed] = await failuresSince(before);
    const id = failed?.id ?? '';
    await world.s3.store.delete({ bucket: CONTENT, key: failedKey(id) });
    await parser.invoke(sqsEvent(object));
    expect((await world.receiveOne()).mail.id).toBe(id);
  });

  it('sends a mail that has its document instead of calling it failed', async () => {
    const { id, object } = await world.putMail(PLAIN);
    await parser.invoke(sqsEvent(object));
    await world.receiveOne();
    expect(await deadLetter.invoke(sqsEvent(object))).toEqual(ALL_DONE);
    expect((await world.receiveOne()).mail.id).toBe(id);
    expect(await world.keys('failed/', id)).toEqual([]);
  });

  it('sends the mail once, whatever the event bus says', async () => {
    const { id, object } = await world.putMail(PLAIN);
    await parser.invoke(sqsEvent(object));
    await world.receiveOne();
    const bus = createServer((_request, response) => response.writeHead(500).end());
    const AWS_ENDPOINT_URL_EVENTBRIDGE = `http://127.0.0.1:${await listenOnLoopback(bus, 0)}`;
    const telling = await world.deadLetter({ eventBus: 'mails' }, {}, { AWS_ENDPOINT_URL_EVENTBRIDGE });
    for (let times = 0; times < 2; times += 1) {
      const { payload } = Object.assign({ payload: '' }, await telling.invoke(sqsEvent(object)));
      expect(payload).toContain('"itemIdentifier"');
    }
    expect((await world.receive(1)).map(({ mail }) => mail.id)).toEqual([id]);
    expect(await world.parsedMail.receive({ waitSeconds: 0 })).toEqual([]);
    bus.closeAllConnections();
    bus.close();
  });

  it('is heeded by the parser: a mail that has failed is not sent until it is redriven', async () => {
    const { id, object } = await world.putMail(PLAIN);
    await deadLetter.invoke(sqsEvent(object));
    expect(await parser.invoke(sqsEvent(object))).toEqual(ALL_DONE);
    expect(await world.parsedMail.receive({ waitSeconds: 0 })).toEqual([]);
    await world.s3.store.delete({ bucket: CONTENT, key: parsedKey(id) });
    await world.s3.store.delete({ bucket: CONTENT, key: failedKey(id) });
    await parser.invoke(sqsEvent(object));
    expect((await world.receiveOne()).mail.id).toBe(id);
  });
});

describe('a mail that is delivered twice', () => {
  it('has one dedupKey, and the later one names the first', async () => {
    const mail = `Message-ID: <1@example.net>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n${PLAIN}`;
    const first = await world.putMail(mail);
    const second = await world.putMail(mail, {}, 'Received: by another.mx.test\r\n');
    await parser.invoke(sqsEvent(first.object));
    await parser.invoke(sqsEvent(second.object));
    await parser.invoke(sqsEvent(first.object));
    const [one, two, again] = (await world.receive(3)).map(({ mail }) => mail);
    expect(one).toMatchObject({ id: first.id, duplicateOf: null });
    expect(two).toMatchObject({ id: second.id, duplicateOf: first.id, dedupKey: one?.dedupKey });
    expect(again).toEqual(one);
  });
});
