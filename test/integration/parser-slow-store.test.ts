import { afterAll, beforeAll, expect, it } from 'vitest';
import { AwsProxy } from '../support/aws-proxy.ts';
import { FunctionWorld } from '../support/function-world.ts';
import { ALL_DONE, sqsEvent } from '../support/sqs-event.ts';

/** Of the function; its answer is due 1.5 s before. The other mail has no more time than that. */
const TIMEOUT_MS = 10_000;

let world: FunctionWorld;
/** Part of the path of requests that are never answered. */
let hang = 'nothing';
const proxy = new AwsProxy(({ url }) => (url.includes(hang) ? 'hang' : null));

beforeAll(async () => {
  world = await FunctionWorld.start();
  world.endpoints.s3 = await proxy.listen(world.s3.endpoint);
});
afterAll(async () => {
  await world.stop();
  proxy.close();
});

const PLAIN = 'Subject: plain\r\n\r\nplain\r\n';

it('gives back what a hung store keeps it from, in time for the answer to count', async () => {
  const parser = await world.parser({}, { timeoutMs: TIMEOUT_MS });
  // What the first mail of a function waits for on a busy machine, the loading of its code, is no part of that.
  await parser.invoke(sqsEvent((await world.putMail(PLAIN)).object));
  await world.receiveOne();
  const stuck = await world.putMail(PLAIN);
  const fine = await world.putMail(PLAIN);
  hang = stuck.id;
  const outcome = await parser.invoke(sqsEvent(stuck.object, fine.object));
  expect(outcome).toEqual({ status: 'ok', payload: '{"batchItemFailures":[{"itemIdentifier":"message-0"}]}' });
  expect((await world.receiveOne()).mail.id).toBe(fine.id);
  expect(world.printed.join('\n')).toContain('no answer within');

  hang = 'nothing';
  expect(await parser.invoke(sqsEvent(stuck.object))).toEqual(ALL_DONE);
  expect((await world.receiveOne()).mail.id).toBe(stuck.id);
});
