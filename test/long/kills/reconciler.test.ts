import { afterAll, beforeAll, it } from 'vitest';
import { expectOneOutcomeEach, KILLS_TIMEOUT, KillHarness, untilDone } from '../../support/kill-harness.ts';
import { sqsEvent } from '../../support/sqs-event.ts';

let kills: KillHarness;
beforeAll(async () => {
  kills = await KillHarness.start();
});
afterAll(() => kills.stop());

it('kill -9 of the reconciler leaves a mail whose event was lost one message', KILLS_TIMEOUT, async () => {
  const { harness, parser } = kills;
  const killed = await harness.reconciler({ minAgeMinutes: 0 });
  const report = await kills.killEverywhere(killed, async (arm, disarm) => {
    const { id } = await harness.putMail(kills.mail());
    await kills.invokeKilled(killed, {}, arm, disarm);
    for (;;) {
      const events = await harness.rawMail.receive({ waitSeconds: 0 });
      if (events.length === 0) break;
      await untilDone(parser, sqsEvent(...events.map(({ body }) => body)));
      for (const { receiptHandle } of events) await harness.rawMail.delete(receiptHandle);
    }
    return kills.outcomeOf(id);
  });
  expectOneOutcomeEach(report, 'message', [
    'GetQueueAttributes raw-mail',
    'LIST raw-mail',
    'LIST mail-content',
    'HEAD failed',
    'HEAD parsed',
    'SendMessageBatch raw-mail',
  ]);
});
