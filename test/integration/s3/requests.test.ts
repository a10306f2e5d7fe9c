import { GetBucketLocationCommand, HeadBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { localS3OfFile } from '../../support/local-s3-of-file.ts';

const Bucket = 'mail-content';
const MB = 1024 * 1024;

const local = localS3OfFile();

describe('a request that is not implemented', () => {
  it.each([
    ['GET', `/${Bucket}`],
    ['GET', `/${Bucket}?versioning`],
    ['GET', `/${Bucket}?list-type=2&unknown=1`],
    ['GET', `/${Bucket}?versions`],
    ['PUT', `/${Bucket}`],
    ['DELETE', `/${Bucket}`],
    ['GET', `/${Bucket}/key?acl`],
    ['GET', `/${Bucket}/key?attributes`],
    ['GET', `/${Bucket}/key?versionId=1`],
    ['GET', `/${Bucket}/key?response-content-type=text/html`],
    ['PUT', `/${Bucket}/key?acl`],
    ['PUT', `/${Bucket}/key?partNumber=1`],
    ['POST', `/${Bucket}/key?select&select-type=2`],
    ['POST', `/${Bucket}/key`],
    ['PATCH', `/${Bucket}/key`],
    ['OPTIONS', `/${Bucket}/key`],
  ])('is 501: %s %s', async (method, path) => {
    const reply = await local.raw(method, path);
    expect(reply.status).toBe(501);
    expect(reply.body).toContain('<Code>NotImplemented</Code>');
  });

  it.each(['x-amz-server-side-encryption', 'x-amz-object-lock-mode', 'x-amz-acl', 'x-amz-storage-class'])(
    'is 501: a PUT with %s',
    async (name) => {
      const reply = await local.raw('PUT', `/${Bucket}/never`, { headers: { [name]: 'x' }, body: 'x' });
      expect(reply.status).toBe(501);
      expect((await local.raw('HEAD', `/${Bucket}/never`)).status).toBe(404);
    },
  );

  it('is 501: a PUT with both conditions', async () => {
    const headers = { 'if-match': '"x"', 'if-none-match': '*' };
    expect((await local.raw('PUT', `/${Bucket}/never`, { headers, body: 'x' })).status).toBe(501);
  });

  it('is 404: a PUT that names the entity tag of a missing object', async () => {
    const reply = await local.raw('PUT', `/${Bucket}/never`, { headers: { 'if-match': '"x"' }, body: 'x' });
    expect(reply.status).toBe(404);
    expect(reply.body).toContain('<Code>NoSuchKey</Code>');
  });
});

describe('requests from elsewhere', () => {
  it.each([
    [{ host: 'evil.example' }, 403],
    [{ host: 'evil.example:80' }, 403],
    [{ host: '127.0.0.1.evil.example' }, 403],
    [{ host: 'localhost:4566' }, 200],
    [{ host: '[::1]:4566' }, 200],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://127.0.0.1:8025' }, 200],
  ])('%o is %i', async (headers, status) => {
    expect((await local.raw('GET', '/', { headers })).status).toBe(status);
  });

  it('may have the bucket in the host name', async () => {
    await local.raw('PUT', '/virtual/host', { headers: { host: `${Bucket}.localhost:1` }, body: 'x' });
    expect((await local.raw('GET', `/${Bucket}/virtual/host`)).body).toBe('x');
  });
});

describe('the limits of a request', () => {
  it('include a required Content-Length', async () => {
    const reply = await local.raw('PUT', `/${Bucket}/x`, { headers: { 'transfer-encoding': 'chunked' }, body: 'x' });
    expect(reply.body).toContain('<Code>MissingContentLength</Code>');
  });

  it('are 5 GB at most, checked before the body arrives', async () => {
    const headers = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '5368709121',
    };
    expect((await local.raw('PUT', `/${Bucket}/x`, { headers })).body).toContain('<Code>EntityTooLarge</Code>');
  });

  it.each(['/mail-content/%ff', '/mail-content/%zz', '/mail-content/x?prefix=%ff'])('refuses %s', async (path) => {
    expect((await local.raw('GET', path)).body).toContain('<Code>InvalidURI</Code>');
  });

  it('keeps the connection usable after it refused a body', async () => {
    await local.store.put({ bucket: Bucket, key: 'there' }, Buffer.from('x'));
    for (let n = 0; n < 3; n++) {
      const put = await local.store.put({ bucket: Bucket, key: 'there' }, Buffer.alloc(3 * MB), { ifAbsent: true });
      expect(put.outcome).toBe('exists');
    }
  });
});

describe('buckets', () => {
  it('are listed, found and located', async () => {
    const { Buckets } = await local.client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['raw-mail', 'mail-content']);
    await local.client.send(new HeadBucketCommand({ Bucket }));
    const { LocationConstraint } = await local.client.send(new GetBucketLocationCommand({ Bucket }));
    // An empty element means us-east-1.
    expect(LocationConstraint).toBeUndefined();
    await expect(local.client.send(new HeadBucketCommand({ Bucket: 'other' }))).rejects.toThrow();
  });
});
