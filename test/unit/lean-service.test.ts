import { describe, expect, it } from 'vitest';
import { createS3Client } from '../../core/aws/clients.ts';
import { bucketEndpoint } from '../../core/aws/lean/sdk-endpoint.ts';
import { LeanService, type SdkClient } from '../../core/aws/lean/service.ts';
import type { Environment } from '../../core/settings/codec.ts';

const LAMBDA = {
  AWS_LAMBDA_FUNCTION_NAME: 'parser',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'ASIA',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
};
const never = (): Promise<SdkClient> => Promise.reject(new Error('the SDK was loaded'));
const at = (environment: Environment, load = never) => new LeanService(environment, load);

const BUCKETS = [
  'raw-mail',
  'a1b',
  'x'.repeat(63),
  '123',
  'mail.example.com',
  'a--b',
  'bucket--use1-az4--x-s3',
  'name-s3alias',
  'Upper',
  'ab',
  '-a-',
  'a_b',
];
const REGIONS = [
  'us-east-1',
  'us-west-2',
  'eu-central-1',
  'ap-southeast-5',
  'ap-northeast-1',
  'mx-central-1',
  'me-south-1',
  'il-central-1',
  'af-south-1',
  'ca-west-1',
  'cn-north-1',
  'us-gov-west-1',
  'us-iso-east-1',
  'eusc-de-east-1',
  'aws-global',
  'fips-us-east-1',
];

describe('where a bucket is', () => {
  it('is what the SDK says, or is left to it, for every kind of name and region', async () => {
    let told = 0;
    for (const region of REGIONS) {
      const client = createS3Client({ region, credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
      for (const bucket of BUCKETS) {
        const ours = at({ ...LAMBDA, AWS_REGION: region }).bucketUrl(bucket);
        if (ours === null) continue;
        told++;
        expect(ours.href, `${bucket} in ${region}`).toBe((await bucketEndpoint(client, bucket)).href);
      }
    }
    expect(told).toBe(10 * 5);
  });

  it('is at an endpoint that is an IP address, as with the SDK; a name is left to it', async () => {
    for (const endpoint of ['http://127.0.0.1:4566', 'http://127.0.0.1:4566/', 'https://10.0.0.1/below']) {
      const client = createS3Client({
        endpoint,
        region: 'eu-west-1',
        credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      });
      const theirs = (await bucketEndpoint(client, 'raw-mail')).href;
      for (const variable of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3']) {
        expect(at({ ...LAMBDA, [variable]: endpoint }).bucketUrl('raw-mail')?.href).toBe(theirs);
      }
    }
    for (const endpoint of [
      'http://localhost:4566',
      'https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com',
      'nonsense',
    ]) {
      expect(at({ ...LAMBDA, AWS_ENDPOINT_URL: endpoint }).bucketUrl('raw-mail')).toBeNull();
    }
  });

  it.each([
    { AWS_USE_FIPS_ENDPOINT: 'true' },
    { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
    { AWS_PROFILE: 'other' },
    { AWS_CREDENTIAL_EXPIRATION: '2026-11-29T12:00:00Z' },
    { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    { AWS_LAMBDA_FUNCTION_NAME: undefined },
    { AWS_ACCESS_KEY_ID: undefined },
    { AWS_REGION: undefined },
  ])('is left to the SDK with %o', (changed) => {
    expect(at({ ...LAMBDA, ...changed }).bucketUrl('raw-mail')).toBeNull();
  });
});

describe('where a queue is', () => {
  it('is said by its URL, unless another endpoint is set', () => {
    const url = new URL('https://sqs.eu-west-1.amazonaws.com/1/parsed-mail');
    expect(at(LAMBDA).queueEndpoint(url)?.href).toBe('https://sqs.eu-west-1.amazonaws.com/');
    expect(
      at({ ...LAMBDA, AWS_ENDPOINT_URL_SQS: 'https://sqs.eu-west-1.amazonaws.com' }).queueEndpoint(url),
    ).not.toBeNull();
    expect(at({ ...LAMBDA, AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }).queueEndpoint(url)).toBeNull();
  });
});

describe('who signs', () => {
  it('is in the variables of a Lambda function', async () => {
    const { date: _, ...scope } = await at(LAMBDA).scope('sqs');
    const credentials = { accessKeyId: 'ASIA', secretAccessKey: 'secret', sessionToken: 'token' };
    expect(scope).toEqual({ service: 'sqs', region: 'eu-west-1', credentials });
  });

  it('is asked of the SDK each time where it is not, and credentials that were renewed are used', async () => {
    let asked = 0;
    const credentials = async () => ({ accessKeyId: `A${++asked}`, secretAccessKey: 's' });
    const client = { config: { credentials, region: async () => 'eu-west-1', systemClockOffset: 0 } };
    const service = at({}, async () => client);
    expect((await service.scope('s3')).credentials.accessKeyId).toBe('A1');
    expect((await service.scope('s3')).credentials.accessKeyId).toBe('A2');
  });

  it('goes by the clock that the SDK has corrected, once it is loaded', async () => {
    const config = { credentials: never, region: never, systemClockOffset: 3_600_000 };
    const service = new LeanService(LAMBDA, async () => ({ config }) as never);
    expect((await service.scope('s3')).date.getTime()).toBeLessThan(Date.now() + 60_000);
    await service.sdk();
    expect((await service.scope('s3')).date.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
  });

  it('is loaded again after a failure', async () => {
    let loads = 0;
    const service = at({}, () => {
      loads++;
      return never();
    });
    await expect(service.sdk()).rejects.toThrow();
    await expect(service.sdk()).rejects.toThrow();
    expect(loads).toBe(2);
  });
});
