import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { localS3OfFile } from '../../support/local-s3-of-file.ts';

const Bucket = 'mail-content';

const local = localS3OfFile();

describe('reading', () => {
  beforeAll(async () => {
    await local.client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'read',
        Body: '0123456789',
        ContentType: 'text/plain; charset=utf-8',
        CacheControl: 'no-store',
        ContentDisposition: 'attachment',
        ContentLanguage: 'de',
        ContentEncoding: 'identity',
      }),
    );
  });

  it('returns the headers of an object', async () => {
    expect(await local.client.send(new HeadObjectCommand({ Bucket, Key: 'read' }))).toMatchObject({
      ContentType: 'text/plain; charset=utf-8',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment',
      ContentLanguage: 'de',
      ContentEncoding: 'identity',
      ContentLength: 10,
      ETag: '"781e5e245d69b566979b86e28d23f2c7"',
    });
  });

  it('forbids browsers to sniff the content type of objects and errors', async () => {
    for (const key of ['read', 'absent']) {
      expect((await local.raw('GET', `/${Bucket}/${key}`)).headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=-20', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=5-4', 200, '0123456789', undefined],
    ['lines=1-2', 200, '0123456789', undefined],
    ['bytes=0-1,3-4', 200, '0123456789', undefined],
  ])('range %s', async (range, status, body, contentRange) => {
    const reply = await local.raw('GET', `/${Bucket}/read`, { headers: { range } });
    expect([reply.status, reply.body, reply.headers['content-range']]).toEqual([status, body, contentRange]);
  });

  it('rejects a range beyond the end', async () => {
    expect((await local.raw('GET', `/${Bucket}/read`, { headers: { range: 'bytes=10-' } })).status).toBe(416);
    expect((await local.raw('GET', `/${Bucket}/read`, { headers: { range: 'bytes=-0' } })).status).toBe(416);
  });

  it.each([
    [{ 'if-match': '"781e5e245d69b566979b86e28d23f2c7"' }, 200],
    [{ 'if-match': '"another"' }, 412],
    [{ 'if-none-match': '"781e5e245d69b566979b86e28d23f2c7"' }, 304],
    [{ 'if-none-match': '"another"' }, 200],
    [{ 'if-modified-since': 'Sun, 01 Jan 2040 00:00:00 GMT' }, 304],
    [{ 'if-modified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' }, 200],
    [{ 'if-unmodified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' }, 412],
    [{ 'if-unmodified-since': 'yesterday' }, 400],
  ])('%o is %i', async (headers, status) => {
    expect((await local.raw('GET', `/${Bucket}/read`, { headers })).status).toBe(status);
  });

  it('serves presigned URLs without checking their signature', async () => {
    const v4 =
      '?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=x&X-Amz-Date=20200101T000000Z&X-Amz-Expires=1&X-Amz-SignedHeaders=host&X-Amz-Signature=0&x-id=GetObject';
    expect((await local.raw('GET', `/${Bucket}/read${v4}`)).body).toBe('0123456789');
    const v2 = '?AWSAccessKeyId=x&Signature=y&Expires=1';
    expect((await local.raw('GET', `/${Bucket}/read${v2}`)).body).toBe('0123456789');
  });

  it('accepts headers in the parameters of a presigned URL', async () => {
    const reply = await local.raw(
      'PUT',
      `/${Bucket}/presigned?x-amz-meta-a=1&x-amz-checksum-crc32=AAAAAA%3D%3D&X-Amz-Signature=0`,
      { body: 'x' },
    );
    expect(reply.body).toContain('<Code>BadDigest</Code>');
    await local.raw('PUT', `/${Bucket}/presigned?x-amz-meta-a=1&X-Amz-Signature=0`, { body: 'x' });
    expect((await local.raw('HEAD', `/${Bucket}/presigned`)).headers['x-amz-meta-a']).toBe('1');
  });
});

describe('listing', () => {
  const KEYS = ['list/a', 'list/b/1', 'list/b/2', 'list/b/2/x', 'list/c', 'list/d/1', 'list/e'];
  const page = (input: object) => local.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', ...input }));

  beforeAll(async () => {
    for (const key of KEYS) await local.store.put({ bucket: Bucket, key }, Buffer.from('x'));
  });

  it('rolls keys up at a delimiter', async () => {
    const { Contents, CommonPrefixes, KeyCount } = await page({ Delimiter: '/' });
    expect(Contents?.map(({ Key }) => Key)).toEqual(['list/a', 'list/c', 'list/e']);
    expect(CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['list/b/', 'list/d/']);
    expect(KeyCount).toBe(5);
  });

  it.each([1, 2, 3, 100])('gives the same in pages of %i', async (MaxKeys) => {
    for (const Delimiter of [undefined, '/']) {
      const whole = await page({ Delimiter });
      const seen: (string | undefined)[] = [];
      const prefixes: (string | undefined)[] = [];
      let ContinuationToken: string | undefined;
      do {
        const part = await page({ Delimiter, MaxKeys, ContinuationToken });
        seen.push(...(part.Contents ?? []).map(({ Key }) => Key));
        prefixes.push(...(part.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
        ContinuationToken = part.NextContinuationToken;
        expect(part.IsTruncated).toBe(ContinuationToken !== undefined);
      } while (ContinuationToken !== undefined);
      expect(seen).toEqual(whole.Contents?.map(({ Key }) => Key));
      expect(prefixes).toEqual((whole.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    }
  });

  it('returns nothing for max-keys=0, and rejects nonsense', async () => {
    expect(await page({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
    expect((await local.raw('GET', `/${Bucket}?list-type=2&max-keys=x`)).status).toBe(400);
    expect((await local.raw('GET', `/${Bucket}?list-type=2&continuation-token=%21`)).status).toBe(400);
    expect((await local.raw('GET', `/${Bucket}?list-type=1`)).status).toBe(400);
  });
});
