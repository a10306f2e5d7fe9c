import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { jsonLog } from '../../core/log/log.ts';
import { type EventSource, EventSourceMapping } from '../../local/runtime/event-source-mapping.ts';
import type { FunctionDefinition } from '../../local/runtime/function-definition.ts';
import type { Sqs } from '../../local/sqs/create-sqs.ts';
import { type LocalSqs, startLocalSqs } from '../support/local-sqs.ts';
import { probeFunction } from '../support/probe-function.ts';

const DLQ_ARN = 'arn:aws:sqs:us-east-1:000000000000:work-dlq';

let directory: string;
let local: LocalSqs;
let sqs: Sqs;
let logged: { message: string; messages?: string[]; reason?: string }[];
/** Receipt handles by message id. */
const handles = new Map<string, string>();
/**
 * Makes a failed message visible again once its failure is logged. With a visibility timeout instead, a busy machine
 * would also redeliver neighbours whose function took longer than that to start.
 */
const log = jsonLog('test', (line) => {
  const entry = JSON.parse(line);
  logged.push(entry);
  for (const id of entry.messages ?? []) {
    returned.push(local.at('work').changeVisibility(handles.get(id) ?? '', 0));
  }
});
let returned: Promise<void>[];
const cleanups: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  logged = [];
  returned = [];
  directory = await mkdtemp(join(tmpdir(), 'mapping-'));
  local = await openSqs();
  sqs = local.inProcess;
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await Promise.all(returned);
  await local.stop();
  await rm(directory, { recursive: true });
});

async function openSqs(): Promise<LocalSqs> {
  const opened = await startLocalSqs({ directory, log });
  await opened.queue('work-dlq');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: DLQ_ARN, maxReceiveCount: 2 });
  await opened.queue('work', { VisibilityTimeout: '43200', RedrivePolicy });
  await opened.queue('seen');
  return opened;
}

/** Runs `source` for the queue `work`; its handler can report what it saw on standard output. */
async function mapped(source: string, settings: Partial<FunctionDefinition> = {}, batchSize = 5) {
  const probe = await probeFunction(source, settings);
  const work = remembering(sqs.eventSource('work'));
  const mapping = new EventSourceMapping({ source: work, target: probe.lambda, batchSize, log });
  cleanups.push(probe.close, () => mapping.stop());
  return { ...probe, mapping };
}

function remembering(source: EventSource): EventSource {
  return {
    arn: source.arn,
    async receive(max, signal) {
      const messages = await source.receive(max, signal);
      for (const { MessageId, ReceiptHandle } of messages) handles.set(MessageId, ReceiptHandle);
      return messages;
    },
    delete: (receiptHandles) => source.delete(receiptHandles),
  };
}

/** Resolves when `work` is empty. */
async function empty(): Promise<void> {
  const drained = async () => {
    const { visible, inFlight, delayed } = await local.at('work').depth();
    return visible + inFlight + delayed;
  };
  await expect.poll(drained, { interval: 20 }).toBe(0);
}

it('the event source mapping delivers messages in batches and deletes them', async () => {
  const bodies = Array.from({ length: 12 }, (_, at) => ({ body: `mail ${at}` }));
  await local.at('work').sendAll(bodies);
  const { printed } = await mapped(
    'export const handler = async ({ Records }) => { console.log(JSON.stringify(Records.map(({ body }) => body))); };',
  );
  await empty();
  const batches: string[][] = printed.map((line) => JSON.parse(line.slice('probe: '.length)));
  expect(batches.flat().toSorted()).toEqual(bodies.map(({ body }) => body).toSorted());
  expect(Math.max(...batches.map((batch) => batch.length))).toBe(5);
});

it('the event source mapping sends events in the form of Lambda', async () => {
  await local.at('work').send({ body: 'text', attributes: { kind: 'bounce' } });
  const { printed } = await mapped('export const handler = async (event) => console.log(JSON.stringify(event));');
  await empty();
  expect(JSON.parse(printed[0]?.slice('probe: '.length) ?? '')).toEqual({
    Records: [
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receiptHandle: expect.any(String),
        body: 'text',
        attributes: {
          ApproximateReceiveCount: '1',
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: '000000000000',
        },
        messageAttributes: {
          kind: { stringValue: 'bounce', stringListValues: [], binaryListValues: [], dataType: 'String' },
        },
        md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
        md5OfBody: '1cb251ec0d568de6a929b520c4aed8d1',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:work',
        awsRegion: 'us-east-1',
      },
    ],
  });
});

it('messages named in a partial response are kept and redelivered', async () => {
  await local.at('work').sendAll([{ body: 'good' }, { body: 'bad' }]);
  const { printed } = await mapped(
    `export const handler = async ({ Records }) => {
      for (const { body, attributes } of Records) console.log(body + ' ' + attributes.ApproximateReceiveCount);
      const failed = Records.filter(({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1');
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    };`,
  );
  await empty();
  expect(printed.toSorted()).toEqual(['probe: bad 1', 'probe: bad 2', 'probe: good 1']);
});

it.each([
  ['throws', "throw new Error('no')", 180_000],
  ['ends the process', 'process.exit(1)', 180_000],
  // The timeout also applies to its neighbours, and includes the start of its process.
  ['runs for ever', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);', 10_000],
  ['eats memory', 'const kept = []; for (;;) kept.push(Buffer.alloc(1048576, 1));', 180_000],
])('a message whose function %s goes to the dead-letter queue alone', async (_, crime, timeoutMs) => {
  await mapped(
    `export const handler = async ({ Records }) => { for (const { body } of Records) if (body === 'poison') { ${crime} } };`,
    { timeoutMs, memoryMb: 200 },
    1,
  );
  await local.at('work').send({ body: 'poison' });
  await local.at('work').sendAll(Array.from({ length: 10 }, (_, at) => ({ body: `neighbour ${at}` })));
  await empty();
  const dead = await local.at('work-dlq').receive({ waitSeconds: 5 });
  expect(dead.map(({ body }) => body)).toEqual(['poison']);
  expect(logged.filter(({ message }) => message === 'a batch failed and stays in the queue')).toHaveLength(2);
});

it('messages received by a killed process are released', async () => {
  await local.at('work').send({ body: 'orphan' });
  expect(await local.at('work').receive({ max: 1 })).toHaveLength(1);
  await local.stop();
  local = await startLocalSqs({ directory, log });
  sqs = local.inProcess;
  expect(await local.at('work').receive({ waitSeconds: 0 })).toEqual([]);
  await sqs.eventSource('work').takeBack();
  expect(await local.at('work').receive({ waitSeconds: 0 })).toMatchObject([{ body: 'orphan', receiveCount: 2 }]);
});

it('stopping the event source mapping waits for the batch in progress', async () => {
  await local.at('work').send({ body: 'slow' });
  const { mapping, printed } = await mapped(
    "export const handler = () => new Promise((done) => { console.log('begun'); setTimeout(done, 300); });",
  );
  await expect.poll(() => printed).toEqual(['probe: begun']);
  await mapping.stop();
  expect(await local.at('work').depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  await local.at('work').send({ body: 'later' });
  expect(await local.at('work').depth()).toMatchObject({ visible: 1 });
});
