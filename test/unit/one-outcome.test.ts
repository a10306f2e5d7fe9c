import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noVerdicts } from '../../core/auth/verdict.ts';
import { encodeS3Event, type RawObjectCreated } from '../../core/aws/s3-event.ts';
import { jsonLog } from '../../core/log/log.ts';
import { encodeEnvelope } from '../../core/mail/envelope.ts';
import { failedKey, parsedKey, rawKey } from '../../core/mail/keys.ts';
import { MIME_LIMITS } from '../../core/mail/limits.ts';
import { parsedMailSchema } from '../../core/mail/parsed-mail.ts';
import { mailRouter } from '../../core/mail/routes.ts';
import { type AttachmentStore, describing } from '../../core/mime/describe-attachment.ts';
import { StreamingMimeReader } from '../../core/mime/reader.ts';
import { encodeDeadLetter } from '../../core/outcome/dead-letter.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { ReadMime } from '../../core/reading/read-content.ts';
import { ReadingInterrupted } from '../../core/reading/supervised-read.ts';
import { NO_ENRICHMENT } from '../../core/settings/enrichment.ts';
import { settleDeadLetter } from '../../lambda/dead-letter/settle-dead-letter.ts';
import { processMail } from '../../lambda/parser/process-mail.ts';
import { envelope } from '../support/envelope.ts';
import { MemoryQueue, MemoryStore, override, type Step } from '../support/memory-aws.ts';

const RAW = 'raw-mail';
const CONTENT = 'mail-content';
const MAX_RECEIVES = 3;
/** Two deliveries of one mail: the same bytes under different ids. */
const IDS = ['01KB0000000000000000000000', '01KB0000000000000000000001'];

const MAIL = [
  'From: ann@example.net',
  'Message-ID: <1@example.net>',
  'Date: Sun, 22 Nov 2026 10:00:00 +0000',
  'Content-Type: application/pdf',
  'Content-Disposition: attachment',
  '',
  '%PDF-1.7',
].join('\r\n');

const reader = new StreamingMimeReader();

/** Thrown where the process is killed. */
class Killed extends Error {}

interface Harness {
  store: MemoryStore;
  queue: MemoryQueue;
}

/** Changes the store's responses as a broken build would. */
type Sabotage = (store: ObjectStore) => ObjectStore;

/**
 * Delivers the events of both deliveries, as often and as late as `kills` and the scheduler determine. At each step of
 * an event another one may go first, and the process that handles it may be killed.
 *
 * @param kills for each event, the steps at which its process is killed
 */
async function run(s: fc.Scheduler, kills: readonly (readonly number[])[], sabotage: Sabotage): Promise<Harness> {
  const harness = { store: new MemoryStore(), queue: new MemoryQueue() };
  for (const id of IDS) {
    const metadata = { envelope: encodeEnvelope(envelope({ id })) ?? '', 'trace-bytes': '0' };
    await harness.store.put({ bucket: RAW, key: rawKey(id) }, Buffer.from(MAIL), { metadata });
  }
  const deliveries = kills.map((steps, index) => deliver(s, harness, IDS[index % IDS.length] ?? '', steps, sabotage));
  await s.waitFor(Promise.all(deliveries));
  return harness;
}

/** One event from its first receive until the parser or, after the last, the dead-letter step acknowledges it. */
async function deliver(s: fc.Scheduler, harness: Harness, id: string, kills: readonly number[], sabotage: Sabotage) {
  let steps = 0;
  let killed = false;
  const step: Step = async (name) => {
    // A killed process does nothing more, whatever the response.
    if (killed) throw new Killed();
    await s.schedule(Promise.resolve(), name);
    killed = kills.includes(steps++);
    if (killed) throw new Killed();
  };
  const process = (work: () => Promise<unknown>) => {
    killed = false;
    return survives(work, step);
  };
  const object: RawObjectCreated = { bucket: RAW, key: rawKey(id), versionId: null, revision: 1 };
  const deps = dependencies(harness, step, sabotage);
  const budget = { deadlineMs: 1_000, authDeadlineMs: 1_000, signal: new AbortController().signal };
  for (let receive = 1; receive <= MAX_RECEIVES; receive += 1) {
    if (await process(() => processMail(deps, object, budget))) return;
  }
  const record = {
    messageId: 'm',
    receiptHandle: 'h',
    queue: null,
    body: encodeS3Event(object),
    attributes: encodeDeadLetter('', { reason: 'retries.exhausted', lastError: null, receiveCount: 4 }).attributes,
    receiveCount: 4,
  };
  while (!(await process(() => settleDeadLetter(deps, record))));
}

/** False if the process was killed, even if only before the event was acknowledged. */
async function survives(work: () => Promise<unknown>, step: Step): Promise<boolean> {
  try {
    await work();
    await step('acknowledge');
    return true;
  } catch (error) {
    if (error instanceof Killed) return false;
    throw error;
  }
}

