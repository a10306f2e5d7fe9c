import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '../../../core/mail/errors.ts';
import { draftKey, failedKey, finishedKey } from '../../../core/mail/keys.ts';
import { VERSION } from '../../../core/mail/version.ts';
import { type FailedMail, failedOf, readFailures, recordFailure } from '../../../core/outcome/failures.ts';
import { override } from '../../support/memory-aws.ts';
import { ENRICHMENT, EnrichmentHarness, MAX_ATTEMPTS, type Message } from './enrichment-harness.ts';

const DENIED = () => Promise.reject(new PermanentError('s3.AccessDenied', 'denied'));
const AWAY = () => Promise.reject(new TransientError('sqs.TimeoutError', 'away'));

describe('a mail whose enrichment failed on every attempt', () => {
  it('stays a dead letter until the queue accepts messages again', async () => {
    const harness = new EnrichmentHarness();
    const { queue } = harness.deps;
    await harness.parse();
    const deadLetters: Message[] = [];
    harness.deps.queue = { send: AWAY };
    for (const message of harness.messages()) if (!(await harness.receive(message))) deadLetters.push(message);
    expect(deadLetters).toHaveLength(1);
    for (const message of deadLetters) await expect(harness.settle(message)).rejects.toThrow('away');
    harness.deps.queue = queue;
    for (const message of deadLetters) await harness.settle(message);
    expect(harness.sent).toHaveLength(1);
    expect(harness.waits).toBe(false);
  });

  it('is recorded as failed when the queue refuses it, and its draft is deleted', async () => {
    const harness = new EnrichmentHarness();
    await harness.parse();
    const deadLetters: Message[] = [];
    harness.deps.queue = { send: DENIED };
    for (const message of harness.messages()) if (!(await harness.receive(message))) deadLetters.push(message);
    for (const message of deadLetters) await harness.settle(message);
    const { id, document } = harness.mail;
    expect(harness.store.has({ bucket: document.bucket, key: failedKey(id, 1, 'parsed-mail') })).toBe(true);
    expect(harness.waits).toBe(false);
  });

  it('is recorded as failed when the version that wrote the draft cannot read it', async () => {
    const harness = new EnrichmentHarness();
    await harness.parse();
    const { id, document } = harness.mail;
    const draft = { bucket: document.bucket, key: draftKey(id, 1) };
    const refuse = async (version: string) => {
      const broken = { document: { ...harness.mail, subject: 7, parser: { version } }, tasks: [], deadlineAt: '' };
      await harness.store.put(draft, Buffer.from(JSON.stringify(broken)));
    };
    const failure = { bucket: document.bucket, key: failedKey(id) };
    const [message] = harness.messages();
    if (message === undefined) throw new Error('no message');
    await refuse('0.0.1');
    expect(await harness.receive(message)).toBe(false);
    await harness.settle(message);
    // The reconciler has the mail parsed again.
    expect(harness.store.has(failure)).toBe(false);
    await refuse(VERSION);
    await harness.settle(message);
    expect(await readFailures(harness.store, document.bucket, id)).toMatchObject([
      { reason: 'draft.invalid', raw: { key: harness.mail.raw.key } },
    ]);
  });

  it('is published after it is parsed again when its dead letters were purged', async () => {
    const harness = new EnrichmentHarness();
    await harness.parse();
    const { store } = harness.deps;
    harness.deps.store = override(store, {
      put: (ref, ...rest) => (ref.key.startsWith('parsed/') ? DENIED() : store.put(ref, ...rest)),
    });
    // Nobody settles the dead letters: the queue was purged.
    for (const message of harness.messages()) await harness.receive(message);
    harness.deps.store = store;
    harness.now += 3_600_000;
    await harness.parse();
    for (const message of harness.messages()) expect(await harness.receive(message)).toBe(true);
    expect(harness.sent).toHaveLength(1);
    expect(harness.waits).toBe(false);
  });

  it('is published once, from its dead letter, when it is parsed again meanwhile', async () => {
    const harness = new EnrichmentHarness();
    await harness.parse();
    const [, first] = harness.messages();
    harness.deps.queue = { send: DENIED };
    expect(first && (await harness.receive(first))).toBe(false);
    harness.deps.queue = harness.parsed;
    harness.now += 1_000;
    await harness.parse();
    for (const message of harness.messages()) expect(await harness.receive(message)).toBe(true);
    expect(harness.sent).toHaveLength(0);
    if (first !== undefined) await harness.settle(first);
    expect(harness.sent).toHaveLength(1);
  });

  it('is published when it is redriven, although its enrichment ended after the failure was recorded', async () => {
    const harness = new EnrichmentHarness();
    const { id, document } = harness.mail;
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
    await recordFailure(harness.store, document.bucket, failure);
    await harness.parse();
    for (const message of harness.messages()) await harness.receive(message);
    expect(harness.sent).toHaveLength(0);
    expect(harness.store.has({ bucket: document.bucket, key: finishedKey(id, 1) })).toBe(true);
    await harness.store.delete(document);
    await harness.store.delete(failedOf(document.bucket, failure));
    harness.now += 1_000;
    await harness.parse();
    for (const message of harness.messages()) expect(await harness.receive(message)).toBe(true);
    expect(harness.sent).toHaveLength(1);
  });

  it('is enriched when it is parsed again after the deadline of a draft whose messages were never sent', async () => {
    const harness = new EnrichmentHarness();
    harness.deps.enrich = { send: DENIED };
    await expect(harness.parse()).rejects.toThrow('denied');
    harness.deps.enrich = harness.enrich;
    harness.now += 3_600_000;
    await harness.parse();
    for (const message of harness.messages().reverse()) expect(await harness.receive(message)).toBe(true);
    expect(harness.sent.map(({ steps }) => steps.map(({ status }) => status))).toEqual([['ok']]);
  });
});

it.each([
  [MAX_ATTEMPTS, ['failed']],
  [0, []],
] as const)('is settled with a failed task after %i attempts at an answer: %j', async (attempts, ended) => {
  const asks = async () => ({ status: 'pending' as const, handle: 'job', pollSeconds: 60 });
  const harness = new EnrichmentHarness({}, ENRICHMENT, { run: asks, resume: asks });
  await harness.parse();
  const [, begin] = harness.messages();
  expect(begin && (await harness.receive(begin))).toBe(true);
  const [poll] = harness.messages();
  if (poll !== undefined) await harness.settle(poll, attempts);
  expect(harness.sent.flatMap(({ steps }) => steps.map(({ status }) => status))).toEqual(ended);
});
