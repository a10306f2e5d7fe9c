import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeS3Event, type RawObjectCreated } from '../../core/aws/s3-event.ts';
import { bundleFromCache } from '../../core/build/bundle.ts';
import { enrichMessage } from '../../core/enrich/messages.ts';
import { failedKey } from '../../core/mail/keys.ts';
import { encodeDeadLetter } from '../../core/outcome/dead-letter.ts';
import { NO_ENRICHMENT } from '../../core/settings/enrichment.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { CONTENT, eventOf, FunctionWorld, sqsEvent } from '../support/function-world.ts';
import { type KillPoint, KillSwitch } from '../support/kill-switch.ts';
import { KilledEdge } from '../support/storm/killed-edge.ts';
import { deliver } from '../support/storm/storm-mail.ts';

/** T3: rounds over all steps; 100 with `npm run test:faults`. */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 1);
const TIMEOUT = { timeout: 7_200_000 };

const FUNCTION_POINTS: KillPoint[] = ['before', 'after'];
const ALL_POINTS: KillPoint[] = [...FUNCTION_POINTS, 'at the answer of'];

let world: FunctionWorld;
/** The one that is killed, and one that is not. */
let killed: LambdaFunction;
let parser: LambdaFunction;
let stored: string[] = [];
let number = 0;

const functionSwitch = new KillSwitch(() => {
  for (const pid of killed.pids) process.kill(pid, 'SIGKILL');
});

beforeAll(async () => {
  world = await FunctionWorld.start({
    deliver: async (event) => {
      stored.push(event);
    },
  });
  parser = await world.parser();
  const { s3, sqs } = world;
  world.endpoints.s3 = await functionSwitch.proxy.listen(s3.endpoint);
  world.endpoints.sqs = await functionSwitch.proxy.listen(sqs.endpoint);
});
afterAll(async () => {
  await world.stop();
  functionSwitch.proxy.close();
});
beforeEach(() => {
  stored = [];
});

function mail(): string {
  number += 1;
  return [
    'From: ann@example.net',
    `Message-ID: <${number}@example.net>`,
    'Date: Sun, 22 Nov 2026 10:00:00 +0000',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'text',
    '--b',
    'Content-Disposition: attachment; filename=a',
    '',
    'attached',
    '--b--',
    '',
  ].join('\r\n');
}

/** Invokes a function until it lives through it. */
async function untilDone(target: LambdaFunction, event: unknown): Promise<string> {
  for (;;) {
    const outcome = await target.invoke(event);
    if (outcome.status === 'ok') return outcome.payload;
  }
}

/** What a consumer that deduplicates sees of everything that came out, and whether the mail is called failed as well. */
async function outcomeOf(id: string) {
  const keys = new Set<string>();
  for (;;) {
    const batch = await world.parsedMail.receive({ waitSeconds: 0 });
    if (batch.length === 0) break;
    for (const { body, receiptHandle } of batch) {
      // Seen once and for all: a hundred rounds take longer than a message stays hidden.
      await world.parsedMail.delete(receiptHandle);
      const message = JSON.parse(body);
      expect(await world.document(message.id)).toEqual(message);
      keys.add(message.dedupKey);
    }
  }
  const failed = (await world.s3.store.head({ bucket: CONTENT, key: failedKey(id) })) !== null;
  return { entries: keys.size, failed };
}

/** Gives the event of a mail to the dead-letter function, which is killed at one of its requests. */
async function settledKilled(object: RawObjectCreated, arm: () => void, disarm: () => string | null): Promise<void> {
  const cause = { reason: 'raw.missing', lastError: null, receiveCount: 5 };
  const letter = encodeDeadLetter(encodeS3Event(object), cause);
  const event = eventOf([{ ...letter, messageId: 'm', receiptHandle: 'h', receiveCount: 5 }]);
  arm();
  const first = await killed.invoke(event);
  expect(first.status).toBe(disarm() === null ? 'ok' : 'error');
  expect(await untilDone(killed, event)).toBe('{"batchItemFailures":[]}');
}

