import { describe, expect, it } from 'vitest';
import { decodeEnrichMessage } from '../../../core/enrich/messages.ts';
import type { Quarantine } from '../../../core/enrich/quarantine.ts';
import { partsOf } from '../../../core/enrich/task.ts';
import type { ScannedAttachment } from '../../../core/mail/enrichment-schema.ts';
import { PermanentError, TransientError } from '../../../core/mail/errors.ts';
import { attachmentKey, draftKey, failedKey, finishedKey, parsedKey } from '../../../core/mail/keys.ts';
import { type ParsedMail, parsedMailSchema } from '../../../core/mail/parsed-mail.ts';
import { VERSION } from '../../../core/mail/version.ts';
import { beginAttempt } from '../../../core/outcome/attempts.ts';
import { readDocument } from '../../../core/outcome/documents.ts';
import { type FailedMail, failedOf, readFailures, recordFailure } from '../../../core/outcome/failures.ts';
import { publish } from '../../../core/outcome/publish.ts';
import { NO_ENRICHMENT } from '../../../core/settings/enrichment.ts';
import { settleEnrichment } from '../../../lambda/dead-letter/settle-enrichment.ts';
import { handleEvent } from '../../../lambda/enricher/handle-event.ts';
import type { StepRunner } from '../../../lambda/enricher/runner.ts';
import { MalwareGuardDuty } from '../../../lambda/enricher/steps/malware/malware-guard-duty.ts';
import { enrichMail } from '../../../lambda/parser/enrich-mail.ts';
import { enricherDependencies } from '../../support/enricher-dependencies.ts';
import { eventOf } from '../../support/function-world.ts';
import { MemoryQueue, MemoryStore, override } from '../../support/memory-aws.ts';
import { attachment, parsedMail } from '../../support/parsed-mail.ts';

const NEVER = new AbortController().signal;
const MAX_ATTEMPTS = 3;
const ENRICHMENT = { ...NO_ENRICHMENT, entities: true };
const DENIED = () => Promise.reject(new PermanentError('s3.AccessDenied', 'denied'));
const AWAY = () => Promise.reject(new TransientError('sqs.TimeoutError', 'away'));
const WITHOUT_FINDINGS: StepRunner = {
  run: async () => ({ status: 'ok', result: { entities: [] }, costUsd: 0 }),
};

interface Message {
  messageId: string;
  body: string;
}

/** One mail, and the functions that enrich it. */
class World {
  readonly mail: ParsedMail;
  readonly deps: ReturnType<typeof enricherDependencies>;
  readonly parsed = new MemoryQueue();
  readonly enrich = new MemoryQueue();
  readonly deadLetters = new MemoryQueue();
  readonly store = new MemoryStore();
  /** Milliseconds since 1970. */
  now = 0;
  #taken = 0;

  constructor(
    mail: Partial<ParsedMail> = {},
    enrichment: typeof NO_ENRICHMENT = ENRICHMENT,
    runner = WITHOUT_FINDINGS,
  ) {
    this.mail = parsedMail({ text: 'the text of a mail', steps: [], ...mail });
    this.mail.document.key = parsedKey(this.mail.id);
    this.deps = {
      ...enricherDependencies({
        store: this.store,
        queue: this.parsed,
        enrich: this.enrich,
        runnerOf: async () => runner,
        enrichment,
        maxAttempts: MAX_ATTEMPTS,
        deadLetters: this.deadLetters,
      }),
      now: () => this.now,
    };
  }

  parse(): Promise<unknown> {
    return enrichMail(this.deps, this.mail, NEVER);
  }

