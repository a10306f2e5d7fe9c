import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleFromCache } from '../../../core/build/bundle.ts';
import type { DataHook } from '../../../core/settings/edge.ts';
import { DataService } from '../../support/data-service.ts';
import { expectOneOutcomeEach, KILLS_TIMEOUT, KillHarness, untilDone } from '../../support/kill-harness.ts';
import { killEverywhere } from '../../support/kill-rounds.ts';
import { KillSwitch } from '../../support/kill-switch.ts';
import { sqsEvent } from '../../support/sqs-event.ts';
import { KilledEdge } from '../../support/storm/killed-edge.ts';
import { deliver } from '../../support/storm/storm-mail.ts';

let kills: KillHarness;
let service: DataService;
beforeAll(async () => {
  [kills, service] = await Promise.all([KillHarness.start(), DataService.start()]);
});
afterAll(async () => {
  service.stop();
  await kills.stop();
});

it.each<[kind: string, hook: boolean, steps: string[]]>([
  ['without a data hook', false, ['PUT raw envelope', 'PUT raw']],
  ['with a data hook', true, ['PUT raw held', 'PUT raw envelope', 'COPY raw']],
])(
  'kill -9 of the edge %s loses no acknowledged mail, and delivers none twice to a consumer',
  KILLS_TIMEOUT,
  async (_, hook, steps) => {
    const { stored, parser } = kills;
    let restarted = Promise.resolve();
    const edgeSwitch = new KillSwitch(() => {
      restarted = edge.kill();
    });
    const dataHook: DataHook = { provider: 'http', url: service.url, deadlineMs: 30_000, onFailure: 'accept' };
    const endpoint = await edgeSwitch.proxy.listen(kills.harness.s3.endpoint);
    const edge = await KilledEdge.start(bundleFromCache, endpoint, hook ? dataHook : null);
    // Enough recipients that the envelope is stored as a separate object.
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
    expectOneOutcomeEach(report, 'message', steps);
    await edge.stop();
    edgeSwitch.proxy.close();
  },
);
