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
import { EnrichmentHarness } from './enrichment-harness.ts';

const SCANNED = { ...NO_ENRICHMENT, malware: { provider: 'guardduty' as const, clamd: null } };
const infected = (partId: string): ScannedAttachment => ({ partId, verdict: 'infected', threats: ['X'], reason: null });
const FINDS_ALL: StepRunner = {
  run: async ({ task }) => ({ status: 'ok', result: partsOf(task).map(infected), costUsd: 0 }),
};
const HANGS: StepRunner = { run: () => new Promise(() => {}) };

/** A mail with an attachment, parsed while `quarantine` was configured, and the quarantine queue. */
async function heldHarness(quarantine: Quarantine | null, runner: StepRunner) {
  const settings = { ...SCANNED, malware: { ...SCANNED.malware, quarantine } };
  const harness = new EnrichmentHarness({ attachments: [attachment()] }, settings, runner);
  const queue = new MemoryQueue();
  const on = new Map([['quarantine', { queue, messageLimitBytes: 256 * 1024 }]]);
  if (quarantine !== null) harness.deps.routeQueues = on;
  await harness.parse();
  const turnOff = () => {
    harness.deps.routeQueues = new Map();
    harness.deps.enrichment = NO_ENRICHMENT;
  };
  return { harness, queue, on, turnOff };
}

describe('a mail whose scanner hangs beyond its deadline', () => {
  it.each([
    ['infected', 1, 0],
    ['unscanned', 0, 1],
  ] as const)('with quarantine "%s", is published %i times to its queue and %i times to quarantine', async (...row) => {
    const [quarantine, delivered, held] = row;
    const { harness, queue } = await heldHarness(quarantine, HANGS);
    const [deadline] = harness.messages();
    expect(deadline && (await harness.receive(deadline))).toBe(true);
    expect([harness.sent.length, queue.sent.length]).toEqual([delivered, held]);
    const [message] = [...harness.parsed.sent, ...queue.sent];
    expect(parsedMailSchema.parse(JSON.parse(message?.body ?? '')).enrichment.malware).toMatchObject({
      verdict: 'error',
      attachments: [{ partId: '2', verdict: 'error', reason: expect.stringContaining('deadlineSeconds') }],
    });
  });
});

describe('a mail in flight to quarantine when that is turned off', () => {
  const failure = (harness: EnrichmentHarness) => ({
    bucket: harness.mail.document.bucket,
    key: failedKey(harness.mail.id, 1, 'parsed-mail-quarantine'),
  });

  it.each(['infected', 'unscanned'] as const)('is recorded as failed and not released: "%s"', async (quarantine) => {
    const { harness, queue, on, turnOff } = await heldHarness(
      quarantine,
      quarantine === 'infected' ? FINDS_ALL : HANGS,
    );
    const [deadline, begin] = harness.messages();
    turnOff();
    const message = quarantine === 'infected' ? begin : deadline;
    expect(message && (await harness.receive(message))).toBe(false);
    if (message !== undefined) await harness.settle(message);
    // The mail is parsed again, for example by the reconciler, and now has no steps to run.
    await harness.parse().catch(() => null);
    expect(harness.sent).toEqual([]);
    expect(harness.store.has(failure(harness))).toBe(true);
    // Quarantine is turned on again and the mail redriven: its failure is removed and it is parsed again.
    await harness.store.delete(failure(harness));
    harness.deps.routeQueues = on;
    const { document } = harness.mail;
    const standing = await readDocument(harness.store, document);
    if (standing !== null) await publish(harness.deps, { document: standing, created: false });
    expect([harness.sent.length, queue.sent.length]).toEqual([0, 1]);
  });

  it('is scanned to the end although it is parsed again, even after its deadline', async () => {
    const { harness, queue, on, turnOff } = await heldHarness('infected', FINDS_ALL);
    harness.messages();
    turnOff();
    expect(await harness.parse()).toBeNull();
    harness.messages();
    harness.now += 3_600_000;
    expect(await harness.parse()).toBeNull();
    expect(harness.sent).toEqual([]);
    harness.deps.routeQueues = on;
    for (const message of harness.messages().reverse()) await harness.receive(message);
    expect([harness.sent.length, queue.sent.length]).toEqual([0, 1]);
  });

  it('is unaffected if it was parsed before quarantine was turned on', async () => {
    const { harness, queue, on } = await heldHarness(null, FINDS_ALL);
    harness.deps.routeQueues = on;
    for (const message of harness.messages().reverse()) await harness.receive(message);
    expect([harness.sent.length, queue.sent.length]).toEqual([1, 0]);
  });
});

describe('an infected mail', () => {
  it('goes to quarantine when the notice of GuardDuty arrives before anybody begins', async () => {
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
    const harness = new EnrichmentHarness({ attachments: [attachment({ partId: '2', key })] }, settings, runner);
    const quarantine = new MemoryQueue();
    harness.deps.routeQueues = new Map([['quarantine', { queue: quarantine, messageLimitBytes: 256 * 1024 }]]);
    await harness.parse();
    const [, begin] = harness.messages();
    const notice = {
      messageId: 'notice',
      body: JSON.stringify({
        source: 'aws.guardduty',
        'detail-type': 'GuardDuty Malware Protection Object Scan Result',
        detail: { s3ObjectDetails: { objectKey: key } },
      }),
    };
    expect(await harness.receive(notice)).toBe(true);
    // The same for a dead letter, if the function crashed on every attempt.
    await harness.settle(notice);
    expect(begin && (await harness.receive(begin))).toBe(true);
    expect(harness.sent).toEqual([]);
    expect(quarantine.sent.map(({ body }) => parsedMailSchema.parse(JSON.parse(body)).enrichment.malware)).toEqual([
      expect.objectContaining({ verdict: 'infected' }),
    ]);
  });
});
