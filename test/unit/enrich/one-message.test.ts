import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEnrichMessage } from '../../../core/enrich/messages.ts';
import type { AsyncStep } from '../../../core/enrich/steps/registry.ts';
import type { Task, TaskOutcome } from '../../../core/enrich/task.ts';
import { TransientError } from '../../../core/mail/errors.ts';
import { draftKey, parsedKey } from '../../../core/mail/keys.ts';
import { type ParsedMail, parsedMailSchema } from '../../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { OutgoingMessage } from '../../../core/ports/queue.ts';
import { NO_ENRICHMENT } from '../../../core/settings/enrichment.ts';
import { settleEnrichment } from '../../../lambda/dead-letter/settle-enrichment.ts';
import { handleEvent } from '../../../lambda/enricher/handle-event.ts';
import type { StepRunner } from '../../../lambda/enricher/runner.ts';
import { enrichMail } from '../../../lambda/parser/enrich-mail.ts';
import { enricherDependencies } from '../../support/enricher-dependencies.ts';
import { MemoryQueue, MemoryStore, override, type Step } from '../../support/memory-aws.ts';
import { parsedMail } from '../../support/parsed-mail.ts';
import { eventOf } from '../../support/sqs-event.ts';

const MAX_ATTEMPTS = 3;
const MAIL = parsedMail({ text: 'the text of a mail', steps: [] });
MAIL.document.key = parsedKey(MAIL.id);
/** Two steps that return their result at once, and one that gets it through the results queue. */
const ENRICHMENT = {
  ...NO_ENRICHMENT,
  entities: true,
  pii: true,
  model: { url: 'https://model.test/', key: { kind: 'file' as const, file: 'key' }, deadlineMs: 1_000, costUsd: 0 },
};

/** Thrown where the process is killed. */
class Killed extends Error {}

interface Harness {
  store: MemoryStore;
  parsed: MemoryQueue;
  enrich: MemoryQueue;
}

/** Changes the store's responses as a broken build would. */
type Sabotage = (store: ObjectStore) => ObjectStore;

const OUTCOMES: Record<string, TaskOutcome> = {
  entities: { status: 'ok', result: { entities: [] }, costUsd: 0.01 },
  pii: { status: 'skipped', reason: 'not today', costUsd: 0 },
  model: { status: 'ok', result: { urgency: 'low' }, costUsd: 0 },
};

/** Fails `failures` times before it responds; the model returns its result on the second request. */
function runnerOf(failures: number, step: Step): (task: Task) => Promise<StepRunner> {
  let failed = 0;
  return async ({ step: name }) => ({
    async run() {
      await step(`run ${name}`);
      if (failed++ < failures) throw new TransientError('service.away', 'it is not there');
      return name === 'model' ? { status: 'pending', handle: 'job-1', pollSeconds: 1 } : outcomeOf(name);
    },
    async resume() {
      await step(`resume ${name}`);
      return outcomeOf(name);
    },
  });
}

function outcomeOf(name: AsyncStep): TaskOutcome {
  const outcome = OUTCOMES[name];
  if (outcome === undefined) throw new Error(`${name} is not planned here`);
  return outcome;
}

/**
 * Hands the mail over `parses` times and delivers every message sent, in any order and at any moment. The process is
 * killed at some of its steps. A message received too often becomes a dead letter.
 */
async function run(
  s: fc.Scheduler,
  parses: number,
  kills: readonly (readonly number[])[],
  failures: number,
  sabotage: Sabotage,
) {
  const harness: Harness = { store: new MemoryStore(), parsed: new MemoryQueue(), enrich: new MemoryQueue() };
  let delivered = 0;
  const pending: Promise<void>[] = [];
  const deliverNew = () => {
    for (; delivered < harness.enrich.sent.length; delivered += 1) {
      const message = { messageId: `m${delivered}`, body: harness.enrich.sent[delivered]?.body ?? '' };
      pending.push(
        deliver(s, harness, message, kills[delivered % Math.max(1, kills.length)] ?? [], failures, sabotage),
      );
    }
  };
  for (let parse = 0; parse < parses; parse += 1) {
    await survives(() =>
      enrichMail(
        dependencies(harness, async () => {}, 0, sabotage),
        MAIL,
        false,
        new AbortController().signal,
      ),
    );
  }
  // Also deliver messages sent in the meantime, such as polls.
  for (let settled = 0; settled < pending.length || delivered < harness.enrich.sent.length; settled = pending.length) {
    deliverNew();
    await s.waitFor(Promise.all(pending));
  }
  return harness;
}

