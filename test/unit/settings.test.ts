import { describe, expect, it } from 'vitest';
import { defineConfig, parseConfig } from '../../core/config/define-config.ts';
import { edgeSettings, enrichmentSettings } from '../../core/config/to-settings.ts';
import type { Platform } from '../../core/http/signed-service.ts';
import { SMTP_LIMITS } from '../../core/mail/smtp-limits.ts';
import { edgeEnvironment } from '../../core/settings/edge.ts';
import { parserEnvironment } from '../../core/settings/parser.ts';
import { smtpLimits } from '../support/smtp-limits.ts';

const PLACE = { rawBucket: 'raw-mail', hostname: 'mx.test' };
const DEFAULTS = {
  listenAddress: '127.0.0.1',
  smtpPort: 2525,
  healthPort: 8080,
  maxMessageBytes: 40 * 1024 * 1024,
  domains: [],
  recipients: [],
  tagSeparator: '+',
  recipientHook: null,
  dataHook: null,
  rejectSpfFail: false,
  bareNewlines: 'normalize',
  lenientPaths: true,
  dnsblZones: [],
  tls: { kind: 'self-signed' },
  limits: smtpLimits(),
  drainDelayMs: 0,
  drainDeadlineMs: 100_000,
  metricsNamespace: null,
};
const environment = edgeEnvironment.encode(edgeSettings(defineConfig({}), PLACE));

describe('the environment of the edge', () => {
  it('has a default for everything except bucket and host name', () => {
    const settings = edgeEnvironment.decode(environment);
    expect(settings).toEqual(edgeSettings(defineConfig({}), PLACE));
    expect(settings).toMatchObject({ ...DEFAULTS, ...PLACE });
  });

  it('encodes every setting', () => {
    const settings = {
      ...edgeSettings(defineConfig({}), PLACE),
      listenAddress: '0.0.0.0',
      smtpPort: 0,
      healthPort: 1,
      maxMessageBytes: 2048,
      domains: ['a.test', 'b.test'],
      recipients: [{ match: '*@a.test', route: 'a' }],
      tagSeparator: null,
      recipientHook: { url: 'http://127.0.0.1:1/', deadlineMs: 10, cacheSeconds: 5 },
      dataHook: {
        provider: 'rspamd' as const,
        url: 'http://127.0.0.1:2/',
        deadlineMs: 20,
        onFailure: 'defer' as const,
      },
      rejectSpfFail: true,
      bareNewlines: 'preserve' as const,
      lenientPaths: false,
      dnsblZones: ['list.test'],
      tls: { kind: 'files' as const, certificateFile: '/c.pem', keyFile: '/k.pem' },
      limits: smtpLimits({ idleSeconds: 7, maxConnections: 9 }),
      drainDelayMs: 1,
      drainDeadlineMs: 2,
      metricsNamespace: 'N',
    };
    expect(edgeEnvironment.decode(edgeEnvironment.encode(settings))).toEqual(settings);
  });

  it('is readable in the AWS console: text as it is, lists and objects as JSON, null unset', () => {
    const settings = edgeSettings(defineConfig({ domains: ['a.test'], smtp: { dnsblZones: ['list.test'] } }), PLACE);
    const { SMTP_LIMITS: limits, ...rest } = edgeEnvironment.encode(settings);
    expect(rest).toMatchObject({
      RAW_BUCKET: 'raw-mail',
      EDGE_HOSTNAME: 'mx.test',
      LISTEN_ADDRESS: '127.0.0.1',
      SMTP_PORT: '2525',
      HEALTH_PORT: '8080',
      MAX_MESSAGE_BYTES: '41943040',
      DOMAINS: '["a.test"]',
      RECIPIENTS: '[]',
      TAG_SEPARATOR: '+',
      BARE_NEWLINES: 'normalize',
      DNSBL_ZONES: '["list.test"]',
      TLS: '{"kind":"self-signed"}',
      DRAIN_DELAY_MS: '0',
      DRAIN_DEADLINE_MS: '100000',
    });
    expect(JSON.parse(limits ?? '')).toEqual(smtpLimits());
    expect(rest).not.toHaveProperty('RECIPIENT_HOOK');
  });

  it.each([
    ['SMTP_LIMITS', '{"idleSeconds": 0}', /SMTP_LIMITS\.maxConnections: it is missing: write a number/],
    [
      'SMTP_LIMITS',
      JSON.stringify({ ...smtpLimits(), idelSeconds: 10 }),
      /SMTP_LIMITS\.idelSeconds is 10: there is no such setting/,
    ],
    ['TLS', '{"kind": "files"}', /TLS\.certificateFile: it is missing: write a string/],
    ['RECIPIENTS', 'info', /RECIPIENTS is "info": write an array/],
    ['BARE_NEWLINES', 'fix', /BARE_NEWLINES is "fix": write "normalize" or "reject" or "preserve"/],
    ['RECIPIENT_HOOK', '{"url": "no address", "deadlineMs": 1}', /RECIPIENT_HOOK\.url is "no address": write a URL/],
    ['MAX_MESSAGE_BYTES', '40 MB', /MAX_MESSAGE_BYTES is "40 MB": write a number/],
    ['MAX_MESSAGE_BYTES', '1.5', /MAX_MESSAGE_BYTES is 1\.5: write a whole number/],
    ['RAW_BUCKET', '', /RAW_BUCKET: it is missing: write a string/],
  ])('is refused naming only %s when it is %s', (name, value, line) => {
    const decode = () => edgeEnvironment.decode({ ...environment, [name]: value });
    expect(decode).toThrow(expect.objectContaining({ code: 'env.invalid', message: expect.stringMatching(line) }));
    const others = Object.keys(environment).filter((other) => other !== name);
    for (const other of others) expect(decode).not.toThrow(new RegExp(`^ {2}${other}\\b`, 'm'));
  });

  it('is refused naming every missing variable', () => {
    expect(() => parserEnvironment.decode({ EVENT_QUEUE: 'q' })).toThrow(/CONTENT_BUCKET: .*\n {2}DESTINATION_QUEUE: /);
  });
});