  /** Messages that were sent since the last look. */
  messages(): Message[] {
    const sent = this.enrich.sent.slice(this.#taken);
    this.#taken = this.enrich.sent.length;
    return sent.map(({ body }, at) => ({ messageId: `${this.#taken}-${at}`, body }));
  }

  /** Until it is acknowledged; false when it became a dead letter. */
  async receive({ messageId, body }: Message): Promise<boolean> {
    const before = this.deadLetters.sent.length;
    for (let receiveCount = 1; ; receiveCount += 1) {
      const event = eventOf([{ messageId, body, receiptHandle: 'h', attributes: {}, receiveCount }]);
      if ((await handleEvent(this.deps, event, NEVER)).batchItemFailures.length === 0) break;
    }
    return this.deadLetters.sent.length === before;
  }

  settle({ messageId, body }: Message): Promise<void> {
    const message = decodeEnrichMessage(body);
    if (message === null) throw new Error(`no message: ${body}`);
    const record = { messageId, body, receiptHandle: 'h', attributes: {}, queue: null, receiveCount: 1 };
    return settleEnrichment(this.deps, message, record, NEVER);
  }

  get sent(): ParsedMail[] {
    return this.parsed.sent.map(({ body }) => parsedMailSchema.parse(JSON.parse(body)));
  }

  get waits(): boolean {
    return this.store.has({ bucket: this.mail.document.bucket, key: draftKey(this.mail.id, this.mail.revision) });
  }
}

describe('a message of the enricher', () => {
  const received = (world: World, receiveCount: number) => {
    const [, begin] = world.messages();
    const message = { messageId: 'm', body: begin?.body ?? '', receiptHandle: 'h', attributes: {}, receiveCount };
    return { message, event: eventOf([message]) };
  };

  it('that was throttled hundreds of times has all its attempts before it', async () => {
    const world = new World({}, ENRICHMENT, { run: () => Promise.reject(new TransientError('a.away', 'away')) });
    await world.parse();
    const { event } = received(world, 900);
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
      expect((await handleEvent(world.deps, event, NEVER)).batchItemFailures).toHaveLength(1);
    }
    expect([world.sent, world.deadLetters.sent]).toEqual([[], []]);
    await handleEvent(world.deps, event, NEVER);
    expect(world.sent.map(({ steps }) => steps.map(({ status }) => status))).toEqual([['failed']]);
  });

  it('that ends the function each time is not begun again, and its mail goes out', async () => {
    const world = new World();
    await world.parse();
    const { message, event } = received(world, MAX_ATTEMPTS + 1);
    const { contentBucket, store } = world.deps;
    for (let receiveCount = 1; receiveCount <= MAX_ATTEMPTS; receiveCount += 1) {
      const { hopeless } = await beginAttempt(store, contentBucket, { ...message, receiveCount }, MAX_ATTEMPTS);
      expect(hopeless).toBe(false);
    }
    await handleEvent(world.deps, event, NEVER);
    expect(world.sent.map(({ steps }) => steps.map(({ status, reason }) => [status, reason]))).toEqual([
      [['failed', `${MAX_ATTEMPTS - 1} attempts ended without a word`]],
    ]);
  });
});

