import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '../../../core/mail/errors.ts';
import { draftKey, failedKey, finishedKey } from '../../../core/mail/keys.ts';
import { VERSION } from '../../../core/mail/version.ts';
import { type FailedMail, failedOf, readFailures, recordFailure } from '../../../core/outcome/failures.ts';
import { override } from '../../support/memory-aws.ts';
import { ENRICHMENT, EnrichmentWorld, MAX_ATTEMPTS, type Message } from './enrichment-world.ts';

const DENIED = () => Promise.reject(new PermanentError('s3.AccessDenied', 'denied'));
const AWAY = () => Promise.reject(new TransientError('sqs.TimeoutError', 'away'));

describe('a mail whose enrichment failed on every attempt', () => {
  it('stays a dead letter until the queue accepts messages again', async () => {
    const world = new EnrichmentWorld();
    const { queue } = world.deps;
    await world.parse();
    const deadLetters: Message[] = [];
    world.deps.queue = { send: AWAY };
    for (const message of world.messages()) if (!(await world.receive(message))) deadLetters.push(message);
    expect(deadLetters).toHaveLength(1);
    for (const message of deadLetters) await expect(world.settle(message)).rejects.toThrow('away');
    world.deps.queue = queue;
    for (const message of deadLetters) await world.settle(message);
    expect(world.sent).toHaveLength(1);
    expect(world.waits).toBe(false);
  });

  it('is recorded as failed when the queue refuses it, and its draft is deleted', async () => {
    const world = new EnrichmentWorld();
    await world.parse();
    const deadLetters: Message[] = [];
    world.deps.queue = { send: DENIED };
    for (const message of world.messages()) if (!(await world.receive(message))) deadLetters.push(message);
    for (const message of deadLetters) await world.settle(message);
    const { id, document } = world.mail;
    expect(world.store.has({ bucket: document.bucket, key: failedKey(id, 1, 'parsed-mail') })).toBe(true);
    expect(world.waits).toBe(false);
  });

  it('is recorded as failed when the version that wrote the draft cannot read it', async () => {
    const world = new EnrichmentWorld();
    await world.parse();
    const { id, document } = world.mail;
    const draft = { bucket: document.bucket, key: draftKey(id, 1) };
    const refuse = async (version: string) => {
      const broken = { document: { ...world.mail, subject: 7, parser: { version } }, tasks: [], deadlineAt: '' };
      await world.store.put(draft, Buffer.from(JSON.stringify(broken)));
    };
    const failure = { bucket: document.bucket, key: failedKey(id) };
    const [message] = world.messages();
    if (message === undefined) throw new Error('no message');
    await refuse('0.0.1');
    expect(await world.receive(message)).toBe(false);
    await world.settle(message);
    // The reconciler has it parsed again.
    expect(world.store.has(failure)).toBe(false);
    await refuse(VERSION);
    await world.settle(message);
    expect(await readFailures(world.store, document.bucket, id)).toMatchObject([
      { reason: 'draft.invalid', raw: { key: world.mail.raw.key } },
    ]);
  });

  it('is sent after it is parsed again, when its dead letters were purged', async () => {
    const world = new EnrichmentWorld();
    await world.parse();
    const { store } = world.deps;
    world.deps.store = override(store, {
      put: (ref, ...rest) => (ref.key.startsWith('parsed/') ? DENIED() : store.put(ref, ...rest)),
    });
    // The dead letters are not settled: the queue was purged.
    for (const message of world.messages()) await world.receive(message);
    world.deps.store = store;
    world.now += 3_600_000;
    await world.parse();
    for (const message of world.messages()) expect(await world.receive(message)).toBe(true);
    expect(world.sent).toHaveLength(1);
    expect(world.waits).toBe(false);
  });

  it('is sent once, from its dead letter, when it is parsed again meanwhile', async () => {
    const world = new EnrichmentWorld();
    await world.parse();
    const [, first] = world.messages();
    world.deps.queue = { send: DENIED };
    expect(first && (await world.receive(first))).toBe(false);
    world.deps.queue = world.parsed;
    world.now += 1_000;
    await world.parse();
    for (const message of world.messages()) expect(await world.receive(message)).toBe(true);
    expect(world.sent).toHaveLength(0);
    if (first !== undefined) await world.settle(first);
    expect(world.sent).toHaveLength(1);
  });

  it('is sent when it is redriven, although its enrichment ended after the failure was recorded', async () => {
    const world = new EnrichmentWorld();
    const { id, document } = world.mail;
    const failure: FailedMail = {
      schema: 'failed-mail/1',
      id,
      revision: 1,
      destination: null,
      route: null,
      reason: 'retries.exhausted',
      lastError: null,
      receiveCount: 5,
      raw: null,
      event: null,
      at: '2026-11-22T10:00:00.000Z',
    };
    await recordFailure(world.store, document.bucket, failure);
    await world.parse();
    for (const message of world.messages()) await world.receive(message);
    expect(world.sent).toHaveLength(0);
    expect(world.store.has({ bucket: document.bucket, key: finishedKey(id, 1) })).toBe(true);
    await world.store.delete(document);
    await world.store.delete(failedOf(document.bucket, failure));
    world.now += 1_000;
    await world.parse();
    for (const message of world.messages()) expect(await world.receive(message)).toBe(true);
    expect(world.sent).toHaveLength(1);
  });

  it('is enriched when it is parsed again after the deadline of a draft whose messages were never sent', async () => {
    const world = new EnrichmentWorld();
    world.deps.enrich = { send: DENIED };
    await expect(world.parse()).rejects.toThrow('denied');
    world.deps.enrich = world.enrich;
    world.now += 3_600_000;
    await world.parse();
    for (const message of world.messages().reverse()) expect(await world.receive(message)).toBe(true);
    expect(world.sent.map(({ steps }) => steps.map(({ status }) => status))).toEqual([['ok']]);
  });
});

it.each([
  [MAX_ATTEMPTS, ['failed']],
  [0, []],
] as const)('an answer that %i attempts were made at ends its task: %j', async (attempts, ended) => {
  const asks = async () => ({ status: 'pending' as const, handle: 'job', pollSeconds: 60 });
  const world = new EnrichmentWorld({}, ENRICHMENT, { run: asks, resume: asks });
  await world.parse();
  const [, begin] = world.messages();
  expect(begin && (await world.receive(begin))).toBe(true);
  const [poll] = world.messages();
  if (poll !== undefined) await world.settle(poll, attempts);
  expect(world.sent.flatMap(({ steps }) => steps.map(({ status }) => status))).toEqual(ended);
});
