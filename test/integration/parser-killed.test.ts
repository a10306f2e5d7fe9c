import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failedKey } from '../../core/mail/keys.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { AwsProxy } from '../support/aws-proxy.ts';
import { CONTENT, FunctionWorld, sqsEvent } from '../support/function-world.ts';

/** Rounds over all steps; more with `KILL_ROUNDS`. */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 1);

type KillPoint = 'before' | 'after';

let world: FunctionWorld;
let parser: LambdaFunction;
/** Requests since a mail was put, and at which of them the function is killed. */
let seen: string[] = [];
let killAt: { request: number; point: KillPoint } | null = null;

const proxy = new AwsProxy(
  ({ name }) => {
    const number = seen.push(name) - 1;
    return killAt?.request === number ? `cut ${killAt.point}` : null;
  },
  () => {
    killAt = null;
    for (const pid of parser.pids) process.kill(pid, 'SIGKILL');
  },
);

beforeAll(async () => {
  world = await FunctionWorld.start();
  world.endpoints.s3 = await proxy.listen(world.s3.endpoint);
  world.endpoints.sqs = await proxy.listen(world.sqs.endpoint);
  parser = await world.parser();
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

/** Invokes the parser until it lives through it; the name of the step it was killed at, or null. */
async function processKilledAt(number: number, request: number, point: KillPoint) {
  const { id, object } = await world.putMail(mail(number));
  seen = [];
  killAt = { request, point };
  let outcome = await parser.invoke(sqsEvent(object));
  const step = killAt === null ? seen[request] : null;
  expect(outcome.status).toBe(step === null ? 'ok' : 'error');
  while (outcome.status === 'error') outcome = await parser.invoke(sqsEvent(object));
  expect(outcome.payload).toBe('{"batchItemFailures":[]}');
  return { id, step };
}

/** What a consumer sees that deduplicates, and whether the mail is called failed as well. */
async function outcomeOf(id: string) {
  const received = [];
  for (;;) {
    const batch = await world.parsedMail.receive({ waitSeconds: 0 });
    if (batch.length === 0) break;
    received.push(...batch.map(({ body }) => body));
  }
  const document = await world.document(id);
  for (const body of received) expect(JSON.parse(body)).toEqual(document);
  const failed = (await world.s3.store.head({ bucket: CONTENT, key: failedKey(id) })) !== null;
  return { entries: received.length === 0 ? 0 : 1, attachments: document.attachments.length, failed };
}

describe('a parser that is killed', () => {
  it.each<KillPoint>(['before', 'after'])(
    '%s any of its requests gives its mail one outcome when its event comes again',
    { timeout: 600_000 },
    async (point) => {
      const killedAt = new Map<string, number>();
      let number = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        for (let request = 0; ; request += 1) {
          number += 1;
          const { id, step } = await processKilledAt(number * 2 + (point === 'after' ? 1 : 0), request, point);
          expect(await outcomeOf(id)).toEqual({ entries: 1, attachments: 1, failed: false });
          if (step === null || step === undefined) break;
          killedAt.set(step, (killedAt.get(step) ?? 0) + 1);
        }
      }
      console.log(`${number} mails, killed ${point}:`, Object.fromEntries(killedAt));
      expect([...killedAt.keys()]).toEqual([
        expect.stringMatching(/^GET raw/),
        'PUT attachments',
        'PUT claim',
        'PUT parsed',
        'HEAD failed',
        'SendMessage parsed-mail',
      ]);
    },
  );
});
