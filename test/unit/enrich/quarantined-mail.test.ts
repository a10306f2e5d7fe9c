import { describe, expect, it } from 'vitest';
import type { Quarantine } from '../../../core/enrich/quarantine.ts';
import { partsOf } from '../../../core/enrich/task.ts';
import type { ScannedAttachment } from '../../../core/mail/enrichment-schema.ts';
import { attachmentKey, failedKey } from '../../../core/mail/keys.ts';
import { parsedMailSchema } from '../../../core/mail/parsed-mail.ts';
import { readDocument } from '../../../core/outcome/documents.ts';
import { publish } from '../../../core/outcome/publish.ts';
import { NO_ENRICHMENT } from '../../../core/settings/enrichment.ts';
import type { StepRunner } from '../../../lambda/enricher/runner.ts';
import { MalwareGuardDuty } from '../../../lambda/enricher/steps/malware/malware-guard-duty.ts';
import { MemoryQueue, MemoryStore } from '../../support/memory-aws.ts';
import { attachment, parsedMail } from '../../support/parsed-mail.ts';
import { EnrichmentWorld } from './enrichment-world.ts';

const SCANNED = { ...NO_ENRICHMENT, malware: { provider: 'guardduty' as const, clamd: null } };
const infected = (partId: string): ScannedAttachment => ({ partId, verdict: 'infected', threats: ['X'], reason: null });
const FINDS_ALL: StepRunner = {
  run: async ({ task }) => ({ status: 'ok', result: partsOf(task).map(infected), costUsd: 0 }),
};
const HANGS: StepRunner = { run: () => new Promise(() => {}) };

/** A mail with an attachment, parsed while `quarantine` was configured, and the queue of the quarantine. */
async function heldWorld(quarantine: Quarantine | null, runner: StepRunner) {
  const settings = { ...SCANNED, malware: { ...SCANNED.malware, quarantine } };
  const world = new EnrichmentWorld({ attachments: [attachment()] }, settings, runner);
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
  const failure = (world: EnrichmentWorld) => ({
    bucket: world.mail.document.bucket,
    key: failedKey(world.mail.id, 1, 'parsed-mail-quarantine'),
  });

  it.each(['infected', 'unscanned'] as const)(
    'is recorded as failed, and is not released: "%s"',
    async (quarantine) => {
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
    },
  );

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

  it('does not apply to mails that were parsed before it was switched on', async () => {
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
    const world = new EnrichmentWorld({ attachments: [attachment({ partId: '2', key })] }, settings, runner);
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