/** Kills at every request that `run` makes, each in a run of its own, at every point. Returns how often at which. */
async function killEverywhere(
  points: readonly KillPoint[],
  target: KillSwitch,
  run: (arm: () => void, disarm: () => string | null) => Promise<void>,
): Promise<Record<string, number>> {
  const kills: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const point of points) {
      for (let request = 0, lived = false; !lived; request += 1) {
        await run(
          () => target.arm(request, point),
          () => {
            const step = target.disarm(request);
            lived = step === null;
            if (step !== null) kills[`${point} ${step}`] = (kills[`${point} ${step}`] ?? 0) + 1;
            return step;
          },
        );
      }
    }
  }
  console.log(
    Object.values(kills).reduce((sum, count) => sum + count, 0),
    'kills:',
    kills,
  );
  return kills;
}

const stepsOf = (kills: Record<string, number>, point: KillPoint) =>
  Object.keys(kills).flatMap((step) => (step.startsWith(`${point} `) ? step.slice(point.length + 1) : []));

describe('kill -9', () => {
  it('of the parser at any of its requests leaves its mail one outcome', TIMEOUT, async () => {
    killed = await world.parser();
    const kills = await killEverywhere(FUNCTION_POINTS, functionSwitch, async (arm, disarm) => {
      const { id, object } = await world.putMail(mail());
      arm();
      const first = await killed.invoke(sqsEvent(object));
      expect(first.status).toBe(disarm() === null ? 'ok' : 'error');
      expect(await untilDone(killed, sqsEvent(object))).toBe('{"batchItemFailures":[]}');
      expect(await outcomeOf(id)).toEqual({ entries: 1, failed: false });
      expect((await world.document(id)).attachments).toHaveLength(1);
    });
    for (const point of FUNCTION_POINTS) {
      expect(stepsOf(kills, point)).toEqual([
        expect.stringMatching(/^GET raw/),
        'PUT attachments',
        'PUT claim',
        // A mail with attachments may have been held back when quarantine was on.
        'GET enriching',
        'PUT parsed',
        'HEAD failed',
        'SendMessage parsed-mail',
      ]);
    }
  });

  it('of the enricher at any of its requests leaves its mail one message', TIMEOUT, async () => {
    // A scanner that is not there: the step fails at once, without a program beside this one.
    const malware = { provider: 'clamd' as const, clamd: { host: '127.0.0.1', port: 1 }, quarantine: null };
    const enrichment = { ...NO_ENRICHMENT, deadlineSeconds: 600, malware };
    const waiting = await world.parser({ enrichment });
    killed = await world.enricher({ enrichment, maxAttempts: 1 });
    const kills = await killEverywhere(FUNCTION_POINTS, functionSwitch, async (arm, disarm) => {
      const { id, object } = await world.putMail(mail());
      expect(await untilDone(waiting, sqsEvent(object))).toBe('{"batchItemFailures":[]}');
      const message = { messageId: id, receiptHandle: id, body: enrichMessage('enrich', { id, revision: 1 }) };
      const event = eventOf([{ ...message, attributes: {}, receiveCount: 1 }]);
      arm();
      const first = await killed.invoke(event);
      expect(first.status).toBe(disarm() === null ? 'ok' : 'error');
      expect(await untilDone(killed, event)).toBe('{"batchItemFailures":[]}');
      expect(await outcomeOf(id)).toEqual({ entries: 1, failed: false });
      expect((await world.document(id)).steps.at(-1)).toMatchObject({ name: 'malware', status: 'failed' });
      expect(await world.keys('enriching/', `${id}/1/draft`)).toEqual([]);
    });
    for (const point of FUNCTION_POINTS) {
      expect(stepsOf(kills, point)).toEqual(
        expect.arrayContaining(['PUT enriching', 'PUT parsed', 'SendMessage parsed-mail', 'DELETE enriching']),
      );
    }
  });

  it('of the dead-letter function leaves a mail without document its record', TIMEOUT, async () => {
    killed = await world.deadLetter();
    const kills = await killEverywhere(FUNCTION_POINTS, functionSwitch, async (arm, disarm) => {
      const { id, object } = await world.putMail(mail());
      await settledKilled(object, arm, disarm);
      expect(await outcomeOf(id)).toEqual({ entries: 0, failed: true });
    });
    for (const point of FUNCTION_POINTS) {
      expect(stepsOf(kills, point)).toEqual(['GET parsed', 'PUT failed']);
    }
  });

  it('of the dead-letter function leaves a mail with a document its message', TIMEOUT, async () => {
    killed = await world.deadLetter();
    const kills = await killEverywhere(FUNCTION_POINTS, functionSwitch, async (arm, disarm) => {
      const { id, object } = await world.putMail(mail());
      await untilDone(parser, sqsEvent(object));
      // Taken for good: it would come again in a later round.
      const { message } = await world.receiveOne();
      await world.parsedMail.delete(message.receiptHandle);
      await settledKilled(object, arm, disarm);
      expect(await outcomeOf(id)).toEqual({ entries: 1, failed: false });
    });
    for (const point of FUNCTION_POINTS) {
      const steps = [
        'GET parsed',
        'DELETE failed',
        'HEAD failed',
        'LIST mail-content',
        'PUT deliveries',
        'SendMessage parsed-mail',
      ];
      expect(stepsOf(kills, point)).toEqual(steps);
    }
  });

  it('of the reconciler leaves a mail whose event was lost one outcome', TIMEOUT, async () => {
    killed = await world.reconciler({ minAgeMinutes: 0 });
    const kills = await killEverywhere(FUNCTION_POINTS, functionSwitch, async (arm, disarm) => {
      const { id } = await world.putMail(mail());
      arm();
      const first = await killed.invoke({});
      expect(first.status).toBe(disarm() === null ? 'ok' : 'error');
      await untilDone(killed, {});
      for (;;) {
        const events = await world.rawMail.receive({ waitSeconds: 0 });
        if (events.length === 0) break;
        await untilDone(parser, sqsEvent(...events.map(({ body }) => body)));
        for (const { receiptHandle } of events) await world.rawMail.delete(receiptHandle);
      }
      expect(await outcomeOf(id)).toEqual({ entries: 1, failed: false });
    });
    for (const point of FUNCTION_POINTS) {
      expect(stepsOf(kills, point)).toEqual(
        expect.arrayContaining([
          'GetQueueAttributes raw-mail',
          'LIST raw-mail',
          'LIST mail-content',
          'HEAD parsed',
          'SendMessageBatch raw-mail',
        ]),
      );
    }
  });

  it('of the edge loses no mail that it said 250 to, and stores none twice for a consumer', TIMEOUT, async () => {
    let edge: KilledEdge | null = null;
    let restarted = Promise.resolve();
    const edgeSwitch = new KillSwitch(() => {
      if (edge !== null) restarted = edge.kill();
    });
    const running = await KilledEdge.start(bundleFromCache, await edgeSwitch.proxy.listen(world.s3.endpoint));
    edge = running;
    try {
      // So many recipients that the envelope is an object of its own.
      const rcptTo = Array.from({ length: 90 }, (_, at) => `recipient-${at}@ours.test`);
      const kills = await killEverywhere(ALL_POINTS, edgeSwitch, async (arm, disarm) => {
        const sent = { token: `mail ${number}`, manner: 'stubborn' as const, rcptTo, broken: false, data: mail() };
        stored = [];
        arm();
        let answered = await deliver(running.port, sent, null);
        disarm();
        await restarted;
        while (answered.code !== 'accepted') answered = await deliver(running.port, sent, null);
        const { id } = answered;
        await expect.poll(() => stored.some((event) => event.includes(id))).toBe(true);
        await untilDone(parser, sqsEvent(...stored));
        expect(await outcomeOf(id)).toEqual({ entries: 1, failed: false });
      });
      for (const point of ALL_POINTS) expect(stepsOf(kills, point)).toEqual(['PUT raw']);
      expect(Object.values(kills)).toEqual(ALL_POINTS.map(() => 2 * ROUNDS));
    } finally {
      await running.stop();
      edgeSwitch.proxy.close();
    }
  });
});
