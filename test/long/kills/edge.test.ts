import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleFromCache } from '../../../core/build/bundle.ts';
import { killEverywhere } from '../../support/kill-rounds.ts';
import { KillSwitch } from '../../support/kill-switch.ts';
import { expectOneOutcomeEach, KILLS_TIMEOUT, KillWorld, untilDone } from '../../support/kill-world.ts';
import { sqsEvent } from '../../support/sqs-event.ts';
import { KilledEdge } from '../../support/storm/killed-edge.ts';
import { deliver } from '../../support/storm/storm-mail.ts';

let kills: KillWorld;
let edge: KilledEdge;
let restarted = Promise.resolve();
const edgeSwitch = new KillSwitch(() => {
  restarted = edge.kill();
});
beforeAll(async () => {
  kills = await KillWorld.start();
  edge = await KilledEdge.start(bundleFromCache, await edgeSwitch.proxy.listen(kills.world.s3.endpoint));
});
afterAll(async () => {
  await edge.stop();
  edgeSwitch.proxy.close();
  await kills.stop();
});

it(
  'kill -9 of the edge loses no mail that it said 250 to, and has none twice for a consumer',
  KILLS_TIMEOUT,
  async () => {
    const { stored, parser } = kills;
    // So many recipients that the envelope is an object of its own.
    const rcptTo = Array.from({ length: 90 }, (_, at) => `recipient-${at}@ours.test`);
    const report = await killEverywhere(edgeSwitch, ['before', 'after', 'at the answer of'], async (arm, disarm) => {
      const sent = { token: 'mail', manner: 'stubborn' as const, rcptTo, broken: false, data: kills.mail() };
      stored.length = 0;
      arm();
      let answered = await deliver(edge.port, sent, null);
      disarm();
      await restarted;
      while (answered.code !== 'accepted') answered = await deliver(edge.port, sent, null);
      const { id } = answered;
      await expect.poll(() => stored.some((event) => event.includes(id))).toBe(true);
      await untilDone(parser, sqsEvent(...stored));
      return kills.outcomeOf(id);
    });
    expectOneOutcomeEach(report, 'message', ['PUT raw envelope', 'PUT raw']);
  },
);
