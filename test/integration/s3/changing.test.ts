import { text } from 'node:stream/consumers';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { localS3OfFile } from '../../support/local-s3-of-file.ts';

const Bucket = 'mail-content';

const local = localS3OfFile();

describe('deleting many', () => {
  it('deletes existing and missing keys, and nothing else', async () => {
    for (const key of ['many/1', 'many/2', 'many/3']) await local.store.put({ bucket: Bucket, key }, Buffer.from('x'));
    const Objects = [{ Key: 'many/1' }, { Key: 'many/2' }, { Key: 'many/none' }];
    const { Deleted, Errors } = await local.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['many/1', 'many/2', 'many/none']);
    expect(Errors ?? []).toEqual([]);
    const { Contents } = await local.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'many/' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['many/3']);
  });

  it('supports keys that XML must escape', async () => {
    const Key = 'many/<&>"\'\r';
    await local.store.put({ bucket: Bucket, key: Key }, Buffer.from('x'));
    await local.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }], Quiet: true } }));
    expect(await local.store.head({ bucket: Bucket, key: Key })).toBeNull();
  });

  it.each(['', '<Delete>', '<Delete/>', 'no xml'])('refuses %j', async (body) => {
    expect((await local.raw('POST', `/${Bucket}?delete`, { body })).body).toContain('<Code>MalformedXML</Code>');
  });
});

describe('tags', () => {
  it('are kept apart from the body', async () => {
    const Key = 'tagged';
    await local.client.send(new PutObjectCommand({ Bucket, Key, Body: 'body', Tagging: 'a=1&b=x%20y' }));
    const first = await local.client.send(new GetObjectTaggingCommand({ Bucket, Key }));
    expect(first.TagSet).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'x y' },
    ]);
    const TagSet = [{ Key: 'GuardDutyMalwareScanStatus', Value: 'NO_THREATS_FOUND' }];
    await local.client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }));
    expect((await local.client.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet).toEqual(TagSet);
    const object = await local.client.send(new GetObjectCommand({ Bucket, Key }));
    expect([await object.Body?.transformToString(), object.TagCount]).toEqual(['body', 1]);
    await local.client.send(new DeleteObjectTaggingCommand({ Bucket, Key }));
    expect((await local.client.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet).toEqual([]);
  });

  it('are at most ten, without duplicates', async () => {
    const eleven = Array.from({ length: 11 }, (_, n) => `k${n}=v`).join('&');
    for (const header of [eleven, 'a=1&a=2', `${'k'.repeat(129)}=v`]) {
      const reply = await local.raw('PUT', `/${Bucket}/x`, { headers: { 'x-amz-tagging': header }, body: 'x' });
      expect(reply.body).toContain('<Code>InvalidTag</Code>');
    }
  });

  it('need an object', async () => {
    const put = new PutObjectTaggingCommand({ Bucket, Key: 'untagged', Tagging: { TagSet: [] } });
    await expect(local.client.send(put)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('copying', () => {
  beforeAll(async () => {
    await local.client.send(
      new PutObjectCommand({ Bucket, Key: 'source ü+', Body: 'bytes', Metadata: { a: '1' }, Tagging: 't=1' }),
    );
  });
  const CopySource = `${Bucket}/${encodeURIComponent('source ü+')}`;

  it('copies bytes, metadata and tags', async () => {
    await local.client.send(new CopyObjectCommand({ Bucket: 'raw-mail', Key: 'copy', CopySource }));
    await local.store.delete({ bucket: Bucket, key: 'nothing' });
    const copy = await local.client.send(new GetObjectCommand({ Bucket: 'raw-mail', Key: 'copy' }));
    expect([await copy.Body?.transformToString(), copy.Metadata, copy.TagCount]).toEqual(['bytes', { a: '1' }, 1]);
  });

  it('outlives its source', async () => {
    await local.store.put({ bucket: Bucket, key: 'short-lived' }, Buffer.from('kept'));
    await local.client.send(new CopyObjectCommand({ Bucket, Key: 'survivor', CopySource: `${Bucket}/short-lived` }));
    await local.store.delete({ bucket: Bucket, key: 'short-lived' });
    const copy = await local.store.get({ bucket: Bucket, key: 'survivor' });
    expect(copy && (await text(copy.body))).toBe('kept');
  });

  it('replaces metadata on request, also onto itself', async () => {
    const replace = { MetadataDirective: 'REPLACE', Metadata: { b: '2' } } as const;
    await local.client.send(new CopyObjectCommand({ Bucket, Key: 'replaced', CopySource, ...replace }));
    expect((await local.store.head({ bucket: Bucket, key: 'replaced' }))?.metadata).toEqual({ b: '2' });
    const onto = new CopyObjectCommand({ Bucket, Key: 'replaced', CopySource: `${Bucket}/replaced` });
    await expect(local.client.send(onto)).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  it('does not overwrite with If-None-Match, and rejects a missing source', async () => {
    const onto = { Bucket, Key: 'source ü+', CopySource: `${Bucket}/read`, IfNoneMatch: '*' };
    await expect(local.client.send(new CopyObjectCommand(onto))).rejects.toMatchObject({ name: 'PreconditionFailed' });
    const missing = new CopyObjectCommand({ Bucket, Key: 'x', CopySource: `${Bucket}/missing` });
    await expect(local.client.send(missing)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});
