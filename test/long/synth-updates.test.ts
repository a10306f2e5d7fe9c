import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PipelineConfigInput } from '../../core/config/schema.ts';
import { synthesised } from '../support/synth.ts';
import { type Changes, changesOf } from '../support/template-changes.ts';

const EU: PipelineConfigInput = { region: 'eu-west-1' };
const BOTH: PipelineConfigInput = { ...EU, ingress: 'both' };
const SES: PipelineConfigInput = { ...EU, ingress: 'ses' };
const OWN_KEYS: PipelineConfigInput = { ...EU, encryption: 'customer-managed' };
const FRUGAL: PipelineConfigInput = { ...EU, profile: 'frugal' };
const ZONES: PipelineConfigInput = { ...EU, network: { mode: 'public', zones: ['eu-west-1a', 'eu-west-1b'] } };
const HOST: PipelineConfigInput = { ...EU, fargate: { hostname: 'mx.example.com' } };
const ACM: PipelineConfigInput = { ...HOST, tls: { acm: true } };
const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf';
const WEBHOOK: PipelineConfigInput = { ...EU, webhook: { url: 'https://app.example.com/' } };
const SCANNED: PipelineConfigInput = {
  ...EU,
  enrichment: { malware: { guardDuty: true, quarantine: true, readGate: true } },
};
const TWO_DOMAINS = { domains: ['example.com', 'example.net'] };
const EXISTING: PipelineConfigInput['network'] = {
  mode: 'existing',
  vpcId: 'vpc-0a1b2c3d',
  balancerSubnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'],
  taskSubnetIds: ['subnet-0a1b2c4d', 'subnet-0a1b2c4e'],
};
const ORDERS = { name: 'orders', recipients: ['orders'] };
const BOUNCES = { name: 'bounces', kinds: ['bounce'] as const };

const routes = (...list: readonly object[]): PipelineConfigInput => Object({ ...EU, routes: list });
const locked = (objectLockDays: number): PipelineConfigInput => ({ ...EU, storage: { objectLockDays } });
const fargate = (settings: NonNullable<PipelineConfigInput['fargate']>): PipelineConfigInput => ({
  ...EU,
  fargate: { hostname: 'mx.example.com', ...settings },
});

const STAYS: Changes = { lost: [], refused: [] };
const IN_USE = [
  'network: export in use of VpcpublicSubnet1Subnet, replaced',
  'network: export in use of VpcpublicSubnet2Subnet, replaced',
];
const SUBNETS = ['network: Subnet VpcpublicSubnet1Subnet', 'network: Subnet VpcpublicSubnet2Subnet'];
const SUBNETS_REPLACED: Changes = {
  lost: SUBNETS.map((subnet) => `${subnet} replaced`),
  refused: [...SUBNETS.map((subnet) => `${subnet}: its block overlaps`), ...IN_USE],
};
const SUBNETS_MAYBE = SUBNETS.map((subnet) => `${subnet} may be replaced`);
const ROUTE_GONE: Changes = {
  lost: ['storage: Queue RouteordersDeadLetters deleted', 'storage: Queue RouteordersQueue deleted'],
  refused: [],
};
const SES_GONE: Changes = {
  lost: [
    'ingress: EmailIdentity SesIdentityexamplecom deleted',
    'ingress: ReceiptRule SesRule deleted',
    'ingress: ReceiptRuleSet SesRuleSet deleted',
  ],
  refused: [],
};
const LOCK_CHANGED: Changes = {
  lost: ['storage: Bucket RawBucket replaced'],
  refused: [
    'storage: Bucket RawBucket: has a name of its own and would be replaced',
    'storage: export in use of RawBucket, replaced',
  ],
};
const OTHER_ADDRESSES = ['ingress: LoadBalancer EdgeBalancerLoadBalancer: the addresses of a zone do not change'];

const SERVICE_REPLACED = ['ingress: Service EdgeService replaced'];

type Case = [change: string, before: PipelineConfigInput, after: PipelineConfigInput, expected: Changes];

