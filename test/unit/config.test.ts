import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defineConfig, parseConfig } from '../../core/config/define-config.ts';
import { configurationReference } from '../../core/config/reference.ts';
import { settingsInterface } from '../../core/config/settings-interface.ts';

/** What is wrong, the input, and what the error must mention: field, value and remedy. */
const BAD: [string, object, RegExp][] = [
  ['a domain that is none', { domains: ['not a domain'] }, /domains\.0 is "not a domain": write a domain such as/],
  ['a Unicode domain', { domains: ['bücher.example'] }, /domains\.0 is "bücher\.example": .*A-label/],
  [
    'a domain twice',
    { domains: ['example.com', 'Example.com'] },
    /domains\.1 is "Example\.com": this domain is listed already: leave it out/,
  ],
  ['an unknown region', { region: 'eu-nowhere-1' }, /region is "eu-nowhere-1": this release does not know this region/],
  [
    'a region without SES',
    { ingress: 'ses', region: 'ap-east-1' },
    /region is "ap-east-1": SES does not receive mail there: choose/,
  ],
  [
    'a region without Comprehend',
    { region: 'eu-west-3', enrichment: { sentiment: 'comprehend' } },
    /region is "eu-west-3": Amazon Comprehend is not available there: choose .*, or turn enrichment.sentiment off/,
  ],
  [
    'a region without Textract',
    { region: 'eu-north-1' },
    /enrichment\.ocr\.enabled.*: Amazon Textract is not available in eu-north-1: write false, or choose another region, one of /,
  ],
  ['Comprehend without a region', { enrichment: { pii: true } }, /region: set the region: enrichment.pii uses/],
  ['SES without a region', { ingress: 'both' }, /region: set the region/],
  [
    'MTA-STS without a certificate that others trust',
    { mtaSts: {}, fargate: { hostname: 'mx.example.com' } },
    /mtaSts is .*: senders check the certificate: set fargate\.hostname and a certificate for that name/,
  ],
  [
    'a certificate for no name',
    { tls: { acm: true } },
    /tls\.acm is true: set fargate\.hostname, the host that the certificate is for/,
  ],
  [
    'two certificates',
    {
      fargate: { hostname: 'mx.example.com' },
      tls: { acm: true, secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf' },
    },
    /tls\.acm is true: tls\.secretArn names a certificate already: leave one of them out/,
  ],
  [
    'a name too long for ACM',
    { fargate: { hostname: `${'a'.repeat(60)}.example.com` }, tls: { acm: true } },
    /fargate\.hostname is "a{60}\.example\.com": ACM takes names of up to 64 characters/,
  ],
  [
    'MTA-STS in China',
    { mtaSts: { mode: 'none' }, region: 'cn-north-1', enrichment: { ocr: { enabled: false } } },
    /mtaSts is .*: CloudFront does not serve cn-north-1 from us-east-1/,
  ],
  [
    'a policy that senders forget within the day',
    { mtaSts: { mode: 'none', maxAgeSeconds: 600 } },
    /mtaSts\.maxAgeSeconds is 600: write 86400 or more/,
  ],
  [
    'a hosted zone that holds no name of ours',
    { domains: ['example.com'], hostedZones: { 'ample.com': 'Z0123456789ABCDEFGHIJ' } },
    /hostedZones\.ample\.com is "Z0123456789ABCDEFGHIJ": neither one of `domains` nor fargate\.hostname is in the zone/,
  ],
  [
    'a hosted zone by its name',
    { domains: ['example.com'], hostedZones: { 'example.com': 'example.com' } },
    /hostedZones\.example\.com is "example\.com": write the id of a public hosted zone/,
  ],
  ['an account that is none', { account: '12345' }, /account is "12345": write the twelve digits/],
  ['a stage with capitals', { stage: 'Prod' }, /stage is "Prod": write up to 12 lower-case/],
  [
    'a route that is not there',
    { smtp: { recipients: [{ match: 'info', route: 'office' }] }, routes: [{ name: 'sales', kinds: ['message'] }] },
    /smtp\.recipients\.0\.route is "office": there is no such route: name one of `routes` \(sales\), or add \{ name: "office" \}/,
  ],
  ['a route that nothing leads to', { routes: [{ name: 'office' }] }, /routes\.0\.name is "office": no mail can match/],
  [
    'two routes of one name',
    { routes: ['a', 'b'].map((match) => ({ name: 'x', recipients: [match] })) },
    /routes\.1\.name is "x": another route has/,
  ],
  ['a route named like a dead-letter queue', { routes: [{ name: 'a-dlq', kinds: ['bounce'] }] }, /"-dlq" are reserved/],
  [
    'a route name with a dot',
    { routes: [{ name: 'a.b', kinds: ['bounce'] }] },
    /routes\.0\.name is "a\.b": write up to 30/,
  ],
  [
    'a route whose messages expire at once',
    { routes: [{ name: 'x', kinds: ['bounce'], queue: { retentionSeconds: 300 } }] },
    /routes\.0\.queue.*: its retentionSeconds \(300\) has to be longer/,
  ],
  [
    'more rules than fit',
    { routes: [{ name: 'x', recipients: Array.from({ length: 100 }, (_, n) => `someone.number.${n}@example.com`) }] },
    /routes.*: the rules take \d+ bytes/,
  ],
  ['an unknown runtime', { runtime: 'nodejs18.x' }, /runtime is "nodejs18\.x": write "nodejs20\.x" or/],
  [
    'a message over 1 MiB',
    { queue: { messageLimitBytes: 2_000_000 } },
    /queue\.messageLimitBytes is 2000000: SQS carries 1 MiB/,
  ],
  [
    'a retention below the visibility timeout',
    { queue: { retentionSeconds: 120, visibilityTimeoutSeconds: 300 } },
    /queue\.retentionSeconds is 120: it has to be longer than queue\.visibilityTimeoutSeconds \(300\)/,
  ],
  [
    'a retention over 14 days',
    { queue: { retentionSeconds: 2_000_000 } },
    /queue\.retentionSeconds is 2000000: SQS keeps/,
  ],
  [
    'an invalid CIDR',
    { network: { mode: 'public', cidr: '10.0.0.300/16' } },
    /network\.cidr is "10\.0\.0\.300\/16": write a private/,
  ],
  ['a CIDR with host bits', { network: { mode: 'public', cidr: '10.0.0.1/16' } }, /network\.cidr is "10\.0\.0\.1\/16"/],
  ['a CIDR that is too small', { network: { mode: 'isolated', cidr: '10.0.0.0/28' } }, /from \/16 to \/24/],
  ['an unknown network', { network: { mode: 'private' } }, /network\.mode is "private"/],
  [
    'one subnet',
    { network: { mode: 'existing', vpcId: 'vpc-0a1b2c3d', balancerSubnetIds: ['subnet-0a1b2c3d'], taskSubnetIds: [] } },
    /network\.balancerSubnetIds is \["subnet-0a1b2c3d"\]: name subnets in two/,
  ],
  [
    'a size Fargate lacks',
    { fargate: { cpu: 1024 } },
    /fargate\.memoryMb.*: with fargate\.cpu 1024, Fargate offers 2048 to 8192/,
  ],
  [
    'a size between two of the smallest CPU',
    { fargate: { cpu: 256, memoryMb: 1536 } },
    /fargate\.memoryMb is 1536: with fargate\.cpu 256, Fargate offers 512, 1024 or 2048 MB: write one of these/,
  ],
  [
    'a size between two steps',
    { fargate: { cpu: 512, memoryMb: 1536 } },
    /fargate\.memoryMb is 1536: with fargate\.cpu 512, Fargate offers 1024 to 4096 MB in steps of 1024: write one of these/,
  ],
  [
    'more tasks at rest than at most',
    { fargate: { minTasks: 4, maxTasks: 2 } },
    /fargate\.maxTasks is 2: it has to be/,
  ],
  [
    'a limit of the parser beside pollers of its own',
    { parser: { maxConcurrency: 50, provisionedPollers: { min: 2, max: 20 } } },
    /parser\.provisionedPollers is .*: Lambda accepts only one of the two: leave out parser\.maxConcurrency \(50\)/,
  ],
  [
    'more pollers at least than at most',
    { parser: { provisionedPollers: { min: 20, max: 2 } } },
    /parser\.provisionedPollers\.max is 2: it has to be parser\.provisionedPollers\.min \(20\) or more/,
  ],
  ['one poller', { parser: { provisionedPollers: { min: 1, max: 2 } } }, /parser\.provisionedPollers\.min is 1: .*2/],
  [
    'an image without a tag',
    { fargate: { imageUri: 'registry.example/edge' } },
    /fargate\.imageUri is .*tag or a digest/,
  ],
  [
    'an image that an isolated network cannot reach',
    { network: { mode: 'isolated' }, fargate: { imageUri: 'registry.example/edge:1' } },
    /fargate\.imageUri is "registry\.example\/edge:1": an isolated network reaches ECR only/,
  ],
  ['half an ARN', { tls: { secretArn: 'my-secret' } }, /tls\.secretArn is "my-secret": write the complete ARN/],
  [
    'a secret elsewhere',
    { region: 'eu-west-1', tls: { secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:mx-AbCdEf' } },
    /tls\.secretArn is .*: the secret has to be in the region of the deployment, eu-west-1/,
  ],
  [
    'raw mail that expires under way',
    { storage: { rawExpireAfterDays: 7 } },
    /storage\.rawExpireAfterDays is 7: write 15 or more/,
  ],
  [
    'a lock longer than the life',
    { storage: { rawExpireAfterDays: 30, objectLockDays: 60 } },
    /storage\.rawExpireAfterDays is 30: it has to be storage\.objectLockDays \(60\) or more/,
  ],
  [
    'tiers in the wrong order',
    { storage: { rawInfrequentAccessAfterDays: 60, rawGlacierAfterDays: 70 } },
    /storage\.rawGlacierAfterDays is 70: .*write 90 or more/,
  ],
  [
    'a removal that a lock forbids',
    { storage: { objectLockDays: 30 }, teardown: 'remove' },
    /teardown is "remove": a bucket with storage\.objectLockDays cannot be emptied/,
  ],
  ['a log retention CloudWatch lacks', { logs: { retentionDays: 42 } }, /logs\.retentionDays is 42: write 1 or 3 or/],
  ['an address that is none', { alarms: { email: 'ops' } }, /alarms\.email is "ops": write a mail address/],
  ['a text for a number', { parser: { memoryMb: '1024' } }, /parser\.memoryMb is "1024": write a/],
  ['a misspelt setting', { queue: { retention: 60 } }, /queue\.retention is 60: there is no such setting/],
];

describe('configuration', () => {
  it.each(BAD)('refuses %s', (_, input, message) => {
    expect(() => parseConfig(input, 'pipeline.config.ts')).toThrow(message);
  });

  it('names every wrong field at once, and the file', () => {
    const wrong = { queue: { messageLimitBytes: 1 }, parser: { timeoutSeconds: 0 } };
    expect(() => parseConfig(wrong, 'my.config.ts')).toThrow(
      /^my\.config\.ts:\n {2}parser\.timeoutSeconds is 0: .*\n {2}queue\.messageLimitBytes is 1: .*$/,
    );
  });

  it('has a default for everything except the domains', () => {
    expect(defineConfig({})).not.toHaveProperty('domains');
  });

  it('accepts its own output again', () => {
    const config = defineConfig({ domains: ['example.com'] });
    expect(defineConfig(config)).toEqual(config);
  });

  it('is documented in docs/configuration.md as it is (run "npm run docs")', () => {
    expect(readFileSync('docs/configuration.md', 'utf8')).toBe(configurationReference());
  });

  it('is a prop of the construct with its description (run "npm run docs")', () => {
    expect(readFileSync('lib/setting-props.ts', 'utf8')).toBe(settingsInterface());
  });
});