describe('the settings of a program', () => {
  it('omit unknown settings from the environment', () => {
    const settings = { ...edgeSettings(defineConfig({}), PLACE), memoryMb: 5 };
    expect(edgeEnvironment.encode(settings)).toEqual(environment);
  });
});

describe('enrichmentSettings', () => {
  const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf';
  const url = 'https://model.example.com/';
  const settings = (model: object, platform: Platform) =>
    enrichmentSettings(parseConfig({ enrichment: { pii: true, model }, region: 'eu-west-1' }, 'test'), platform);

  it('has services with the key of the platform, and Comprehend in a deployment only', () => {
    const both = { url, secretArn: ARN, secretFile: 'k', costUsd: 0.1 };
    expect(settings(both, 'aws')).toMatchObject({ pii: true, ocr: { provider: 'textract' } });
    expect(settings(both, 'local')).toMatchObject({ pii: false, ocr: { provider: 'tesseract' } });
    const model = { url, deadlineMs: 30_000, costUsd: 0.1 };
    expect(settings(both, 'aws').model).toEqual({ ...model, key: { kind: 'secret', secretId: ARN } });
    expect(settings(both, 'local').model).toEqual({ ...model, key: { kind: 'file', file: 'k' } });
  });

  it.each<[object, Platform, RegExp]>([
    [{ url: 'http://model.example.com/', secretArn: ARN }, 'aws', /enrichment\.model\.url is "http:.*https only/],
    [{ url, secretFile: 'k' }, 'aws', /enrichment\.model\.secretArn is null/],
    [{ url, secretArn: ARN }, 'local', /enrichment\.model\.secretFile is null/],
  ])('refuses the model %j with platform %s', (model, platform, message) => {
    expect(() => settings(model, platform)).toThrow(message);
  });
});

describe('edgeSettings', () => {
  it('takes the policy from the configuration and the platform from its caller', () => {
    const config = defineConfig({ domains: ['a.test'], smtp: { limits: { idleSeconds: 60 } } });
    expect(edgeSettings(config, { ...PLACE, smtpPort: 0 })).toEqual({
      ...edgeSettings(defineConfig({}), PLACE),
      ...PLACE,
      smtpPort: 0,
      domains: ['a.test'],
      limits: smtpLimits({ idleSeconds: 60 }),
    });
  });

  it.each([
    [{ recipients: [{ match: 'a b@ours.test' }] }, 'smtp.recipients.0.match'],
    [{ recipients: [{ match: 'info', route: 'Sales Team' }] }, 'smtp.recipients.0.route'],
    [{ recipientHook: { url: 'ftp://directory.test/' } }, 'smtp.recipientHook.url'],
    [{ dataHook: { url: 'rspamd.test:11333' } }, 'smtp.dataHook.url'],
    [{ tagSeparator: '+-' }, 'smtp.tagSeparator'],
    [{ limits: { idleSeconds: 0 } }, 'smtp.limits.idleSeconds'],
    [{ limits: { inFlightBytes: 1024 } }, 'smtp.limits.inFlightBytes'],
  ])('refuses %j', (smtp, field) => {
    expect(() => defineConfig({ smtp })).toThrow(field);
  });

  it('has limits whose defaults are within their bounds', () => {
    expect(defineConfig({}).smtp.limits).toEqual(smtpLimits());
    for (const { min, max, default: value } of Object.values(SMTP_LIMITS)) {
      expect(value).toBeGreaterThanOrEqual(min);
      expect(value).toBeLessThanOrEqual(max);
    }
  });
});
