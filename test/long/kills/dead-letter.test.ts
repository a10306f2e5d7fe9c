import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeS3Event, type RawObjectCreated } from '../../../core/aws/s3-event.ts';
import { encodeDeadLetter } from '../../../core/outcome/dead-letter.ts';
import { expectOneOutcomeEach, KILLS_TIMEOUT, KillHarness, untilDone } from '../../support/kill-harness.ts';
import { ALL_DONE, eventOf, sqsEvent } from '../../support/sqs-event.ts';

let kills: KillHarness;
beforeAll(async () => {
  kills = await KillHarness.start();
});
afterAll(() => kills.stop());

/** The event of a permanently failed mail. */
function letterOf(object: RawObjectCreated) {
  const cause = { reason: 'raw.missing', lastError: null, receiveCount: 5 };
  const letter = encodeDeadLetter(encodeS3Event(object), cause);
  return eventOf([{ ...letter, messageId: 'm', receiptHandle: 'h', receiveCount: 5 }]);
}

describe('kill -9 of the dead-letter function at any of its requests', () => {
  it('leaves a mail without document its record', KILLS_TIMEOUT, async () => {
    const { harness } = kills;
    const killed = await harness.deadLetter();
    const report = await kills.killEverywhere(killed, async (arm, disarm) => {
      const { id, object } = await harness.putMail(kills.mail());
      expect(await kills.invokeKilled(killed, letterOf(object), arm, disarm)).toBe(ALL_DONE.payload);
      return kills.outcomeOf(id);
    });
    expectOneOutcomeEach(report, 'failure', ['GET parsed', 'PUT failed']);
  });

  it('leaves a mail with a document its message', KILLS_TIMEOUT, async () => {
    const { harness } = kills;
    const killed = await harness.deadLetter();
    const report = await kills.killEverywhere(killed, async (arm, disarm) => {
      const { id, object } = await harness.putMail(kills.mail());
      await untilDone(kills.parser, sqsEvent(object));
      // Delete it, or it would be redelivered in a later round.
      const { message } = await harness.receiveOne();
      await harness.parsedMail.delete(message.receiptHandle);
      expect(await kills.invokeKilled(killed, letterOf(object), arm, disarm)).toBe(ALL_DONE.payload);
      return kills.outcomeOf(id);
    });
    expectOneOutcomeEach(report, 'message', [
      'GET parsed',
      'DELETE failed',
      'HEAD failed',
      'LIST mail-content',
      'PUT deliveries',
      'SendMessage parsed-mail',
    ]);
  });
});
