import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../core/config/define-config.ts';
import { deployableConfig } from '../../core/config/deployable.ts';

/** There is no table of each region's zone ids here; these are some that AWS documents. */
const ZONE_IDS: readonly [region: string, id: string][] = [
  ['us-east-1', 'use1-az4'],
  ['us-gov-west-1', 'usgw1-az1'],
  ['ap-northeast-2', 'apne2-az1'],
  ['ap-southeast-3', 'apse3-az2'],
  ['cn-northwest-1', 'cnnw1-az1'],
  ['eu-central-1', 'euc1-az2'],
  ['me-south-1', 'mes1-az1'],
  ['sa-east-1', 'sae1-az3'],
];

const ECR = '123456789012.dkr.ecr.us-east-1.amazonaws.com/edge:1';
const isolated = { mode: 'isolated' };
const lockedSes = { region: 'eu-west-1', storage: { objectLockDays: 30 } };

/** Configurations that AWS rejects, whatever runs them: local mode reports them, too. */
const REFUSED: readonly [what: string, input: object, message: RegExp][] = [
  [
    'an image of another region in an isolated network',
    { region: 'eu-west-1', network: isolated, fargate: { imageUri: ECR } },
    /fargate\.imageUri is ".*": an isolated network reaches the ECR of its own region only: copy .* in eu-west-1/,
  ],
  [
    'an image of ECR Public in an isolated network',
    { network: isolated, fargate: { imageUri: 'public.ecr.aws/example/edge:1' } },
    /fargate\.imageUri is .*: an isolated network reaches ECR only/,
  ],
  [
    'an image whose path looks like ECR',
    { network: isolated, fargate: { imageUri: 'registry.example/a.dkr.ecr.b/edge:1' } },
    /fargate\.imageUri is .*: an isolated network reaches ECR only/,
  ],
  [
    'an image of another partition',
    { region: 'cn-north-1', enrichment: { ocr: { enabled: false } }, fargate: { imageUri: ECR } },
    /fargate\.imageUri is .*: us-east-1 is in another partition \(aws\)/,
  ],
  [
    'SES into a locked bucket',
    { ...lockedSes, ingress: 'ses' },
    /storage\.objectLockDays is 30: SES cannot store mail in/,
  ],
  [
    'SES beside the edge into a locked bucket',
    { ...lockedSes, ingress: 'both' },
    /set ingress to "fargate" instead of/,
  ],
  [
    'a rule name that SES refuses',
    { ingress: 'ses', region: 'eu-west-1', stage: 'dev-' },
    /stage is "dev-": SES refuses rule names/,
  ],
  [
    'an MTA-STS name too long for ACM',
    { ingress: 'ses', region: 'eu-west-1', mtaSts: {}, domains: [`${'a'.repeat(55)}.example`] },
    /domains is .*: mtaSts needs a certificate for mta-sts\.<domain>, .* up to 64 characters/,
  ],
  ['one zone', { network: { mode: 'public', zones: ['us-east-1a'] } }, /network\.zones is .*: name at least two zones/],
  ['four zones', { network: { zones: ['a', 'b', 'c', 'd'].map((z) => `us-east-1${z}`) } }, /name three zones at most/],
  ['a zone twice', { network: { zones: ['us-east-1a', 'us-east-1a'] } }, /name each zone once/],
  ['a name and an id', { network: { zones: ['us-east-1a', 'use1-az2'] } }, /write either names or ids, not both/],
  ['a Local Zone', { network: { zones: ['us-east-1-bos-1a', 'us-east-1b'] } }, /zones\.0 is .*: write a zone such as/],
  [
    'zones of another region, by name',
    { region: 'eu-west-1', network: { zones: ['us-east-1a', 'us-east-1b'] } },
    /network\.zones is .*: us-east-1a and us-east-1b are not in the region of the deployment, eu-west-1/,
  ],
  [
    'zones of another region, by id',
    { region: 'eu-west-1', network: { ...isolated, zones: ['euw1-az1', 'euw2-az1'] } },
    /network\.zones is .*: euw2-az1 are not in the region/,
  ],
  [
    'a zone without Fargate',
    { region: 'us-west-1', network: { zones: ['usw1-az1', 'usw1-az2'] } },
    /network\.zones is .*: Fargate is not available in usw1-az2: choose from usw1-az1, usw1-az3/,
  ],
  [
    'zones for subnets that are there',
    {
      network: {
        mode: 'existing',
        vpcId: 'vpc-0a1b2c3d',
        balancerSubnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3d'],
        taskSubnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'],
      },
    },
    /network\.balancerSubnetIds is .*: name each subnet once/,
  ],
  ['a public block that looks shared', { network: { cidr: '100.128.0.0/16' } }, /network\.cidr is .*: write a private/],
];

/** `network` without a mode defaults to public. */
const withMode = (input: object) => {
  const network: unknown = Reflect.get(input, 'network');
  return typeof network === 'object' ? { ...input, network: { mode: 'public', ...network } } : input;
};

