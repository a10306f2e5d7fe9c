import { describe, expect, it } from 'vitest';
import { TransientError } from '../../../core/mail/errors.ts';
import { beginAttempt } from '../../../core/outcome/attempts.ts';
import { handleEvent } from '../../../lambda/enricher/handle-event.ts';
import { eventOf } from '../../support/sqs-event.ts';
import { ENRICHMENT, EnrichmentHarness, MAX_ATTEMPTS, NEVER } from './enrichment-harness.ts';

describe('a message of the enricher', () => {
  const received = (harness: EnrichmentHarness, receiveCount: number) => {
    const [, begin] = harness.messages();
    const message = { messageId: 'm', body: begin?.body ?? '', receiptHandle: 'h', attributes: {}, receiveCount };
    return { message, event: eventOf([message]) };
  };

  it('that was throttled hundreds of times still gets all its attempts', async () => {
    const harness = new EnrichmentHarness({}, ENRICHMENT, {
      run: () => Promise.reject(new TransientError('a.away', 'away')),
    });
    await harness.parse();
    const { event } = received(harness, 900);
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
      expect((await handleEvent(harness.deps, event, NEVER)).batchItemFailures).toHaveLength(1);
    }
    expect([harness.sent, harness.deadLetters.sent]).toEqual([[], []]);
    await handleEvent(harness.deps, event, NEVER);
    expect(harness.sent.map(({ steps }) => steps.map(({ status }) => status))).toEqual([['failed']]);
  });

  it('that crashes the function on each attempt is not tried again, and its mail is published', async () => {
    const harness = new EnrichmentHarness();
    await harness.parse();
    const { message, event } = received(harness, MAX_ATTEMPTS + 1);
    const { contentBucket, store } = harness.deps;
    for (let receiveCount = 1; receiveCount <= MAX_ATTEMPTS; receiveCount += 1) {
      const { hopeless } = await beginAttempt(store, contentBucket, { ...message, receiveCount }, MAX_ATTEMPTS);
      expect(hopeless).toBe(false);
    }
    await handleEvent(harness.deps, event, NEVER);
    expect(harness.sent.map(({ steps }) => steps.map(({ status, reason }) => [status, reason]))).toEqual([
      [['failed', `${MAX_ATTEMPTS - 1} attempts ended without an error message`]],
    ]);
  });
});
