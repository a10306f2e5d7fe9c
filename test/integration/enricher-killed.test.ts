import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrichMessage } from '../../core/enrich/messages.ts';
import { type EnrichmentSettings, NO_ENRICHMENT } from '../../core/env/enrichment-environment.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { AwsProxy } from '../support/aws-proxy.ts';
import { eventOf, FunctionWorld, sqsEvent } from '../support/function-world.ts';

/** Rounds over all steps; more with `KILL_ROUNDS`. */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 1);

type KillPoint = 'before' | 'after';

let world: FunctionWorld;
let parser: LambdaFunction;
let enricher: LambdaFunction;
/** Requests since the enricher was told of a mail, and at which of them it is killed. */
let seen: string[] = [];
let killAt: { request: number; point: KillPoint } | null = null;

const proxy = new AwsProxy(
  ({ name }) => {
    const number = seen.push(name) - 1;
    return killAt?.request === number ? `cut ${killAt.point}` : null;
  },
  () => {
    killAt = null;
    for (const pid of enricher.pids) process.kill(pid, 'SIGKILL');
  },
);

/** A scanner that is not there: the step fails at its last attempt, without a program beside this one. */
const enrichment: EnrichmentSettings = {
  ...NO_ENRICHMENT,
  deadlineSeconds: 600,
  malware: { provider: 'clamd', clamd: { host: '127.0.0.1', port: 1 }, quarantine: false },
};

beforeAll(async () => {
  world = await FunctionWorld.start();
  parser = await world.parser({ enrichment });
  world.endpoints.s3 = await proxy.listen(world.s3.endpoint);
  world.endpoints.sqs = await proxy.listen(world.sqs.endpoint);
  enricher = await world.enricher({ enrichment, maxReceives: 1 });
});
afterAll(async () => {
  await world.stop();
  proxy.close();
});

const mail = (number: number) =>
  [
    'From: ann@example.net',
    `Message-ID: <${number}@example.net>`,
    'Date: Sun, 22 Nov 2026 10:00:00 +0000',
    'Content-Disposition: attachment; filename=a',
    '',
    'attached',
  ].join('\r\n');

/** Invokes the enricher until it lives through it; the name of the step it was killed at, or null. */
async function enrichedKilledAt(number: number, request: number, point: KillPoint) {
  const { id, object } = await world.putMail(mail(number));
  expect((await parser.invoke(sqsEvent(object))).status).toBe('ok');
  const body = enrichMessage('enrich', { id, revision: 1 });
  const message = { messageId: `message-${number}`, receiptHandle: 'h', body, attributes: {} };
  seen = [];
  killAt = { request, point };
  let receiveCount = 1;
  let outcome = await enricher.invoke(eventOf([{ ...message, receiveCount }]));
  const step = killAt === null ? seen[request] : null;
  expect(outcome.status).toBe(step === null ? 'ok' : 'error');
  while (outcome.status === 'error') {
    receiveCount += 1;
    outcome = await enricher.invoke(eventOf([{ ...message, receiveCount }]));
  }
  expect(outcome.payload).toBe('{"batchItemFailures":[]}');
  return { id, step };
}

/** What a consumer sees that deduplicates. */
async function entriesOf(id: string) {
  const document = await world.document(id);
  const bodies = [];
  for (;;) {
    const batch = await world.parsedMail.receive({ waitSeconds: 0 });
    if (batch.length === 0) break;
    bodies.push(...batch.map(({ body }) => body));
  }
  for (const body of bodies) expect(JSON.parse(body)).toEqual(document);
  expect(document.steps.at(-1)).toMatchObject({ name: 'malware', status: 'failed' });
  return { entries: bodies.length === 0 ? 0 : 1, waiting: (await world.keys('enriching/', `${id}/1/draft`)).length };
}

describe('an enricher that is killed', () => {
  it.each<KillPoint>(['before', 'after'])(
    '%s any of its requests gives its mail one outcome when its message comes again',
    { timeout: 600_000 },
    async (point) => {
      const killedAt = new Map<string, number>();
      let number = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        for (let request = 0; ; request += 1) {
          number += 1;
          const { id, step } = await enrichedKilledAt(number * 2 + (point === 'after' ? 1 : 0), request, point);
          expect(await entriesOf(id)).toEqual({ entries: 1, waiting: 0 });
          if (step === null || step === undefined) break;
          killedAt.set(step, (killedAt.get(step) ?? 0) + 1);
        }
      }
      console.log(`${number} mails, killed ${point}:`, Object.fromEntries(killedAt));
      expect([...killedAt.keys()]).toEqual(
        expect.arrayContaining(['PUT enriching', 'PUT parsed', 'SendMessage parsed-mail', 'DELETE enriching']),
      );
    },
  );
});
