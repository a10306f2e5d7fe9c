import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { defineConfig } from '../../core/config/define-config.ts';
import { mtaStsPolicy, mtaStsRecord, mxRecords } from '../../core/config/dns-records.ts';
import type { PipelineConfigInput } from '../../core/config/schema.ts';
import { flat, resourceOf, resourcesOf, synthesised } from '../support/synth.ts';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf';
const BASE: PipelineConfigInput = {
  domains: ['Example.com', 'b.example'],
  region: 'eu-west-1',
  fargate: { hostname: 'mx.example.com' },
  tls: { secretArn: SECRET },
  mtaSts: {},
  hostedZones: { 'example.com': 'Z0123456789ABCDEFGHIJ' },
};
const template = synthesised(BASE).stack('mta-sts');

/** Calls the stack's function as CloudFront does. */
function answer(uri: string, of = template) {
  const { Properties } = resourceOf(of, 'AWS::CloudFront::Function', 'Answer');
  const { FunctionCode: code } = Object(Properties);
  const context = createContext({ event: { request: { method: 'GET', uri, headers: {}, querystring: {} } } });
  return runInContext(`${code}; handler(event)`, context);
}

describe('the stack of the policy', () => {
  it('answers with the policy at its path, as text, and with 404 anywhere else', () => {
    expect(answer('/.well-known/mta-sts.txt')).toEqual({
      statusCode: 200,
      statusDescription: 'OK',
      headers: { 'content-type': { value: 'text/plain; charset=utf-8' } },
      body: {
        encoding: 'text',
        data: 'version: STSv1\r\nmode: testing\r\nmx: mx.example.com\r\nmax_age: 604800\r\n',
      },
    });
    for (const uri of ['/', '/.well-known/mta-sts.txt/', '/.well-known/MTA-STS.txt', '/.well-known/__proto__'])
      expect(answer(uri)).toEqual({ statusCode: 404, statusDescription: 'Not Found' });
  });

  it('is a CloudFront function without a bucket, a role or a Lambda function', () => {
    expect(Object.values(resourcesOf(template)).map(({ Type }) => Type)).toEqual([
      'AWS::CloudFront::Function',
      'AWS::CertificateManager::Certificate',
      'AWS::CloudFront::Distribution',
      'AWS::Logs::LogGroup',
      'AWS::Logs::DeliverySource',
      'AWS::Logs::DeliveryDestination',
      'AWS::Logs::Delivery',
    ]);
  });

  it('serves the host of every domain over HTTPS only, with TLS 1.2 or newer', () => {
    const { Properties } = resourceOf(template, 'AWS::CloudFront::Distribution', 'Distribution');
    expect(Object(Properties).DistributionConfig).toMatchObject({
      Enabled: true,
      Aliases: ['mta-sts.example.com', 'mta-sts.b.example'],
      IPV6Enabled: true,
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
      DefaultCacheBehavior: {
        ViewerProtocolPolicy: 'https-only',
        FunctionAssociations: [{ EventType: 'viewer-request' }],
      },
      Origins: [{ DomainName: 'mta-sts.invalid' }],
    });
  });

  it('validates each name by DNS, automatically when the hosted zone is configured', () => {
    const { Properties } = resourceOf(template, 'AWS::CertificateManager::Certificate', 'Certificate');
    expect(Properties).toMatchObject({
      DomainName: 'mta-sts.b.example',
      SubjectAlternativeNames: ['mta-sts.example.com'],
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'mta-sts.example.com', HostedZoneId: 'Z0123456789ABCDEFGHIJ' }],
    });
  });

  it('keeps its access logs as long as other logs', () => {
    const properties = (type: string, id: string) => Object(resourceOf(template, type, id)['Properties']);
    expect(properties('AWS::Logs::LogGroup', 'Logs')).toMatchObject({
      LogGroupName: '/mail-pipeline/prod/mta-sts',
      RetentionInDays: 30,
    });
    expect(properties('AWS::Logs::DeliverySource', 'LogSource')).toMatchObject({
      LogType: 'ACCESS_LOGS',
      ResourceArn: expect.stringMatching(/^arn:aws:cloudfront::<AWS::AccountId>:distribution\/<Distribution/),
    });
    expect(properties('AWS::Logs::Delivery', 'LogDelivery')).toMatchObject({
      DeliverySourceName: 'mail-pipeline-prod-mta-sts',
      DeliveryDestinationArn: expect.stringMatching(/^<LogDestination\.Arn>$/),
    });
  });

  it('is deployed only when configured, and warns of more names than a certificate allows', () => {
    expect(synthesised().stackNames).not.toContain('mail-pipeline-prod-mta-sts');
    expect(synthesised(BASE).warnings('mta-sts')).toEqual([]);
    const domains = Array.from({ length: 11 }, (_, index) => `d${index}.example.com`);
    expect(synthesised({ ...BASE, domains }).warnings('mta-sts')).toEqual([
      expect.stringMatching(/a certificate of 11 names, and ACM allows 10 by default/),
    ]);
  });
});

