import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintMailId } from '../../core/mail/id.ts';
import { rawKey } from '../../core/mail/keys.ts';
import { AwsProxy } from '../support/aws-proxy.ts';
import { Child } from '../support/child.ts';
import { KillSwitch } from '../support/kill-switch.ts';
import { type LocalS3, startLocalS3 } from '../support/local-s3.ts';
import { type LocalSqs, startLocalSqs } from '../support/local-sqs.ts';
import { type BrokenLine, bundleBroken } from '../support/sabotage.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const CONTENT = 'mail-content';
const QUEUE = 'raw-mail';
const COMMAND_LINE = 'cli/main.ts';

let s3: LocalS3;
let sqs: LocalSqs;
/** An endpoint for S3 and SQS without faults. */
let direct: string;
const relay = new AwsProxy(() => null);
const path = temporaryDirectory();

beforeAll(async () => {
  s3 = await startLocalS3({ buckets: [{ name: 'raw-mail' }, { name: CONTENT }] });
  sqs = await startLocalSqs();
  await sqs.queue(QUEUE);
  direct = await relay.listen(s3.endpoint, sqs.endpoint);
});
afterAll(async () => {
  relay.close();
  await s3.stop();
  await sqs.stop();
});

/** A failed mail; only its failure record exists. */
async function failedMail(): Promise<string> {
  const id = mintMailId();
  const failure = {
    schema: 'failed-mail/1',
    id,
    reason: 'raw.missing',
    lastError: null,
    receiveCount: 5,
    revision: 1,
    destination: null,
    route: null,
    raw: { bucket: 'raw-mail', key: rawKey(id), versionId: null },
    event: null,
    at: '2026-11-22T10:00:00.000Z',
  };
  await s3.store.put({ bucket: CONTENT, key: `failed/${id}.json` }, Buffer.from(JSON.stringify(failure)));
  return id;
}

/** Where the mail is. Reads keys and messages without the product's code. */
async function placesOf(id: string): Promise<string[]> {
  const places: string[] = [];
  for (const prefix of ['failed/', 'redriving/']) {
    for await (const { key } of s3.store.list(CONTENT, { prefix })) if (key.includes(id)) places.push(prefix);
  }
  const queue = sqs.at(QUEUE);
  for (;;) {
    const messages = await queue.receive({ waitSeconds: 0 });
    if (messages.length === 0) return places;
    for (const { body, receiptHandle } of messages) {
      if (body.includes(id)) places.push(QUEUE);
      await queue.delete(receiptHandle);
    }
  }
}

function redrive(program: string, endpoint: string, ...args: string[]): Child {
  const env = {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: endpoint,
  };
  return new Child(process.execPath, [program, 'redrive', ...args], { env });
}

/** Every way a redrive can end before the queue has the mail; yields where the mail is afterwards. */
async function* interruptions(program: string): AsyncGenerator<{ what: string; id: string; places: string[] }> {
  const mistyped = await failedMail();
  await redrive(program, direct, mistyped, '--raw-queue', 'raw-mial').ended();
  yield { what: 'a queue that is not there', id: mistyped, places: await placesOf(mistyped) };

  const away = new AwsProxy(({ name }) => (name === `SendMessageBatch ${QUEUE}` ? 'cut before' : null));
  const refused = await failedMail();
  await redrive(program, await away.listen(s3.endpoint, sqs.endpoint), refused).ended();
  away.close();
  yield { what: 'a queue that takes nothing', id: refused, places: await placesOf(refused) };

  let running: Child | null = null;
  const killer = new KillSwitch(() => running?.signal('SIGKILL'));
  const endpoint = await killer.proxy.listen(s3.endpoint, sqs.endpoint);
  try {
    for (const point of ['before', 'after'] as const) {
      for (let request = 0, killed: string | null = ''; killed !== null; request += 1) {
        const id = await failedMail();
        killer.arm(request, point);
        running = redrive(program, endpoint, id);
        await running.ended();
        const armed = killer.disarm();
        killed = armed.killed ? (armed.requests[request] ?? null) : null;
        yield { what: killed === null ? 'nothing' : `kill -9 ${point} ${killed}`, id, places: await placesOf(id) };
      }
    }
  } finally {
    killer.proxy.close();
  }
}

const SABOTAGES: [name: string, BrokenLine][] = [
  [
    'does not put a failure back that the queue did not take',
    {
      file: 'core/outcome/failures.ts',
      line: '  if (!accepted) await recordFailure(store, contentBucket, failure);\n',
      broken: '',
    },
  ],
  [
    'forgets a failure before the queue has the mail',
    {
      file: 'core/outcome/failures.ts',
      line: "  await store.put(interruptedOf(contentBucket, failure), record, { contentType: 'application/json' });\n",
      broken: '  void record;\n',
    },
  ],
];

describe('redrive', { timeout: 1_200_000 }, () => {
  it('loses no mail however it ends, and the next redrive puts it on the queue', async () => {
    const program = await bundleBroken(COMMAND_LINE, path(), null);
    const seen: Record<string, string[]> = {};
    for await (const { what, id, places } of interruptions(program)) {
      seen[what] = places;
      expect(places, what).not.toEqual([]);
      if (places.includes(QUEUE)) continue;
      const { code, stderr } = await redrive(program, direct, id).ended();
      expect({ code, stderr }, what).toEqual({ code: 0, stderr: '' });
      // The queue has it twice if the record was in both places.
      expect(new Set(await placesOf(id)), what).toEqual(new Set([QUEUE]));
    }
    console.log({ interrupted: Object.keys(seen).length, lost: 0 }, seen);
    expect(seen['nothing']).toEqual([QUEUE]);
    expect(Object.keys(seen)).toEqual(
      expect.arrayContaining([`kill -9 before SendMessageBatch ${QUEUE}`, `kill -9 after SendMessageBatch ${QUEUE}`]),
    );
  });

  it.each(SABOTAGES)('of a build that %s is caught', async (name, broken) => {
    const program = await bundleBroken(COMMAND_LINE, path(), broken);
    let interrupted = 0;
    const lost: string[] = [];
    for await (const { what, places } of interruptions(program)) {
      interrupted += 1;
      if (places.length === 0) lost.push(what);
    }
    console.log(name, { interrupted, lost: lost.length }, lost);
    expect(lost).not.toEqual([]);
  });
});
