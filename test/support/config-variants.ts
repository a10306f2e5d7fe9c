import type { PipelineConfigInput } from '../../core/config/schema.ts';

const TLS_SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf';

const TIERED = {
  rawInfrequentAccessAfterDays: 30,
  rawGlacierAfterDays: 90,
  rawExpireAfterDays: 400,
  contentExpireAfterDays: 60,
};
export const LOCKED_AND_TIERED = { ...TIERED, objectLockDays: 365 };

/** One configuration for each choice that changes what is deployed. Rules and linters run against all of them. */
export const CONFIG_VARIANTS: Record<string, PipelineConfigInput> = {
  defaults: {},
  'runtime 24, traced, removed at the end': { stage: 'v1', runtime: 'nodejs24.x', tracing: true, teardown: 'remove' },
  'keys of one’s own, locked and tiered, with a canary': {
    stage: 'v2',
    canary: { everyMinutes: 30 },
    encryption: 'customer-managed',
    storage: LOCKED_AND_TIERED,
  },
  'isolated, with a certificate and fixed addresses': {
    stage: 'v3',
    region: 'eu-west-1',
    account: '123456789012',
    network: { mode: 'isolated', cidr: '10.9.0.0/20' },
    tls: { secretArn: TLS_SECRET },
    fargate: { hostname: 'mx.example.com', elasticIps: true, ipv6: true, minTasks: 4, maxTasks: 40 },
  },
  'a VPC that is there, an image that is there': {
    stage: 'v4',
    region: 'eu-west-1',
    account: '123456789012',
    network: {
      mode: 'existing',
      vpcId: 'vpc-0a1b2c3d4e5f60718',
      balancerSubnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-0a1b2c3d4e5f60719'],
      taskSubnetIds: ['subnet-0a1b2c3d4e5f6071a', 'subnet-0a1b2c3d4e5f6071b'],
    },
    fargate: {
      imageUri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/edge:1.2',
      architecture: 'x86_64',
      cpu: 1024,
      memoryMb: 2048,
    },
  },
  'SES alone': { stage: 'v5', ingress: 'ses', region: 'us-east-1', domains: ['example.com', 'example.net'] },
  'SES behind the edge, in a rule set that is there, own keys': {
    stage: 'v6',
    ingress: 'both',
    region: 'us-east-1',
    encryption: 'customer-managed',
    ses: { ruleSet: 'default', createIdentities: false, requireTls: true },
    smtp: {
      recipientHook: { url: 'http://hook.example.com:8000/recipient' },
      dataHook: { provider: 'rspamd', url: 'http://rspamd.example.com:11333' },
      dnsblZones: ['zen.example.org'],
    },
    alarms: { email: 'ops@example.org', queueAgeSeconds: 300, deferredPercent: 2.5 },
    logs: { retentionDays: 90 },
  },
  'routes, webhooks, events and Comprehend': {
    stage: 'v7',
    enrichment: { sentiment: 'comprehend', entities: true, pii: true },
    events: { busName: 'mails' },
    region: 'eu-west-1',
    smtp: { recipients: [{ match: 'vip', route: 'vip' }, { match: '*' }] },
    routes: [
      { name: 'vip' },
      { name: 'bounces', kinds: ['bounce'], queue: { maxReceiveCount: 9 } },
      { name: 'orders', recipients: ['orders'], webhook: { url: 'https://shop.example.com/mail', format: 'ses' } },
    ],
    webhook: { url: 'https://app.example.com/hooks/mail', format: 'mailgun', secretArn: TLS_SECRET },
  },
  'MTA-STS, proven in Route 53': {
    stage: 'v9',
    region: 'eu-west-1',
    domains: ['example.com', 'example.net'],
    tls: { secretArn: TLS_SECRET },
    fargate: { hostname: 'mx.example.com' },
    mtaSts: { mode: 'enforce' },
    hostedZones: { 'example.com': 'Z0123456789ABCDEFGHIJ' },
  },
  'a certificate of ACM for the edge': {
    stage: 'v10',
    network: { mode: 'isolated', cidr: '10.9.0.0/20', zones: ['euc1-az1', 'euc1-az2', 'euc1-az3'] },
    tls: { acm: true },
    fargate: { hostname: 'mx.example.com' },
    hostedZones: { 'example.com': 'Z0123456789ABCDEFGHIJ' },
  },
  'the frugal profile': { stage: 'v11', profile: 'frugal' },
  'scanned by GuardDuty, behind a gate, own keys': {
    stage: 'v8',
    encryption: 'customer-managed',
    routes: [{ name: 'bounces', kinds: ['bounce'] }],
    enrichment: { malware: { guardDuty: true, quarantine: true, readGate: true } },
  },
};

/** Every storage option except Object Lock: SES cannot store mail in a bucket with a default retention. */
export const RICH_STORAGE: PipelineConfigInput = {
  ingress: 'both',
  region: 'eu-west-1',
  encryption: 'customer-managed',
  storage: TIERED,
};

const LONGEST_DOMAIN = `${`${'a-'.repeat(30)}a.`.repeat(4)}com`;
const LONGEST_HOST = `${'m'.repeat(52)}.example.com`;

/** The maximum the schema allows of everything, with the longest names. If this fits, anything smaller does. */
export const LARGEST: PipelineConfigInput = {
  stage: 'abcdefghijkl',
  region: 'ap-southeast-2',
  ingress: 'both',
  // Two domains of maximum length that differ only at the end.
  domains: [
    LONGEST_HOST,
    'example.com',
    LONGEST_DOMAIN,
    LONGEST_DOMAIN.replace('.com', '.net'),
    ...Array.from({ length: 96 }, (_, n) => `${`label-${n}-`.repeat(5)}x.example.com`),
  ],
  encryption: 'customer-managed',
  network: { mode: 'isolated', cidr: '10.9.0.0/24', zones: ['apse2-az1', 'apse2-az2', 'apse2-az3'] },
  fargate: { hostname: LONGEST_HOST, ipv6: true, elasticIps: true },
  tls: { acm: true },
  mtaSts: { mode: 'enforce' },
  canary: {},
  events: { busName: 'b'.repeat(256) },
  webhook: { url: 'https://app.example.com/', secretArn: TLS_SECRET.replace('eu-west-1', 'ap-southeast-2') },
  routes: Array.from({ length: 9 }, (_, n) => ({
    name: `${'r'.repeat(29)}${n}`,
    recipients: [`route${n}`],
    webhook: { url: `https://app.example.com/${n}`, format: 'ses' },
  })),
  enrichment: {
    sentiment: 'comprehend',
    entities: true,
    pii: true,
    malware: { guardDuty: true, quarantine: true, readGate: true },
  },
};
