import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeS3Event, type RawObjectCreated } from '../../core/aws/s3-event.ts';
import { WORK_MAX_RECEIVES } from '../../core/config/functions.ts';
import { mintMailId } from '../../core/mail/id.ts';
import { failedKey, mailIdOfRawKey, parsedKey, rawKey } from '../../core/mail/keys.ts';
import { beginAttempt } from '../../core/outcome/attempts.ts';
import { encodeDeadLetter } from '../../core/outcome/dead-letter.ts';
import { failedMailSchema } from '../../core/outcome/failures.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { CONTENT, FunctionHarness, RAW } from '../support/function-harness.ts';
import { ALL_DONE, eventOf, sqsEvent } from '../support/sqs-event.ts';

let harness: FunctionHarness;
let parser: LambdaFunction;
let deadLetter: LambdaFunction;
beforeAll(async () => {
  harness = await FunctionHarness.start();
  parser = await harness.parser();
  deadLetter = await harness.deadLetter();
});
afterAll(() => harness.stop());

const PLAIN = 'From: a@example.net\r\nSubject: plain\r\n\r\nplain\r\n';

async function failure(id: string) {
  return failedMailSchema.parse(JSON.parse((await harness.content(failedKey(id))).toString()));
}

/** Failures whose keys are not in `before`. */
async function failuresSince(before: readonly string[]) {
  const added = (await harness.keys('failed/')).filter((key) => !before.includes(key));
  return Promise.all(added.map(async (key) => failedMailSchema.parse(JSON.parse(String(await harness.content(key))))));
}

/** Lets the parser fail permanently and passes its dead letter to the dead-letter function. */
async function giveUp(...events: unknown[]) {
  for (const event of events.slice(0, -1)) expect(await parser.invoke(event)).not.toEqual(ALL_DONE);
  expect(await parser.invoke(events.at(-1))).toEqual(ALL_DONE);
  expect(await deadLetter.invoke(eventOf(await harness.receiveDeadLetters(1)))).toEqual(ALL_DONE);
}

const message = (object: RawObjectCreated, receiveCount: number, messageId = mintMailId()) =>
  eventOf([{ messageId, receiptHandle: 'h', body: encodeS3Event(object), attributes: {}, receiveCount }]);

/** The same message, once per receive until its attempts are exhausted. */
function attempts(object: RawObjectCreated) {
  const messageId = mintMailId();
  return [1, 2, 3, 4, 5].map((receiveCount) => message(object, receiveCount, messageId));
}

/** Lambda receives the one message of raw-mail `times` times, but is throttled and never runs the function. */
async function throttle(times: number) {
  for (let time = 0; time < times; time += 1) {
    const [taken] = await harness.rawMail.receive({ waitSeconds: 1 });
    await harness.rawMail.changeVisibility(taken?.receiptHandle ?? '', 0);
  }
}

/** A dead letter as the parser sends it. */
function givenUp(object: RawObjectCreated) {
  const letter = encodeDeadLetter(encodeS3Event(object), { reason: 'test', lastError: null, receiveCount: 5 });
  return eventOf([{ ...letter, messageId: 'm', receiptHandle: 'h', receiveCount: 1 }]);
}

