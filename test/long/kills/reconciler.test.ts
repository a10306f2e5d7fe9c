import { afterAll, beforeAll, it } from 'vitest';
import { expectOneOutcomeEach, KILLS_TIMEOUT, KillWorld, untilDone } from '../../support/kill-world.ts';
import { sqsEvent } from '../../support/sqs-event.ts';

let kills: KillWorld;
beforeAll(async () => {
  kills = await KillWorld.start();
});
afterAll(() => kills.stop());

it('kill -9 of the reconciler leaves a mail whose event was lost one message', KILLS_TIMEOUT, async () => {
  const { world, parser } = kills;
  const killed = await world.reconciler({ minAgeMinutes: 0 });
  const report = await kills.killEverywhere(killed, async (arm, disarm) => {
    const { id } = await world.putMail(kills.mail());
    await kills.invokeKilled(killed, {}, arm, disarm);
    for (;;) {
      const events = await world.rawMail.receive({ waitSeconds: 0 });
      if (events.length === 0) break;
      await untilDone(parser, sqsEvent(...events.map(({ body }) => body)));
      for (const { receiptHandle } of events) await world.rawMail.delete(receiptHandle);
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