/** Each case names its row in the table "What each change does" of docs/changes.md. */
const CASES: readonly Case[] = [
  ['a route added', EU, routes(ORDERS), STAYS],
  ['a route added', routes(ORDERS), routes(BOUNCES, ORDERS), STAYS],
  ['a route removed or renamed', routes(ORDERS, BOUNCES), routes(BOUNCES), ROUTE_GONE],
  ['a route removed or renamed', routes(ORDERS), routes({ ...ORDERS, name: 'sales' }), ROUTE_GONE],
  ['a webhook added', EU, WEBHOOK, STAYS],
  ['a webhook removed', WEBHOOK, EU, { ...STAYS, lost: ['processing: LogGroup WebhookLogs deleted'] }],
  ['`encryption` to `customer-managed`', EU, OWN_KEYS, STAYS],
  [
    '`encryption` back to `aws-managed`',
    OWN_KEYS,
    EU,
    {
      lost: ['storage: Key KeysQueues deleted', 'storage: Key KeysStorage kept, outside the stack'],
      refused: ['storage: export in use FnGetAttKeysQueues', 'storage: export in use FnGetAttKeysStorage'],
    },
  ],
  ['`ingress` from `fargate` to `both`', EU, BOTH, STAYS],
  [
    '`ingress` from `both` to `ses`',
    BOTH,
    SES,
    {
      lost: [
        'ingress: Cluster EdgeCluster deleted',
        'ingress: LoadBalancer EdgeBalancerLoadBalancer deleted',
        'ingress: LogGroup EdgeLogs deleted',
        'ingress: Service EdgeService deleted',
      ],
      refused: [],
    },
  ],
  ['`ingress` to `fargate`', BOTH, EU, SES_GONE],
  ['`ingress` to `fargate`', SES, EU, SES_GONE],
  [
    '`ses.ruleSet`',
    SES,
    { ...SES, ses: { ruleSet: 'mine' } },
    { lost: ['ingress: ReceiptRule SesRule replaced', 'ingress: ReceiptRuleSet SesRuleSet deleted'], refused: [] },
  ],
  ['a domain added', BOTH, { ...BOTH, ...TWO_DOMAINS }, STAYS],
  [
    'a domain removed',
    { ...BOTH, ...TWO_DOMAINS },
    BOTH,
    { lost: ['ingress: EmailIdentity SesIdentityexamplenet deleted'], refused: [] },
  ],
  ['`runtime`', EU, { ...EU, runtime: 'nodejs24.x' }, STAYS],
  [
    'how long things are kept',
    EU,
    {
      ...EU,
      queue: { retentionSeconds: 600_000 },
      logs: { retentionDays: 90 },
      storage: { rawExpireAfterDays: 400, contentExpireAfterDays: 60 },
    },
    STAYS,
  ],
  [
    'sizes, numbers, hooks, tracing, alarms',
    EU,
    {
      ...EU,
      tracing: true,
      parser: { maxConcurrency: 200, memoryMb: 2048, timeoutSeconds: 60 },
      alarms: { email: 'ops@example.org' },
      smtp: { dataHook: { url: 'https://hook.example.com/' } },
      fargate: { architecture: 'x86_64', cpu: 1024, memoryMb: 2048, minTasks: 4, maxTasks: 20 },
    },
    STAYS,
  ],
  ['`events.busName`', EU, { ...EU, events: { busName: 'mails' } }, STAYS],
  ['`fargate.hostname`', EU, HOST, STAYS],
  ['`fargate.ipv6` on', HOST, fargate({ ipv6: true }), { lost: SUBNETS_MAYBE, refused: [] }],
  [
    '`fargate.ipv6` off',
    fargate({ ipv6: true }),
    HOST,
    { lost: ['ingress: LoadBalancer EdgeBalancerIpv6LoadBalancer deleted', ...SUBNETS_MAYBE], refused: [] },
  ],
  ['`fargate.elasticIps`', HOST, fargate({ elasticIps: true }), { lost: [], refused: OTHER_ADDRESSES }],
  [
    '`fargate.elasticIps`',
    fargate({ elasticIps: true }),
    HOST,
    {
      lost: ['ingress: EIP EdgeBalancerAddress0 deleted', 'ingress: EIP EdgeBalancerAddress1 deleted'],
      refused: OTHER_ADDRESSES,
    },
  ],
  [
    '`profile`',
    EU,
    FRUGAL,
    { lost: SERVICE_REPLACED, refused: [...OTHER_ADDRESSES, 'network: export in use RefVpcpublicSubnet2Subnet'] },
  ],
  ['`profile`', FRUGAL, EU, { lost: SERVICE_REPLACED, refused: OTHER_ADDRESSES }],
  ['`profile` with `network.zones`', ZONES, { ...FRUGAL, ...ZONES }, { lost: SERVICE_REPLACED, refused: [] }],
  ['`profile` with `network.zones`', { ...FRUGAL, ...ZONES }, ZONES, { lost: SERVICE_REPLACED, refused: [] }],
  ['`network`', EU, { ...EU, network: { mode: 'isolated' } }, SUBNETS_REPLACED],
  ['`network`', EU, { ...EU, network: { mode: 'public', zones: ['eu-west-1b', 'eu-west-1c'] } }, SUBNETS_REPLACED],
  [
    '`network`',
    EU,
    { ...EU, network: { mode: 'public', cidr: '10.50.0.0/16' } },
    {
      lost: [...SUBNETS_REPLACED.lost, 'network: VPC Vpc replaced'],
      refused: [...SUBNETS_REPLACED.refused, 'network: export in use of Vpc, replaced'].sort(),
    },
  ],
  ['`network`', EU, { ...EU, network: EXISTING }, { lost: [], refused: OTHER_ADDRESSES }],
  ['`tls.acm` on', HOST, ACM, STAYS],
  [
    '`tls.acm` off',
    ACM,
    { ...HOST, tls: { secretArn: SECRET } },
    {
      lost: [
        'ingress: Certificate EdgeCertificateIssued deleted',
        'ingress: LogGroup EdgeCertificateRenewalLogs deleted',
        'ingress: Secret EdgeCertificateSecret deleted',
      ],
      refused: [],
    },
  ],
  [
    '`fargate.hostname` with `tls.acm`',
    ACM,
    { ...ACM, fargate: { hostname: 'mx2.example.com' } },
    { lost: ['ingress: Certificate EdgeCertificateIssued replaced'], refused: [] },
  ],
  ['`mtaSts` on or off', SES, { ...SES, mtaSts: {} }, STAYS],
  ['`mtaSts` on or off', { ...SES, mtaSts: {} }, SES, STAYS],
  [
    'a domain added or removed with `mtaSts`',
    { ...SES, mtaSts: {}, ses: { createIdentities: false } },
    { ...SES, mtaSts: {}, ses: { createIdentities: false }, ...TWO_DOMAINS },
    { lost: ['mta-sts: Certificate Certificate replaced'], refused: [] },
  ],
  ['`storage.objectLockDays` set or taken away', EU, locked(30), LOCK_CHANGED],
  ['`storage.objectLockDays` set or taken away', locked(30), EU, LOCK_CHANGED],
  ['`storage.objectLockDays`, another number', locked(30), locked(60), STAYS],
  ['scanning for malware on', EU, SCANNED, STAYS],
  [
    'scanning for malware off',
    SCANNED,
    EU,
    { lost: ['storage: Queue QuarantineDeadLetters deleted', 'storage: Queue QuarantineQueue deleted'], refused: [] },
  ],
  ['`enrichment.ocr.enabled: true`', { ...EU, enrichment: { ocr: { enabled: false } } }, EU, STAYS],
  [
    '`enrichment.ocr.enabled: false`',
    EU,
    { ...EU, enrichment: { ocr: { enabled: false } } },
    { lost: ['processing: Topic TextractNotices deleted'], refused: [] },
  ],
  ['`teardown`', EU, { ...EU, teardown: 'remove' }, STAYS],
  ['`teardown`', { ...EU, teardown: 'remove' }, EU, STAYS],
  ['`stage`', EU, { ...EU, stage: 'second' }, STAYS],
];

/** The documented table: first cell to second cell. */
function documented(): Map<string, string> {
  const [, section = ''] = readFileSync('docs/changes.md', 'utf8').split('\n## What each change does\n');
  const [text = ''] = section.split('\n## ');
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| change '));
  return new Map(rows.map((row) => row.split(' | ')).map(([change = '', what = '']) => [change.slice(2), what]));
}

describe('a change of the configuration', () => {
  it.each(CASES)('replaces and deletes only the expected resources: %s', (_, before, after, expected) => {
    expect(changesOf(synthesised(before), synthesised(after))).toEqual(expected);
  });

  it('is in the table of docs/changes.md, with whether it is refused, or all stays', () => {
    const table = documented();
    expect([...table.keys()]).toEqual([...new Set(CASES.map(([change]) => change))]);
    for (const [change, , , { lost, refused }] of CASES) {
      const kind = refused.length > 0 ? /^refused/ : lost.length > 0 ? /^(?!refused|everything)/ : /^everything stays/;
      expect({ change, what: table.get(change) }).toEqual({ change, what: expect.stringMatching(kind) });
    }
  });
});