describe('the dead-letter function', () => {
  it('records a permanent failure of the parser once, with the reason', async () => {
    const id = mintMailId();
    const object = { bucket: RAW, key: rawKey(id), versionId: null, revision: 1 };
    await giveUp(...attempts(object));
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
    await giveUp(...attempts(object));
    expect(await failure(id)).toEqual(first);
  });

  it('receives a mail that crashed the function on every attempt at the sixth receive, with the reason', async () => {
    const { id, object } = await harness.putMail(PLAIN);
    const messageId = mintMailId();
    const killed = await harness.parser({}, { timeoutMs: 1 });
    for (const receiveCount of [1, 2, 3, 4, 5]) {
      // As if the function was killed midway: the attempt is counted, but no error is recorded.
      if (receiveCount > 1) await beginAttempt(harness.s3.store, CONTENT, { messageId, receiveCount }, 5);
      else expect((await killed.invoke(message(object, receiveCount, messageId))).status).toBe('error');
    }
    await giveUp(message(object, 6, messageId));
    const lastError = '4 attempts ended without an error message';
    expect(await failure(id)).toMatchObject({ reason: 'retries.exhausted', lastError });
  });

  it('returns an event that SQS moved before any attempt, and the mail is delivered despite more throttling', async () => {
    const { id, object } = await harness.putMail(PLAIN);
    await harness.rawMail.send({ body: encodeS3Event(object) });
    await throttle(WORK_MAX_RECEIVES);
    expect(await harness.rawMail.receive({ waitSeconds: 0 })).toEqual([]);
    const moved = await harness.receiveDeadLetters(1);
    expect(moved).toMatchObject([{ attributes: {}, receiveCount: WORK_MAX_RECEIVES + 1 }]);
    expect(await deadLetter.invoke(eventOf(moved))).toEqual(ALL_DONE);
    await harness.deadLetters.delete(moved[0]?.receiptHandle ?? '');
    expect(await harness.keys('failed/', id)).toEqual([]);
    await throttle(12);
    const received = await harness.rawMail.receive({ waitSeconds: 1 });
    expect(received).toMatchObject([{ receiveCount: 13 }]);
    expect(await parser.invoke(eventOf(received))).toEqual(ALL_DONE);
    await harness.rawMail.delete(received[0]?.receiptHandle ?? '');
    expect((await harness.receiveOne()).mail.id).toBe(id);
  });

  it('records the number of attempts and the last error of an event that SQS moved', async () => {
    const object = { bucket: RAW, key: rawKey(mintMailId()), versionId: null, revision: 1 };
    const event = message(object, 700);
    expect(await parser.invoke(event)).not.toEqual(ALL_DONE);
    const [{ messageId } = { messageId: '' }] = event.Records;
    expect(await deadLetter.invoke(message(object, WORK_MAX_RECEIVES + 1, messageId))).toEqual(ALL_DONE);
    expect(await failure(mailIdOfRawKey(object.key) ?? '')).toMatchObject({
      reason: 'retries.exhausted',
      receiveCount: 1,
      lastError: expect.stringContaining('there is no object'),
    });
  });

  it('does not count throttled deliveries as attempts', async () => {
    const object = { bucket: RAW, key: rawKey(mintMailId()), versionId: null, revision: 1 };
    expect(await parser.invoke(message(object, 700))).not.toEqual(ALL_DONE);
    expect(await harness.deadLetters.receive({ waitSeconds: 0 })).toEqual([]);
  });

  it('records an event that names no mail under the same id each time', async () => {
    const before = await harness.keys('failed/');
    for (let times = 0; times < 2; times += 1) await giveUp(sqsEvent('{"some":"thing"}'));
    const added = await failuresSince(before);
    expect(added).toHaveLength(1);
    expect(added[0]).toMatchObject({ reason: 'event.invalid', raw: null, event: '{"some":"thing"}' });
  });

  it('gives a foreign object the same id as its document would have', async () => {
    const object = { bucket: RAW, key: 'inbox/foreign.eml', versionId: null, revision: 1 };
    await harness.s3.store.put(object, Buffer.from(PLAIN));
    const before = await harness.keys('failed/');
    await deadLetter.invoke(givenUp(object));
    const [failed] = await failuresSince(before);
    const id = failed?.id ?? '';
    await harness.s3.store.delete({ bucket: CONTENT, key: failedKey(id) });
    await parser.invoke(sqsEvent(object));
    expect((await harness.receiveOne()).mail.id).toBe(id);
  });

  it('records a failed replay beside the earlier document, without sending that again', async () => {
    const { id, object } = await harness.putMail(PLAIN);
    await parser.invoke(sqsEvent(object));
    expect((await harness.receiveOne()).mail.id).toBe(id);
    expect(await deadLetter.invoke(givenUp({ ...object, revision: 2 }))).toEqual(ALL_DONE);
    const key = failedKey(id, 2);
    expect(await harness.keys('failed/', id)).toEqual([key]);
    const record = failedMailSchema.parse(JSON.parse(String(await harness.content(key))));
    expect(record).toMatchObject({ id, revision: 2, destination: null, reason: 'test', raw: { key: object.key } });
    expect(await harness.document(id)).toMatchObject({ revision: 1 });
    expect(await harness.parsedMail.receive({ waitSeconds: 0 })).toEqual([]);
  });

  it('sends a mail that has its document instead of recording a failure', async () => {
    const { id, object } = await harness.putMail(PLAIN);
    await parser.invoke(sqsEvent(object));
    await harness.receiveOne();
    expect(await deadLetter.invoke(givenUp(object))).toEqual(ALL_DONE);
    expect((await harness.receiveOne()).mail.id).toBe(id);
    expect(await harness.keys('failed/', id)).toEqual([]);
  });

  it('publishes the mail once, whatever the event bus answers', async () => {
    const { id, object } = await harness.putMail(PLAIN);
    await parser.invoke(sqsEvent(object));
    await harness.receiveOne();
    const bus = createServer((_request, response) => response.writeHead(500).end());
    const AWS_ENDPOINT_URL_EVENTBRIDGE = `http://127.0.0.1:${await listenOnLoopback(bus, 0)}`;
    const telling = await harness.deadLetter({ eventBus: 'mails' }, {}, { AWS_ENDPOINT_URL_EVENTBRIDGE });
    for (let times = 0; times < 2; times += 1) {
      const { payload } = Object.assign({ payload: '' }, await telling.invoke(givenUp(object)));
      expect(payload).toContain('"itemIdentifier"');
    }
    expect((await harness.receive(1)).map(({ mail }) => mail.id)).toEqual([id]);
    expect(await harness.parsedMail.receive({ waitSeconds: 0 })).toEqual([]);
    bus.closeAllConnections();
    bus.close();
  });

  it('makes the parser not send a failed mail until it is redriven', async () => {
    const { id, object } = await harness.putMail(PLAIN);
    await deadLetter.invoke(givenUp(object));
    expect(await parser.invoke(sqsEvent(object))).toEqual(ALL_DONE);
    expect(await harness.parsedMail.receive({ waitSeconds: 0 })).toEqual([]);
    await harness.s3.store.delete({ bucket: CONTENT, key: parsedKey(id) });
    await harness.s3.store.delete({ bucket: CONTENT, key: failedKey(id) });
    await parser.invoke(sqsEvent(object));
    expect((await harness.receiveOne()).mail.id).toBe(id);
  });
});

describe('a mail that is delivered twice', () => {
  it('has one dedupKey, and the later delivery names the first', async () => {
    const mail = `Message-ID: <1@example.net>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n${PLAIN}`;
    const first = await harness.putMail(mail);
    const second = await harness.putMail(mail, {}, 'Received: by another.mx.test\r\n');
    await parser.invoke(sqsEvent(first.object));
    await parser.invoke(sqsEvent(second.object));
    await parser.invoke(sqsEvent(first.object));
    const [one, two, again] = (await harness.receive(3)).map(({ mail }) => mail);
    expect(one).toMatchObject({ id: first.id, duplicateOf: null });
    expect(two).toMatchObject({ id: second.id, duplicateOf: first.id, dedupKey: one?.dedupKey });
    expect(again).toEqual(one);
  });
});
