import { afterAll, beforeAll, expect, it } from 'vitest';
import { enrichMessage } from '../../../core/enrich/messages.ts';
import { NO_ENRICHMENT } from '../../../core/settings/enrichment.ts';
import { expectOneOutcomeEach, KILLS_TIMEOUT, KillHarness, untilDone } from '../../support/kill-harness.ts';
import { ALL_DONE, eventOf, sqsEvent } from '../../support/sqs-event.ts';

let kills: KillHarness;
beforeAll(async () => {
  kills = await KillHarness.start();
});
afterAll(() => kills.stop());

it('kill -9 of the enricher at any of its requests leaves its mail one message', KILLS_TIMEOUT, async () => {
  const { harness } = kills;
  // No scanner listens there: the step fails at once and needs no extra program.
  const malware = { provider: 'clamd' as const, clamd: { host: '127.0.0.1', port: 1 }, quarantine: null };
  const enrichment = { ...NO_ENRICHMENT, deadlineSeconds: 600, malware };
  const waiting = await harness.parser({ enrichment });
  const killed = await harness.enricher({ enrichment, maxAttempts: 1 });
  const report = await kills.killEverywhere(killed, async (arm, disarm) => {
    const { id, object } = await harness.putMail(kills.mail());
    expect(await untilDone(waiting, sqsEvent(object))).toBe(ALL_DONE.payload);
    const message = { messageId: id, receiptHandle: id, body: enrichMessage('enrich', { id, revision: 1 }) };
    const event = eventOf([{ ...message, attributes: {}, receiveCount: 1 }]);
    expect(await kills.invokeKilled(killed, event, arm, disarm)).toBe(ALL_DONE.payload);
    expect((await harness.document(id)).steps.at(-1)).toMatchObject({ name: 'malware', status: 'failed' });
    expect(await harness.keys('enriching/', `${id}/1/draft`)).toEqual([]);
    return kills.outcomeOf(id);
  });
  expectOneOutcomeEach(report, 'message', [
    'GET enriching',
    'LIST mail-content',
    'GET attachments',
    'PUT enriching',
    'PUT parsed',
    'HEAD failed',
    'SendMessage parsed-mail',
    'DELETE enriching',
  ]);
});
