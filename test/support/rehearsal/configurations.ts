import type { PipelineConfigInput } from '../../../core/config/schema.ts';

/** The profile that cuts what is billed by the hour. */
export const FRUGAL: PipelineConfigInput = { stage: 'frugal', profile: 'frugal' };

const SIGNING_KEY = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:webhook-AbCdEf';

/** Every feature that can be on at the same time. */
export const EVERYTHING: PipelineConfigInput = {
  stage: 'all',
  region: 'eu-west-1',
  account: '123456789012',
  ingress: 'both',
  tracing: true,
  tls: { acm: true },
  fargate: { hostname: 'mx.example.com' },
  hostedZones: { 'example.com': 'Z0123456789ABCDEFGHIJ' },
  mtaSts: { mode: 'enforce' },
  alarms: { email: 'ops@example.org' },
  canary: {},
  events: { busName: 'mails' },
  smtp: {
    recipients: [{ match: 'vip', route: 'vip' }, { match: '*' }],
    recipientHook: { url: 'https://hook.example.com/recipient' },
    dataHook: { provider: 'rspamd', url: 'https://rspamd.example.com' },
  },
  enrichment: {
    sentiment: 'comprehend',
    entities: true,
    pii: true,
    malware: { guardDuty: true, quarantine: true, readGate: true },
  },
  routes: [
    { name: 'vip', enrichment: [] },
    { name: 'bounces', kinds: ['bounce'], queue: { maxReceiveCount: 9 } },
    { name: 'orders', recipients: ['orders'], webhook: { url: 'https://shop.example.com/mail', format: 'ses' } },
  ],
  webhook: { url: 'https://app.example.com/hooks/mail', format: 'mailgun', secretArn: SIGNING_KEY },
};

/** Customer-managed keys for buckets and queues, and mails that nobody can delete. */
export const OWN_KEYS_LOCKED: PipelineConfigInput = {
  stage: 'locked',
  encryption: 'customer-managed',
  storage: {
    rawInfrequentAccessAfterDays: 30,
    rawGlacierAfterDays: 90,
    rawExpireAfterDays: 400,
    contentExpireAfterDays: 60,
    objectLockDays: 365,
  },
  routes: [{ name: 'bounces', kinds: ['bounce'] }],
  enrichment: { malware: { guardDuty: true } },
};
