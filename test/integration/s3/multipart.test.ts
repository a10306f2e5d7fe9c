import { text } from 'node:stream/consumers';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { localS3OfFile } from '../../support/local-s3-of-file.ts';

const Bucket = 'mail-content';
const MB = 1024 * 1024;

const local = localS3OfFile();

describe('multipart uploads', () => {
  const Key = 'multipart';
  const begin = async (input: object = {}) =>
    (await local.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...input }))).UploadId;
  const part = async (UploadId: string | undefined, PartNumber: number, Body: Buffer) => {
    const { ETag } = await local.client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    return { PartNumber, ETag };
  };
  const complete = (UploadId: string | undefined, Parts: object[], input: object = {}) =>
    local.client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...input }),
    );

  it('assemble parts in order, whatever order they arrived in', async () => {
    const UploadId = await begin({ ChecksumAlgorithm: 'CRC32', Metadata: { a: '1' } });
    const second = await part(UploadId, 7, Buffer.from('the end'));
    await part(UploadId, 2, Buffer.alloc(5 * MB, 1));
    const first = await part(UploadId, 2, Buffer.alloc(5 * MB, 2));
    const { Parts } = await local.client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [2, 5 * MB],
      [7, 7],
    ]);
    const done = await complete(UploadId, [first, second]);
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    expect(done.ChecksumCRC32).toMatch(/==-2$/);
    const object = await local.client.send(new GetObjectCommand({ Bucket, Key }));
    const bytes = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(Buffer.concat([Buffer.alloc(5 * MB, 2), Buffer.from('the end')]))).toBe(true);
    expect(object.Metadata).toEqual({ a: '1' });
    await expect(part(UploadId, 1, Buffer.from('x'))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('reject a list that does not match the parts, and can be completed afterwards', async () => {
    const UploadId = await begin();
    const small = await part(UploadId, 1, Buffer.from('small'));
    const last = await part(UploadId, 2, Buffer.from('last'));
    const attempts: [object[], string][] = [
      [[last, small], 'InvalidPartOrder'],
      [[small, last], 'EntityTooSmall'],
      [[{ PartNumber: 1, ETag: '"other"' }], 'InvalidPart'],
      [[{ PartNumber: 3, ETag: last.ETag }], 'InvalidPart'],
      [[], 'MalformedXML'],
    ];
    for (const [parts, name] of attempts) await expect(complete(UploadId, parts)).rejects.toMatchObject({ name });
    await complete(UploadId, [last]);
    expect((await local.store.head({ bucket: Bucket, key: Key }))?.size).toBe(4);
  });

  it('verify the checksum of the object', async () => {
    const UploadId = await begin({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const only = await part(UploadId, 1, Buffer.from('hello'));
    const wrong = complete(UploadId, [only], { ChecksumCRC32: 'AAAAAA==' });
    await expect(wrong).rejects.toMatchObject({ name: 'BadDigest' });
    const done = await complete(UploadId, [only], { ChecksumCRC32: 'NhCmhg==', ChecksumType: 'FULL_OBJECT' });
    expect(done).toMatchObject({ ChecksumCRC32: 'NhCmhg==', ChecksumType: 'FULL_OBJECT' });
  });

  it('accept parts copied from objects', async () => {
    await local.store.put({ bucket: Bucket, key: 'part source' }, Buffer.from('0123456789'));
    const UploadId = await begin({ ChecksumAlgorithm: 'SHA256' });
    const { CopyPartResult } = await local.client.send(
      new UploadPartCopyCommand({
        Bucket,
        Key,
        UploadId,
        PartNumber: 1,
        CopySource: `${Bucket}/part%20source`,
        CopySourceRange: 'bytes=2-4',
      }),
    );
    await complete(UploadId, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
    const object = await local.store.get({ bucket: Bucket, key: Key });
    expect(object && (await text(object.body))).toBe('234');
  });

  it('allow part numbers from 1 to 10,000', async () => {
    const UploadId = await begin();
    for (const number of ['0', '10001', 'x', '-1']) {
      const reply = await local.raw('PUT', `/${Bucket}/${Key}?partNumber=${number}&uploadId=${UploadId}`, {
        body: 'x',
      });
      expect(reply.body).toContain('<Code>InvalidArgument</Code>');
    }
  });

  it('are identified by id, bucket and key', async () => {
    const UploadId = await begin();
    for (const path of [`/${Bucket}/other?uploadId=${UploadId}`, `/raw-mail/${Key}?uploadId=${UploadId}`]) {
      expect((await local.raw('DELETE', path)).status).toBe(404);
    }
    expect((await local.raw('DELETE', `/${Bucket}/${Key}?uploadId=${UploadId}`)).status).toBe(204);
    expect((await local.raw('DELETE', `/${Bucket}/${Key}?uploadId=${UploadId}`)).status).toBe(404);
  });
});