describe('a mail whose enrichment was given up', () => {
  it('stays a dead letter until the queue is back', async () => {
    const world = new World();
    const { queue } = world.deps;
    await world.parse();
    const given: Message[] = [];
    world.deps.queue = { send: AWAY };
    for (const message of world.messages()) if (!(await world.receive(message))) given.push(message);
    expect(given).toHaveLength(1);
    for (const message of given) await expect(world.settle(message)).rejects.toThrow('away');
    world.deps.queue = queue;
    for (const message of given) await world.settle(message);
    expect(world.sent).toHaveLength(1);
    expect(world.waits).toBe(false);
  });

  it('has failed at a queue that refuses it, and waits for nothing', async () => {
    const world = new World();
    await world.parse();
    const given: Message[] = [];
    world.deps.queue = { send: DENIED };
    for (const message of world.messages()) if (!(await world.receive(message))) given.push(message);
    for (const message of given) await world.settle(message);
    const { id, document } = world.mail;
    expect(world.store.has({ bucket: document.bucket, key: failedKey(id, 1, 'parsed-mail') })).toBe(true);
    expect(world.waits).toBe(false);
  });

  it('has failed when this version refuses the draft that it wrote itself', async () => {
    const world = new World();
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

  it('is sent by whoever parses it again when nobody is left who was to send it', async () => {
    const world = new World();
    await world.parse();
    const { store } = world.deps;
    world.deps.store = override(store, {
      put: (ref, ...rest) => (ref.key.startsWith('parsed/') ? DENIED() : store.put(ref, ...rest)),
    });
    // Nobody looks after these dead letters: somebody purged the queue.
    for (const message of world.messages()) await world.receive(message);
    world.deps.store = store;
    world.now += 3_600_000;
    await world.parse();
    for (const message of world.messages()) expect(await world.receive(message)).toBe(true);
    expect(world.sent).toHaveLength(1);
    expect(world.waits).toBe(false);
  });

  it('is left to whoever sends it when it is parsed again meanwhile', async () => {
    const world = new World();
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

  it('is sent when it is redriven, though its enrichment ended after it was given up', async () => {
    const world = new World();
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

  it('is enriched when it is parsed again after the deadline of a draft that nobody was told of', async () => {
    const world = new World();
    world.deps.enrich = { send: DENIED };
    await expect(world.parse()).rejects.toThrow('denied');
    world.deps.enrich = world.enrich;
    world.now += 3_600_000;
    await world.parse();
    for (const message of world.messages().reverse()) expect(await world.receive(message)).toBe(true);
    expect(world.sent.map(({ steps }) => steps.map(({ status }) => status))).toEqual([['ok']]);
  });
});

const SCANNED = { ...NO_ENRICHMENT, malware: { provider: 'guardduty' as const, clamd: null } };
const infected = (partId: string): ScannedAttachment => ({ partId, verdict: 'infected', threats: ['X'], reason: null });
const FINDS_ALL: StepRunner = {
  run: async ({ task }) => ({ status: 'ok', result: partsOf(task).map(infected), costUsd: 0 }),
};
const HANGS: StepRunner = { run: () => new Promise(() => {}) };

/** A mail with an attachment, parsed while `quarantine` was configured, and the queue of the quarantine. */
async function heldWorld(quarantine: Quarantine | null, runner: StepRunner) {
  const settings = { ...SCANNED, malware: { ...SCANNED.malware, quarantine } };
  const world = new World({ attachments: [attachment()] }, settings, runner);
  const queue = new MemoryQueue();
  const on = new Map([['quarantine', { queue, messageLimitBytes: 256 * 1024 }]]);
  if (quarantine !== null) world.deps.routeQueues = on;
  await world.parse();
  const turnOff = () => {
    world.deps.routeQueues = new Map();
    world.deps.enrichment = NO_ENRICHMENT;
  };
  return { world, queue, on, turnOff };
}

describe('a mail whose scanner hangs beyond its deadline', () => {
  it.each([
    ['infected', 1, 0],
    ['unscanned', 0, 1],
  ] as const)('with quarantine "%s", goes %i times where it belongs and %i times into quarantine', async (...row) => {
    const [quarantine, delivered, held] = row;
    const { world, queue } = await heldWorld(quarantine, HANGS);
    const [deadline] = world.messages();
    expect(deadline && (await world.receive(deadline))).toBe(true);
    expect([world.sent.length, queue.sent.length]).toEqual([delivered, held]);
    const [message] = [...world.parsed.sent, ...queue.sent];
    expect(parsedMailSchema.parse(JSON.parse(message?.body ?? '')).enrichment.malware).toMatchObject({
      verdict: 'error',
      attachments: [{ partId: '2', verdict: 'error', reason: expect.stringContaining('deadlineSeconds') }],
    });
  });
});

describe('a mail that was on its way into quarantine when that was switched off', () => {
  const failure = (world: World) => ({
    bucket: world.mail.document.bucket,
    key: failedKey(world.mail.id, 1, 'parsed-mail-quarantine'),
  });

  it.each(['infected', 'unscanned'] as const)('fails, and is released by nobody: "%s"', async (quarantine) => {
    const { world, queue, on, turnOff } = await heldWorld(quarantine, quarantine === 'infected' ? FINDS_ALL : HANGS);
    const [deadline, begin] = world.messages();
    turnOff();
    const message = quarantine === 'infected' ? begin : deadline;
    expect(message && (await world.receive(message))).toBe(false);
    if (message !== undefined) await world.settle(message);
    // Parsed again, by the reconciler for instance, and now with nothing to do for it.
    await world.parse().catch(() => null);
    expect(world.sent).toEqual([]);
    expect(world.store.has(failure(world))).toBe(true);
    // Switched on again and redriven: the failure is removed, the mail parsed again.
    await world.store.delete(failure(world));
    world.deps.routeQueues = on;
    const { document } = world.mail;
    const standing = await readDocument(world.store, document);
    if (standing !== null) await publish(world.deps, { document: standing, created: false });
    expect([world.sent.length, queue.sent.length]).toEqual([0, 1]);
  });

  it('is scanned to its end although it is parsed again, be it after its deadline', async () => {
    const { world, queue, on, turnOff } = await heldWorld('infected', FINDS_ALL);
    world.messages();
    turnOff();
    expect(await world.parse()).toBeNull();
    world.messages();
    world.now += 3_600_000;
    expect(await world.parse()).toBeNull();
    expect(world.sent).toEqual([]);
    world.deps.routeQueues = on;
    for (const message of world.messages().reverse()) await world.receive(message);
    expect([world.sent.length, queue.sent.length]).toEqual([0, 1]);
  });

  it('holds nothing back that was parsed before it was switched on', async () => {
    const { world, queue, on } = await heldWorld(null, FINDS_ALL);
    world.deps.routeQueues = on;
    for (const message of world.messages().reverse()) await world.receive(message);
    expect([world.sent.length, queue.sent.length]).toEqual([1, 0]);
  });
});

describe('an infected mail', () => {
  it('goes into quarantine when GuardDuty has its notice here before anybody begins', async () => {
    const { id } = parsedMail();
    const key = attachmentKey(id, '2');
    const runner = new MalwareGuardDuty({
      objects: new MemoryStore(),
      tags: { get: async () => ({ GuardDutyMalwareScanStatus: 'THREATS_FOUND' }) },
    });
    const settings = {
      ...NO_ENRICHMENT,
      malware: { provider: 'guardduty' as const, clamd: null, quarantine: 'infected' as const },
    };
    const world = new World({ attachments: [attachment({ partId: '2', key })] }, settings, runner);
    const quarantine = new MemoryQueue();
    world.deps.routeQueues = new Map([['quarantine', { queue: quarantine, messageLimitBytes: 256 * 1024 }]]);
    await world.parse();
    const [, begin] = world.messages();
    const notice = {
      messageId: 'notice',
      body: JSON.stringify({
        source: 'aws.guardduty',
        'detail-type': 'GuardDuty Malware Protection Object Scan Result',
        detail: { s3ObjectDetails: { objectKey: key } },
      }),
    };
    expect(await world.receive(notice)).toBe(true);
    // A dead letter, too, when the function itself ended each time.
    await world.settle(notice);
    expect(begin && (await world.receive(begin))).toBe(true);
    expect(world.sent).toEqual([]);
    expect(quarantine.sent.map(({ body }) => parsedMailSchema.parse(JSON.parse(body)).enrichment.malware)).toEqual([
      expect.objectContaining({ verdict: 'infected' }),
    ]);
  });
});