describe('a configuration that AWS refuses', () => {
  it.each(REFUSED)('is refused: %s', (_, input, message) => {
    expect(() => parseConfig(withMode(input), 'pipeline.config.ts')).toThrow(message);
  });

  it.each([
    ['an image of its own region', { region: 'us-east-1', network: isolated, fargate: { imageUri: ECR } }],
    ['an image of a region while that of the deployment is open', { network: isolated, fargate: { imageUri: ECR } }],
    ['an image elsewhere where the network reaches it', { region: 'eu-west-1', fargate: { imageUri: ECR } }],
    ['an image that SES alone does not use', { ...lockedSes, storage: {}, ingress: 'ses', network: isolated }],
    ['a lock on mails of the edge', { ...lockedSes, ingress: 'fargate' }],
    ['zones while the region is open', { network: { mode: 'public', zones: ['eu-west-1a', 'eu-west-1b'] } }],
    ['zones with Fargate', { region: 'us-west-1', network: { mode: 'public', zones: ['usw1-az1', 'usw1-az3'] } }],
    ['a rule set with a dot in its name', { ingress: 'ses', region: 'eu-west-1', ses: { ruleSet: 'mail.rules' } }],
  ])('is not refused with %s', (_, input) => {
    expect(() => parseConfig(input, 'pipeline.config.ts')).not.toThrow();
  });

  it.each(ZONE_IDS)('is recognised by the zone ids of %s', (region, id) => {
    const network = { mode: 'public', zones: [id, id.replace(/\d+$/, '7')] };
    const ocr = { enabled: false };
    expect(() => parseConfig({ region, network, enrichment: { ocr } }, 'pipeline.config.ts')).not.toThrow();
  });
});

const deploy = (input: object) => () => deployableConfig(parseConfig({ domains: ['example.com'], ...input }, 'f'));

const hooks = (recipients: string, mails = recipients) => ({
  smtp: { recipientHook: { url: recipients }, dataHook: { url: mails } },
});
const service = (url: string) => ({ url, secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:k-AbCdEf' });

describe('a service that a deployment cannot reach', () => {
  it.each([
    ['a public name', 'https://hooks.example.com/'],
    ['a public address', 'http://192.0.2.7:8000/'],
    ['a public IPv6 address', 'http://[2001:db8::7]/'],
    ['a public balancer', 'https://hooks-1.eu-west-1.elb.amazonaws.com/'],
  ])('is refused as a hook of an isolated network: %s', (_, url) => {
    const wrong = deploy({ network: isolated, ...hooks(url) });
    expect(wrong).toThrow(/smtp\.recipientHook\.url is ".*": an isolated network has no internet access: write a/);
    expect(wrong).toThrow(/smtp\.dataHook\.url is ".*": .* such as one in 10\.40\.0\.0\/16/);
    expect(deploy(hooks(url))).not.toThrow();
    expect(deploy({ network: isolated, ...hooks(url), ingress: 'ses', region: 'eu-west-1' })).not.toThrow();
  });

  it.each([
    'http://10.40.3.4:8000/',
    'http://100.64.0.9/',
    'http://[fd12:3456::1]/',
    'http://rspamd.internal:11333/',
    'http://hook.mail.local./',
    'http://internal-hooks-1.eu-west-1.elb.amazonaws.com/',
    'http://vpce-0a1b-2c3d.execute-api.eu-west-1.vpce.amazonaws.com/',
  ])('is not a hook inside the network: %s', (url) => {
    expect(deploy({ network: isolated, ...hooks(url) })).not.toThrow();
  });

  it.each(['http://127.0.0.1:8000/', 'http://[::1]/', 'http://localhost:8000/', 'http://169.254.169.254/'])(
    'is this machine, in every network: %s',
    (url) => {
      expect(deploy(hooks('http://10.0.0.4/', url))).toThrow(
        /smtp\.dataHook\.url is ".*": a deployed edge finds no service/,
      );
      expect(() => parseConfig(hooks(url), 'f')).not.toThrow();
    },
  );

  it.each(['https://10.40.3.4/', 'https://hook.internal/', 'https://127.0.0.1/', 'https://[fd12::1]/'])(
    'is a private address for the functions: %s',
    (url) => {
      const { model, detonation } = { model: service(url), detonation: service(url) };
      const wrong = deploy({ webhook: { url }, routes: [{ name: 'a', kinds: ['bounce'], webhook: { url } }] });
      expect(wrong).toThrow(/ {2}webhook\.url is ".*": deployed functions run outside any VPC/);
      expect(wrong).toThrow(/ {2}routes\.0\.webhook\.url is /);
      expect(deploy({ enrichment: { model } })).toThrow(/enrichment\.model\.url is ".*": deployed functions/);
      expect(deploy({ enrichment: { detonation } })).toThrow(/enrichment\.detonation\.url is ".*": deployed functions/);
    },
  );

  it.each(['127.0.0.1', 'clamd.internal', 'clamd', '10.0.0.9', '::1'])('is a private clamd: %s', (host) => {
    const clamd = { host };
    expect(deploy({ enrichment: { malware: { clamd } } })).toThrow(
      /enrichment\.malware\.clamd\.host is ".*": .* set enrichment\.malware\.guardDuty to true/,
    );
    expect(deploy({ network: isolated, enrichment: { malware: { clamd } } })).toThrow(/malware\.clamd\.host/);
    expect(deploy({ enrichment: { malware: { clamd, guardDuty: true } } })).not.toThrow();
    expect(() => parseConfig({ enrichment: { malware: { clamd } } }, 'f')).not.toThrow();
  });

  it('is reported for every field at once', () => {
    const input = { webhook: { url: 'https://10.0.0.1/' }, network: isolated, ...hooks('https://hooks.example.com/') };
    expect(deploy(input)).toThrow(/^pipeline\.config\.ts:(\n {2}\S+ is ".*": .*){3}$/);
  });
});
