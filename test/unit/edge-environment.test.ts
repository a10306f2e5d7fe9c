import { describe, expect, it } from 'vitest';
import { defineConfig } from '../../core/config/define-config.ts';
import { edgeSettings } from '../../core/config/edge-settings.ts';
import { decodeEdgeEnvironment, EDGE_DEFAULTS, encodeEdgeEnvironment } from '../../core/env/edge-environment.ts';
import { SMTP_LIMITS, smtpLimits } from '../../core/mail/smtp-limits.ts';

const PLACE = { rawBucket: 'raw-mail', hostname: 'mx.test' };

describe('the environment of the edge', () => {
  it('has a default for everything but bucket and host name', () => {
    expect(decodeEdgeEnvironment({ RAW_BUCKET: 'raw-mail', EDGE_HOSTNAME: 'mx.test' })).toEqual({
      ...EDGE_DEFAULTS,
      ...PLACE,
    });
  });

  it('carries every setting', () => {
    const settings = {
      ...PLACE,
      listenAddress: '0.0.0.0',
      smtpPort: 0,
      healthPort: 1,
      maxMessageBytes: 2048,
      domains: ['a.test', 'b.test'],
      recipients: [{ match: '*@a.test', route: 'a' }],
      tagSeparator: null,
      recipientHook: { url: 'http://127.0.0.1:1/', deadlineMs: 10 },
      bareNewlines: 'preserve' as const,
      dnsblZones: ['list.test'],
      tls: { kind: 'files' as const, certificateFile: '/c.pem', keyFile: '/k.pem' },
      limits: smtpLimits({ idleSeconds: 7, maxConnections: 9 }),
      drainDelayMs: 1,
      drainDeadlineMs: 2,
      metricsNamespace: 'N',
    };
    expect(decodeEdgeEnvironment(encodeEdgeEnvironment(settings))).toEqual(settings);
  });

  it.each([
    ['SMTP_LIMITS', '{"idleSeconds": 0}'],
    ['SMTP_LIMITS', '{"idelSeconds": 10}'],
    ['TLS', '{"kind": "files"}'],
    ['RECIPIENTS', 'info'],
    ['BARE_NEWLINES', 'fix'],
    ['RECIPIENT_HOOK', '{"url": "no address", "deadlineMs": 1}'],
  ])('names %s when it is %s', (name, value) => {
    const env = { RAW_BUCKET: 'raw-mail', EDGE_HOSTNAME: 'mx.test', [name]: value };
    expect(() => decodeEdgeEnvironment(env)).toThrow(name);
  });
});

describe('edgeSettings', () => {
  it('takes the policy from the configuration and the place from its caller', () => {
    const config = defineConfig({ domains: ['a.test'], smtp: { limits: { idleSeconds: 60 } } });
    expect(edgeSettings(config, { ...PLACE, smtpPort: 0 })).toEqual({
      ...EDGE_DEFAULTS,
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
    [{ tagSeparator: '+-' }, 'smtp.tagSeparator'],
    [{ limits: { idleSeconds: 0 } }, 'smtp.limits.idleSeconds'],
    [{ limits: { inFlightBytes: 1024 } }, 'smtp.limits.inFlightBytes'],
  ])('refuses %j', (smtp, field) => {
    expect(() => defineConfig({ smtp })).toThrow(field);
  });

  it('has the same defaults as the environment', () => {
    const { smtp } = defineConfig({});
    expect(smtp.limits).toEqual(smtpLimits());
    expect(edgeSettings({ domains: undefined, smtp }, PLACE)).toEqual({ ...EDGE_DEFAULTS, ...PLACE });
  });

  it('has limits whose defaults lie inside their bounds', () => {
    for (const { min, max, default: value } of Object.values(SMTP_LIMITS)) {
      expect(value).toBeGreaterThanOrEqual(min);
      expect(value).toBeLessThanOrEqual(max);
    }
  });
});
