import { createHash } from 'node:crypto';
import { ChecksumAlgorithm, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { localS3OfFile } from '../../support/local-s3-of-file.ts';

const Bucket = 'mail-content';

const local = localS3OfFile();

const md5 = (body: string): string => createHash('md5').update(body).digest('base64');

describe('checksums', () => {
  const body = 'the body';
  const put = (headers: Record<string, string>, content = body) =>
    local.raw('PUT', `/${Bucket}/sum`, { headers, body: content });

  it.each([
    [{ 'content-md5': md5('another') }, 'BadDigest'],
    [{ 'content-md5': 'short' }, 'InvalidDigest'],
    [{ 'x-amz-checksum-crc32': 'AAAAAA==' }, 'BadDigest'],
    [{ 'x-amz-checksum-crc32c': 'AAAAAA==' }, 'BadDigest'],
    [{ 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' }, 'BadDigest'],
    [{ 'x-amz-checksum-sha1': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }, 'BadDigest'],
    [{ 'x-amz-checksum-sha256': 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' }, 'BadDigest'],
    [{ 'x-amz-checksum-crc32': 'AAAA' }, 'InvalidRequest'],
    [{ 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-crc32c': 'AAAAAA==' }, 'InvalidRequest'],
    [{ 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'InvalidRequest'],
    [{ 'x-amz-sdk-checksum-algorithm': 'CRC9' }, 'InvalidRequest'],
    [{ 'x-amz-content-sha256': '0'.repeat(64) }, 'XAmzContentSHA256Mismatch'],
  ])('are verified: %o is refused as %s and nothing is stored', async (headers, code) => {
    const reply = await put(headers);
    expect(reply.status).toBe(400);
    expect(reply.body).toContain(`<Code>${code}</Code>`);
    expect((await local.raw('HEAD', `/${Bucket}/sum`)).status).toBe(404);
  });

  it.each(Object.values(ChecksumAlgorithm).filter((name) => !/MD5|XXHASH|SHA512/.test(name)))(
    'are accepted and returned as the SDK computes them: %s',
    async (ChecksumAlgorithm) => {
      const Key = `sum-${ChecksumAlgorithm}`;
      const sent = await local.client.send(new PutObjectCommand({ Bucket, Key, Body: body, ChecksumAlgorithm }));
      const got = await local.client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(got).toMatchObject({ ChecksumType: 'FULL_OBJECT', [`Checksum${ChecksumAlgorithm}`]: expect.any(String) });
      expect(sent).toMatchObject({ [`Checksum${ChecksumAlgorithm}`]: got[`Checksum${ChecksumAlgorithm}`] });
      expect(await got.Body?.transformToString()).toBe(body);
    },
  );

  it('include a correct Content-MD5', async () => {
    expect((await put({ 'content-md5': md5(body) })).status).toBe(200);
  });
});

describe('aws-chunked bodies', () => {
  const chunked = (framed: string, headers: Record<string, string>) =>
    local.raw('PUT', `/${Bucket}/chunked`, {
      body: framed,
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '5',
        ...headers,
      },
    });
  const trailer = { 'x-amz-trailer': 'x-amz-checksum-crc32' };

  it('are unframed, their trailer verified', async () => {
    const reply = await chunked('5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', trailer);
    expect(reply.status).toBe(200);
    const stored = await local.raw('GET', `/${Bucket}/chunked`);
    expect(stored.body).toBe('hello');
    expect(stored.headers).not.toHaveProperty('content-encoding');
  });

  it('may be signed chunk by chunk', async () => {
    const signature = `;chunk-signature=${'a'.repeat(64)}`;
    const framed = `2${signature}\r\nhe\r\n3${signature}\r\nllo\r\n0${signature}\r\n\r\n`;
    const reply = await chunked(framed, { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' });
    expect(reply.status).toBe(200);
    expect((await local.raw('GET', `/${Bucket}/chunked`)).body).toBe('hello');
  });

  it.each([
    ['a wrong trailer', '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 'BadDigest'],
    ['no trailer', '5\r\nhello\r\n0\r\n\r\n', 'MalformedTrailerError'],
    ['no last chunk', '5\r\nhello\r\n', 'IncompleteBody'],
    ['a short chunk', '6\r\nhello\r\n', 'IncompleteBody'],
    ['a chunk without size', 'hello', 'IncompleteBody'],
    ['fewer bytes than announced', '4\r\nhell\r\n0\r\n\r\n', 'IncompleteBody'],
    ['more bytes than announced', '6\r\nhello!\r\n0\r\n\r\n', 'IncompleteBody'],
  ])('with %s are refused', async (_, framed, code) => {
    const reply = await chunked(framed, trailer);
    expect(reply.status).toBe(400);
    expect(reply.body).toContain(`<Code>${code}</Code>`);
  });
});