async function deliver(
  s: fc.Scheduler,
  harness: Harness,
  sent: { messageId: string; body: string },
  kills: readonly number[],
  failures: number,
  sabotage: Sabotage,
): Promise<void> {
  let steps = 0;
  const step: Step = async (name) => {
    await s.schedule(Promise.resolve(), name);
    if (kills.includes(steps++)) throw new Killed();
  };
  const deadLetters: OutgoingMessage[] = [];
  const deps = dependencies(harness, step, failures, sabotage, deadLetters);
  const message = { ...sent, receiptHandle: 'h', attributes: {} };
  for (let receiveCount = 1; ; receiveCount += 1) {
    const event = eventOf([{ ...message, receiveCount }]);
    const { batchItemFailures } = await handleEvent(deps, event, new AbortController().signal);
    if (batchItemFailures.length === 0 && (await survives(() => step('acknowledge')))) break;
  }
  const [letter] = deadLetters;
  if (letter === undefined) return;
  const decoded = decodeEnrichMessage(sent.body);
  if (decoded === null) throw new Error(`no message: ${sent.body}`);
  const entries = Object.entries(letter.attributes ?? {}).map(([name, value]) => [name, String(value)]);
  const record = { ...message, attributes: Object.fromEntries(entries), queue: null, receiveCount: 1 };
  while (!(await survives(() => settleEnrichment(deps, decoded, record, new AbortController().signal))));
}

/** False if the process was killed. */
async function survives(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Killed) return false;
    throw error;
  }
}

function dependencies(
  harness: Harness,
  step: Step,
  failures: number,
  sabotage: Sabotage,
  deadLetters: OutgoingMessage[] = [],
) {
  return enricherDependencies({
    store: sabotage(new MemoryStore(step, harness.store.objects)),
    queue: new MemoryQueue(step, harness.parsed.sent),
    enrich: new MemoryQueue(step, harness.enrich.sent),
    runnerOf: runnerOf(failures, step),
    enrichment: ENRICHMENT,
    maxAttempts: MAX_ATTEMPTS,
    deadLetters: new MemoryQueue(step, deadLetters),
  });
}

const sentBy = ({ parsed }: Harness): ParsedMail[] =>
  parsed.sent.map(({ body }) => parsedMailSchema.parse(JSON.parse(body)));

/** @throws if the mail was not sent, was sent with two different contents, or is still waiting */
function expectOneOutcome(harness: Harness): void {
  const copies = sentBy(harness);
  expect(copies.length).toBeGreaterThan(0);
  for (const copy of copies) expect(copy).toEqual(copies[0]);
  expect(copies[0]?.steps.map(({ name }) => name).sort()).toEqual(['entities', 'model', 'pii']);
  const { bucket, key } = MAIL.document;
  expect(harness.store.has({ bucket, key: draftKey(MAIL.id, MAIL.revision) })).toBe(false);
  const document = harness.store.objects.get(`${bucket}/${key}`);
  expect(JSON.parse(document?.body.toString() ?? '')).toEqual(copies[0]);
}

const killsOfMessage = fc.uniqueArray(fc.nat(40), { maxLength: 12 });
const rough = (sabotage: Sabotage) =>
  fc.asyncProperty(
    fc.scheduler(),
    fc.integer({ min: 1, max: 2 }),
    fc.array(killsOfMessage, { minLength: 1, maxLength: 4 }),
    fc.nat(3),
    async (s, parses, kills, failures) => expectOneOutcome(await run(s, parses, kills, failures, sabotage)),
  );
const quiet = (sabotage: Sabotage) =>
  fc.asyncProperty(fc.scheduler(), fc.nat(2), async (s, failures) => {
    const harness = await run(s, 1, [], failures, sabotage);
    expectOneOutcome(harness);
    expect(harness.parsed.sent).toHaveLength(1);
  });

const HONEST: Sabotage = (store) => store;

const SABOTAGES: Record<string, [(sabotage: Sabotage) => fc.IRawProperty<unknown>, Sabotage]> = {
  'an attempt that was killed while it sent the mail takes it for sent': [
    rough,
    (store) => override(store, { get: async (ref) => (ref.key.endsWith('/finished.json') ? null : store.get(ref)) }),
  ],
  'nobody minds that another one is sending the mail': [
    quiet,
    (store) =>
      override(store, {
        put: async (ref, body, { ifAbsent = false, ...options } = {}) =>
          store.put(ref, body, { ...options, ifAbsent: ifAbsent && !ref.key.endsWith('/finished.json') }),
      }),
  ],
  'a result is not found again': [
    rough,
    (store) =>
      override(store, {
        async *list(...call) {
          for await (const object of store.list(...call)) if (!object.key.endsWith('/pii.json')) yield object;
        },
      }),
  ],
};

describe('a mail that waits for enrichment', () => {
  it('is published complete, once for consumers, in whatever order messages, kills and failures occur', async () => {
    await fc.assert(rough(HONEST), { numRuns: 500 });
  });

  it('is published as one message when nothing is killed', async () => {
    await fc.assert(quiet(HONEST), { numRuns: 300 });
  });

  it.each(Object.entries(SABOTAGES))(
    'fails this test when the code is sabotaged: %s',
    async (_what, [property, sabotage]) => {
      const details = await fc.check(property(sabotage), { numRuns: 3_000, endOnFailure: true });
      expect(details.errorInstance).toMatchObject({ name: 'AssertionError' });
    },
  );
});
