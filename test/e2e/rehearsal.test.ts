import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3Client } from '../../core/aws/clients.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { escapesOf, failuresOf, type Rehearsal, refusedBy, rehearsalOf } from '../support/rehearsal/rehearsed.ts';

describe('the default configuration, deployed in rehearsal', () => {
  let rehearsal: Rehearsal;
  beforeAll(async () => {
    rehearsal = await rehearsalOf({});
  });
  afterAll(() => rehearsal?.stop());

  it('delivers every mail despite one fault each', () => {
    expect(failuresOf(rehearsal)).toEqual([]);
    expect(rehearsal.checks.length).toBeGreaterThan(20);
  });

  it('has every permission that its programs need', () => {
    expect(refusedBy(rehearsal.deployed)).toEqual([]);
    expect(rehearsal.deployed.faults()).toEqual([]);
    expect(rehearsal.deployed.guard.noted.length).toBeGreaterThan(100);
  });

  it('denies every forbidden request', () => {
    expect(escapesOf(rehearsal)).toEqual([]);
    expect(rehearsal.probed.length).toBeGreaterThan(50);
  });

  it('has no redundant statement: without any one of them some request would be decided differently', () => {
    expect(rehearsal.unneeded.map(({ label }) => label)).toEqual([]);
  });

  it('answers 403 to an edge that overwrites or reads a mail', async () => {
    const { edge, credentials, endpoint, buckets, storage } = rehearsal.deployed;
    if (edge === null) throw new Error('there is no edge');
    const { taskRoleArn, account } = edge.deployed;
    const issued = credentials.issue({ kind: 'role', arn: taskRoleArn, account }, true);
    const store = s3ObjectStore(
      createS3Client({
        endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: issued['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: 'any' },
      }),
    );
    const bucket = buckets.find(({ locked, notifications }) => !locked && notifications.length > 0)?.name ?? '';
    const keys: string[] = [];
    for await (const { key } of storage.s3.objects.list(bucket, { prefix: 'raw/2' })) keys.push(key);
    const stored = { bucket, key: keys.find((key) => key.endsWith('.eml')) ?? '' };
    await expect(store.put(stored, Buffer.from('other'))).rejects.toMatchObject({ code: 's3.AccessDenied' });
    expect(await store.put(stored, Buffer.from('other'), { ifAbsent: true })).toMatchObject({ outcome: 'exists' });
    await expect(store.get(stored)).rejects.toMatchObject({ code: 's3.AccessDenied' });
  });
});