function dependencies(harness: Harness, step: Step, sabotage: Sabotage) {
  const store = new MemoryStore(step, harness.store.objects);
  return {
    store: sabotage(store),
    queue: new MemoryQueue(step, harness.queue.sent),
    routeQueues: new Map(),
    bus: null,
    route: mailRouter([], '+'),
    routes: [],
    enrichment: NO_ENRICHMENT,
    enrich: new MemoryQueue(step),
    checkAuthentication: async () => noVerdicts('there is no DNS in this test'),
    contentBucket: CONTENT,
    queueMessageLimitBytes: 256 * 1024,
    oversize: 'omit' as const,
    log: jsonLog('test', () => {}),
    metrics: { add() {} },
    events: new MemoryQueue(step),
    now: () => 0,
    read: (source: AsyncIterable<Buffer>, put: AttachmentStore) => reader.read(source, describing(put), MIME_LIMITS),
  };
}

/** @throws if a mail has no outcome or two, is sent with different contents, or its document names a missing object */
function expectOneOutcomeEach({ store, queue }: Harness): void {
  const sent = queue.sent.map(({ body }) => parsedMailSchema.parse(JSON.parse(body)));
  for (const id of IDS) {
    const copies = sent.filter((mail) => mail.id === id);
    const failed = store.has({ bucket: CONTENT, key: failedKey(id) });
    expect({ id, failed, sent: copies.length > 0 }).toEqual({ id, failed, sent: !failed });
    for (const copy of copies) expect(copy).toEqual(copies[0]);
  }
  const documents = IDS.map((id) => store.objects.get(`${CONTENT}/${parsedKey(id)}`)?.body.toString());
  for (const document of documents.filter((kept) => kept !== undefined)) {
    const { attachments } = parsedMailSchema.parse(JSON.parse(document));
    expect(attachments.map((attachment) => store.has(attachment))).toEqual([true]);
  }
  const [first, ...others] = documents;
  if (first === undefined || others.includes(undefined)) return;
  const duplicateOf = [first, ...others].map((document) => JSON.parse(document ?? '').duplicateOf);
  expect(duplicateOf.filter((original) => original === null)).toHaveLength(1);
}

const killsOfEvent = fc.uniqueArray(fc.nat(40), { maxLength: 12 });
const property = (sabotage: Sabotage) =>
  fc.asyncProperty(fc.scheduler(), fc.array(killsOfEvent, { minLength: 2, maxLength: 5 }), async (s, kills) => {
    expectOneOutcomeEach(await run(s, kills, sabotage));
  });

const HONEST: Sabotage = (store) => store;

const SABOTAGES: Record<string, Sabotage> = {
  'the parser does not look whether the mail has failed': (store) =>
    override(store, { head: async (ref) => (ref.key.startsWith('failed/') ? null : store.head(ref)) }),
  'a mail that failed permanently is not looked for again': (store) => {
    let looks = 0;
    return override(store, {
      // keepDocument reads with a signal, and retries until the document is there.
      get: async (ref, options) =>
        options === undefined && ref.key.startsWith('parsed/') && looks++ > 0 ? null : store.get(ref, options),
    });
  },
  'a document does not wait for the attachments it names': (store) =>
    override(store, {
      put: async (ref, body, options) => {
        const put = store.put(ref, body, options);
        if (!ref.key.startsWith('attachments/')) return put;
        put.catch(() => {});
        return { outcome: 'created', versionId: null };
      },
    }),
  'a claim does not mind another one': (store) =>
    override(store, {
      put: async (ref, body, { ifAbsent = false, ...options } = {}) =>
        store.put(ref, body, { ...options, ifAbsent: ifAbsent && !ref.key.startsWith('claim/') }),
    }),
};

describe('one outcome for each mail', () => {
  it('results, in whatever order two deliveries, repeated events, kills and dead letters occur', async () => {
    await fc.assert(property(HONEST), { numRuns: 300 });
  });

  it.each(Object.entries(SABOTAGES))('fails this test when the code is sabotaged: %s', async (_what, sabotage) => {
    const details = await fc.check(property(sabotage), { numRuns: 3_000, endOnFailure: true });
    expect(details.errorInstance).toMatchObject({ name: 'AssertionError' });
  });
});

it('a mail whose reading was interrupted, because one of several used up the memory, is read again alone', async () => {
  const harness = { store: new MemoryStore(), queue: new MemoryQueue() };
  const key = rawKey(IDS[0] ?? '');
  const metadata = { envelope: encodeEnvelope(envelope({ id: IDS[0] ?? '' })) ?? '', 'trace-bytes': '0' };
  await harness.store.put({ bucket: RAW, key }, Buffer.from(MAIL), { metadata });
  const reads: boolean[] = [];
  const read: ReadMime = (source, put, { alone = false }) => {
    reads.push(alone);
    return alone
      ? reader.read(source, describing(put), MIME_LIMITS)
      : Promise.reject(new ReadingInterrupted('reading took 300 MB of memory'));
  };
  await processMail(
    { ...dependencies(harness, async () => {}, HONEST), read },
    { bucket: RAW, key, versionId: null, revision: 1 },
    { deadlineMs: 1_000, authDeadlineMs: 1_000, signal: new AbortController().signal },
  );
  expect(reads).toEqual([false, true]);
  expect(harness.queue.sent.map(({ body }) => JSON.parse(body))).toMatchObject([
    { id: IDS[0], attachments: [{ size: 8 }] },
  ]);
});
