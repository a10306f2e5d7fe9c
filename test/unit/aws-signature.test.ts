import { describe, expect, it } from 'vitest';
import { type SigningScope, signed } from '../../core/aws/lean/signature.ts';

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const date = new Date('2013-05-24T00:00:00.000Z');
const scope: SigningScope = { service: 's3', credentials, region: 'us-east-1', date };
const headers = {
  host: 'examplebucket.s3.amazonaws.com',
  date: 'Fri, 24 May 2013 00:00:00 GMT',
  'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
  'x-amz-storage-class': 'REDUCED_REDUNDANCY',
};
const sign = (changed: Partial<SigningScope> = {}, more: Record<string, string> = {}) =>
  signed(
    { method: 'PUT', path: '/test%24file.text', query: '', headers: { ...headers, ...more } },
    { ...scope, ...changed },
  );
const signature = (request: Record<string, string>) => /Signature=(.*)$/.exec(request['authorization'] ?? '')?.[1];

describe('signed', () => {
  // "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk", PUT Object.
  it('makes the signature of the example in the documentation of S3', () => {
    expect(sign()).toEqual({
      ...headers,
      'x-amz-date': '20130524T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
        'SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, ' +
        'Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    });
  });

  it('signs the token of temporary credentials', () => {
    const request = sign({ credentials: { ...credentials, sessionToken: 'token' } });
    expect(request['x-amz-security-token']).toBe('token');
    expect(request['authorization']).toContain(';x-amz-security-token;');
  });

  it('goes with credentials that are renewed, with the day and with the region', () => {
    const renewed = { ...credentials, secretAccessKey: 'another' };
    const next = new Date('2013-05-25T00:00:00.000Z');
    const all = [sign(), sign({ credentials: renewed }), sign({ date: next }), sign({ region: 'eu-west-1' }), sign()];
    const signatures = all.map(signature);
    expect(new Set(signatures).size).toBe(4);
    expect(signatures[4]).toBe(signatures[0]);
  });

  it('reads spaces in a value as AWS does', () => {
    const spaced = sign({}, { 'x-amz-meta-name': '  a   b ' });
    expect(signature(spaced)).toBe(signature(sign({}, { 'x-amz-meta-name': 'a b' })));
  });
});
