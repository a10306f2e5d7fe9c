import { afterAll, beforeAll, expect, it } from 'vitest';
import { AwsProxy } from '../support/aws-proxy.ts';
import { FunctionHarness } from '../support/function-harness.ts';
import { ALL_DONE, sqsEvent } from '../support/sqs-event.ts';

/** Timeout of the function, which must respond 1.5 s earlier. The other mail gets no more time than that. */
const TIMEOUT_MS = 10_000;

let harness: FunctionHarness;
/** Requests with this in their path never get a response. */
let hang = 'nothing';
const proxy = new AwsProxy(({ url }) => (url.includes(hang) ? 'hang' : null));

beforeAll(async () => {
  harness = await FunctionHarness.start();
  harness.endpoints.s3 = await proxy.listen(harness.s3.endpoint);
});
afterAll(async () => {
  await harness.stop();
  proxy.close();
});

const PLAIN = 'Subject: plain\r\n\r\nplain\r\n';

it('the parser returns the records that a hung store keeps it from, in time for the answer to count', async () => {
  const parser = await harness.parser({}, { timeoutMs: TIMEOUT_MS });
  // Load the function's code first, which takes time on a busy machine and is not part of the test.
  await parser.invoke(sqsEvent((await harness.putMail(PLAIN)).object));
  await harness.receiveOne();
  const stuck = await harness.putMail(PLAIN);
  const fine = await harness.putMail(PLAIN);
  hang = stuck.id;
  const outcome = await parser.invoke(sqsEvent(stuck.object, fine.object));
  expect(outcome).toEqual({ status: 'ok', payload: '{"batchItemFailures":[{"itemIdentifier":"message-0"}]}' });
  expect((await harness.receiveOne()).mail.id).toBe(fine.id);
  expect(harness.printed.join('\n')).toContain('no answer within');

  hang = 'nothing';
  expect(await parser.invoke(sqsEvent(stuck.object))).toEqual(ALL_DONE);
  expect((await harness.receiveOne()).mail.id).toBe(stuck.id);
});
