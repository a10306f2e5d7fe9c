import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeS3Event, type RawObjectCreated } from '../../core/aws/s3-event.ts';
import { mintMailId } from '../../core/mail/id.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { FunctionHarness } from '../support/function-harness.ts';
import { eventOf } from '../support/sqs-event.ts';

const ATTEMPTS = 5;
const ALL_DONE = { status: 'ok', payload: '{"batchItemFailures":[]}' };

let harness: FunctionHarness;
let parser: LambdaFunction;
let proxy: FaultProxy;
/** What happens to the request that writes the document. */
let fault: Fault = 'pass';

beforeAll(async () => {
  harness = await FunctionHarness.start();
  proxy = await startFaultProxy(harness.s3.endpoint, (line) =>
    line.startsWith('PUT /mail-content/parsed/') ? fault : 'pass',
  );
  harness.endpoints.s3 = proxy.endpoint;
  parser = await harness.parser();
});
afterAll(async () => {
  await harness.stop();
  await proxy.stop();
});

/** Retries an event until `mend` runs, and once more: the last attempt. */
async function untilTheLastAttempt(target: LambdaFunction, mend: () => unknown): Promise<string> {
  const { id, object } = await harness.putMail('From: a@example.net\r\nSubject: plain\r\n\r\nplain\r\n');
  const messageId = mintMailId();
  for (let receiveCount = 1; receiveCount < ATTEMPTS; receiveCount += 1) {
    const failed = { status: 'ok', payload: JSON.stringify({ batchItemFailures: [{ itemIdentifier: messageId }] }) };
    expect(await target.invoke(received(object, messageId, receiveCount))).toEqual(failed);
  }
  await mend();
  expect(await target.invoke(received(object, messageId, ATTEMPTS))).toEqual(ALL_DONE);
  expect(await harness.keys('failed/', id)).toEqual([]);
  expect(await harness.deadLetters.receive({ waitSeconds: 0 })).toEqual([]);
  return id;
}

const received = (object: RawObjectCreated, messageId: string, receiveCount: number) =>
  eventOf([{ messageId, receiptHandle: 'h', body: encodeS3Event(object), attributes: {}, receiveCount }]);

it.each([
  ['AccessDenied', 403],
  ['IncompleteBody', 400],
  ['BadDigest', 400],
  ['XAmzContentSHA256Mismatch', 400],
  ['ExpiredToken', 400],
  ['InvalidToken', 400],
  ['InvalidAccessKeyId', 403],
  ['KMS.DisabledException', 400],
  ['NoSuchBucket', 404],
])('a mail is published at the fifth attempt after a store that answers %s to four', async (code, status) => {
  fault = { status, code };
  const id = await untilTheLastAttempt(parser, () => {
    fault = 'pass';
  });
  expect((await harness.receiveOne()).mail.id).toBe(id);
});

it('a mail is published at the fifth attempt after a queue that is missing for four', async () => {
  const destinationQueue = `${harness.endpoints.sqs}/000000000000/parsed-mail-late`;
  const late = await harness.parser({ destinationQueue });
  const id = await untilTheLastAttempt(late, () => harness.sqs.queue('parsed-mail-late'));
  const [message] = await harness.sqs.at('parsed-mail-late').receive({ waitSeconds: 1 });
  expect(JSON.parse(message?.body ?? '{}')).toMatchObject({ id });
});
