import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectOneOutcomeEach, KILLS_TIMEOUT, KillHarness } from '../../support/kill-harness.ts';
import { ALL_DONE, sqsEvent } from '../../support/sqs-event.ts';

let kills: KillHarness;
beforeAll(async () => {
  kills = await KillHarness.start();
});
afterAll(() => kills.stop());

it('kill -9 of the parser at any of its requests leaves its mail one message', KILLS_TIMEOUT, async () => {
  const { harness } = kills;
  const killed = await harness.parser();
  const report = await kills.killEverywhere(killed, async (arm, disarm) => {
    const { id, object } = await harness.putMail(kills.mail());
    expect(await kills.invokeKilled(killed, sqsEvent(object), arm, disarm)).toBe(ALL_DONE.payload);
    expect((await harness.document(id)).attachments).toHaveLength(1);
    return kills.outcomeOf(id);
  });
  expectOneOutcomeEach(report, 'message', [
    expect.stringMatching(/^GET raw/),
    'PUT attachments',
    'PUT claim',
    // A mail with attachments may have been held while quarantine was on.
    'GET enriching',
    'PUT parsed',
    'HEAD failed',
    'SendMessage parsed-mail',
  ]);
});