/** The policy text, its TXT record, and the targets of the MX records. */
function published(input: PipelineConfigInput) {
  const config = defineConfig(input);
  const policy = mtaStsPolicy(config);
  const edge = config.ingress === 'ses' ? null : config.fargate.hostname;
  return {
    policy,
    record: mtaStsRecord('example.com', policy).value,
    mx: mxRecords(config, 'example.com', edge).map(({ value }) => value.replace(/^\d+ (.*)\.$/, '$1')),
  };
}

const SES: PipelineConfigInput = { domains: ['example.com'], ingress: 'ses', region: 'eu-west-1', mtaSts: {} };

describe('the policy', () => {
  it.each([
    ['the edge', BASE],
    ['SES', SES],
    ['both', { ...BASE, ingress: 'both' }],
  ] as const)('names the targets of the MX records: %s', (_, input) => {
    const { policy, mx } = published(input);
    const named = [...policy.matchAll(/^mx: (.*)\r$/gm)].map(([, host]) => host);
    expect(mx.length).toBeGreaterThan(0);
    expect(named).toEqual(mx);
  });

  it('changes its id if and only if its text changes', () => {
    const variants: PipelineConfigInput[] = [
      BASE,
      { ...BASE, mtaSts: { mode: 'enforce' } },
      { ...BASE, mtaSts: { mode: 'none' } },
      { ...BASE, mtaSts: { maxAgeSeconds: 86_400 } },
      { ...BASE, fargate: { hostname: 'mail.example.com' } },
      { ...BASE, ingress: 'both' },
      // None of these settings appears in the text.
      { ...BASE, stage: 'test', domains: ['example.com'], fargate: { hostname: 'mx.example.com', cpu: 512 } },
      { ...BASE, mtaSts: { mode: 'testing', maxAgeSeconds: 604_800 } },
    ];
    const all = variants.map(published);
    expect(new Set(all.map(({ policy }) => policy)).size).toBe(6);
    const byPolicy = new Map(all.map(({ policy, record }) => [policy, record]));
    expect(new Set(byPolicy.values()).size).toBe(6);
    for (const { policy, record } of all) expect(record).toBe(byPolicy.get(policy));
    // RFC 8461 §3.1: 1 to 32 letters and digits.
    for (const { record } of all) expect(record).toMatch(/^"v=STSv1; id=[A-Za-z0-9]{1,32}"$/);
  });

  it('is the one that the stack serves', () => {
    for (const input of [BASE, SES, { ...BASE, ingress: 'both', mtaSts: { mode: 'enforce' } } as const]) {
      const served = answer('/.well-known/mta-sts.txt', synthesised(input).stack('mta-sts'));
      expect(flat(served.body.data)).toBe(published(input).policy);
    }
  });
});
