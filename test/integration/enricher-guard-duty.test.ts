import { PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineConfig } from '../../core/config/define-config.ts';
import { enrichmentSettings, routingSettings } from '../../core/config/to-settings.ts';
import { attachmentKey } from '../../core/mail/keys.ts';
import type { Queue } from '../../core/ports/queue.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { CONTENT, FunctionHarness } from '../support/function-harness.ts';
import { eventOf, sqsEvent } from '../support/sqs-event.ts';

const CONFIG = defineConfig({
  enrichment: { malware: { guardDuty: true, quarantine: true }, ocr: { enabled: false } },
});
const DONE = { status: 'ok', payload: JSON.stringify({ batchItemFailures: [] }) };

const MAIL = [
  'From: ann@example.net',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  '',
  'See attached.',
  '--b',
  'Content-Type: application/octet-stream',
  'Content-Disposition: attachment; filename=a.bin',
  '',
  'attached',
  '--b--',
  '',
].join('\r\n');

let harness: FunctionHarness;
let parser: LambdaFunction;
let enricher: LambdaFunction;
let quarantine: Queue;
beforeAll(async () => {
  harness = await FunctionHarness.start();
  quarantine = await harness.sqs.queue('parsed-mail-quarantine', { VisibilityTimeout: '300' });
  const settings = { enrichment: enrichmentSettings(CONFIG, 'aws'), routing: routingSettings(CONFIG) };
  parser = await harness.parser(settings);
  enricher = await harness.enricher(settings);
});
afterAll(() => harness.stop());

/** A mail whose attachment GuardDuty has not scanned yet. */
async function waitingMail(): Promise<string> {
  const { id, object } = await harness.putMail(MAIL);
  expect(await parser.invoke(sqsEvent(object))).toEqual(DONE);
  const [message] = await harness.enrich.receive();
  if (message === undefined) throw new Error('no message reached the enricher');
  await harness.enrich.delete(message.receiptHandle);
  expect(await enricher.invoke(eventOf([message]))).toEqual(DONE);
  expect(await waiting()).toBe(0);
  return id;
}

const waiting = async () => (await harness.parsedMail.depth()).visible + (await quarantine.depth()).visible;

/** Like GuardDuty: the tag comes first, then the event. */
const tag = (id: string, Value: string) =>
  harness.s3.client.send(
    new PutObjectTaggingCommand({
      Bucket: CONTENT,
      Key: attachmentKey(id, '2'),
      Tagging: { TagSet: [{ Key: 'GuardDutyMalwareScanStatus', Value }] },
    }),
  );

/** The event of the GuardDuty User Guide ("S3 object scan result"). The enricher does not trust its result. */
const scanned = (id: string, scanResultStatus = 'NO_THREATS_FOUND') =>
  sqsEvent(
    JSON.stringify({
      version: '0',
      id: '72c7d362-737a-6dce-fc78-9e27a0171419',
      'detail-type': 'GuardDuty Malware Protection Object Scan Result',
      source: 'aws.guardduty',
      account: '111122223333',
      time: '2024-02-28T01:01:01Z',
      region: 'us-east-1',
      resources: ['arn:aws:guardduty:us-east-1:111122223333:malware-protection-plan/b4c7f464ab3a4EXAMPLE'],
      detail: {
        schemaVersion: '1.0',
        scanStatus: 'COMPLETED',
        resourceType: 'S3_OBJECT',
        s3ObjectDetails: {
          bucketName: CONTENT,
          objectKey: attachmentKey(id, '2'),
          eTag: 'ASIAI44QH8DHBEXAMPLE',
          versionId: 'd41d8cd98f00b204e9800998eEXAMPLE',
          s3Throttled: false,
        },
        scanResultDetails: { scanResultStatus, threats: null },
      },
    }),
  );

describe('a mail that GuardDuty scans', () => {
  it('is published when its event arrives, once, however often that arrives', async () => {
    const id = await waitingMail();
    await tag(id, 'NO_THREATS_FOUND');
    for (let times = 0; times < 3; times += 1) expect(await enricher.invoke(scanned(id))).toEqual(DONE);
    const { mail } = await harness.receiveOne();
    expect(mail).toMatchObject({
      id,
      route: null,
      enrichment: { malware: { verdict: 'clean', attachments: [{ partId: '2', verdict: 'clean' }] } },
    });
    expect(await waiting()).toBe(0);
  });

  it('goes to quarantine when something was found, whatever the event says', async () => {
    const id = await waitingMail();
    await tag(id, 'THREATS_FOUND');
    expect(await enricher.invoke(scanned(id, 'NO_THREATS_FOUND'))).toEqual(DONE);
    const [message] = await quarantine.receive();
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      id,
      route: 'quarantine',
      enrichment: { malware: { verdict: 'infected' } },
    });
    expect(await harness.parsedMail.depth()).toMatchObject({ visible: 0 });
  });

  it('keeps waiting when the event arrives before the tag', async () => {
    const id = await waitingMail();
    expect(await enricher.invoke(scanned(id, 'THREATS_FOUND'))).toEqual(DONE);
    expect(await waiting()).toBe(0);
    await tag(id, 'UNSUPPORTED');
    expect(await enricher.invoke(scanned(id))).toEqual(DONE);
    const { mail } = await harness.receiveOne();
    expect(mail.enrichment.malware).toMatchObject({ verdict: 'not_scannable' });
  });

  it('is checked without the event when that is lost', async () => {
    const before = (await harness.enrich.depth()).delayed;
    const id = await waitingMail();
    // The deadline and one poll.
    expect((await harness.enrich.depth()).delayed).toBe(before + 2);
    await tag(id, 'FAILED');
    const poll = { type: 'resume', id, revision: 1, step: 'malware', partId: '2' };
    expect(await enricher.invoke(sqsEvent(JSON.stringify(poll)))).toEqual(DONE);
    const { mail } = await harness.receiveOne();
    expect(mail.enrichment.malware).toMatchObject({ verdict: 'error' });
  });

  it('is published at its deadline without a verdict, and later events change nothing', async () => {
    const id = await waitingMail();
    expect(await enricher.invoke(sqsEvent(JSON.stringify({ type: 'deadline', id, revision: 1 })))).toEqual(DONE);
    const { mail } = await harness.receiveOne();
    expect(mail.enrichment.malware).toMatchObject({ verdict: 'error' });
    expect(mail.steps.at(-1)).toMatchObject({ name: 'malware', status: 'timed-out' });
    await tag(id, 'THREATS_FOUND');
    expect(await enricher.invoke(scanned(id))).toEqual(DONE);
    expect(await waiting()).toBe(0);
  });

  it('ignores an event about another object', async () => {
    expect(await enricher.invoke(scanned('../../claim'))).toEqual(DONE);
    expect(await waiting()).toBe(0);
  });
});
