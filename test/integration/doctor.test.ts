import { createHash, X509Certificate } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../cli/program.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { type AccountState, type FakeAccount, startFakeAccount } from '../support/aws-account.ts';
import { startSmtpServer } from '../support/certified-smtp-server.ts';
import { testContext } from '../support/cli-context.ts';
import { type DnsServer, startDnsServer, type Zone } from '../support/dns-server.ts';
import { type LocalSqs, startLocalSqs } from '../support/local-sqs.ts';

const ROLE = 'arn:aws:iam::123456789012:role/mail-consumer';
const directory = mkdtempSync(join(tmpdir(), 'doctor-'));
const own = selfSignedCertificate('edge.elb.test');
const ended = selfSignedCertificate('mx.example.com', -0.5);

let sqs: LocalSqs;
let smtp: Awaited<ReturnType<typeof startSmtpServer>>;
let endedSmtp: typeof smtp;
let plainSmtp: typeof smtp;
let fake: FakeAccount;
let dns: DnsServer;
let zone: Zone;
let state: AccountState;
let count = 0;

beforeAll(async () => {
  sqs = await startLocalSqs();
  await sqs.queue('mail-pipeline-prod-parsed-mail');
  smtp = await startSmtpServer(own);
  endedSmtp = await startSmtpServer(ended);
  plainSmtp = await startSmtpServer(null);
  zone = {};
  dns = await startDnsServer(zone);
  fake = await startFakeAccount(healthyAccount());
});

afterAll(async () => {
  await Promise.all([smtp.stop(), endedSmtp.stop(), plainSmtp.stop(), sqs.stop(), dns.stop(), fake.stop()]);
  rmSync(directory, { recursive: true });
});

beforeEach(() => {
  for (const name of Object.keys(zone)) delete zone[name];
  Object.assign(zone, healthyZone());
  state = Object.assign(fake.state, healthyAccount());
});

const healthyZone = (): Zone => ({
  'example.com': [{ type: 'MX', data: '10 edge.elb.test' }],
  'edge.elb.test': [{ type: 'A', data: '192.0.2.1' }],
  '_smtp._tls.example.com': [{ type: 'TXT', data: 'v=TLSRPTv1; rua=mailto:tls-reports@example.com' }],
});

function healthyAccount(): AccountState {
  const stack = (outputs: Record<string, string> = {}) => ({ status: 'UPDATE_COMPLETE', outputs });
  const url = sqs.url('mail-pipeline-prod-parsed-mail');
  return {
    stacks: {
      'mail-pipeline-prod-storage': stack({
        ParsedMailQueueUrl: url,
        ParsedMailQueueArn: 'arn:aws:sqs:eu-west-1:123456789012:mail-pipeline-prod-parsed-mail',
        ContentBucketName: 'content',
      }),
      'mail-pipeline-prod-processing': stack(),
      'mail-pipeline-prod-network': stack(),
      'mail-pipeline-prod-ingress': stack({ MxTarget: 'edge.elb.test' }),
      'mail-pipeline-prod-observability': stack({ AlarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms' }),
      'mail-pipeline-prod-mta-sts': stack({ MtaStsTarget: 'd1.cloudfront.net' }),
    },
    subscriptions: [{ protocol: 'email', endpoint: 'ops@example.org', confirmed: true }],
    concurrency: 1_000,
    receiptRules: { name: 'mail-pipeline-prod', rules: [{ name: 'mail-pipeline-prod', enabled: true }] },
    denied: [],
    principals: [ROLE],
    forbidden: [],
  };
}

async function doctor(settings: object, ...args: string[]) {
  const file = join(directory, `config-${count++}.mjs`);
  const config = { domains: ['example.com'], alarms: { email: 'ops@example.org' }, ...settings };
  writeFileSync(file, `export default ${JSON.stringify(config)};`);
  const context = testContext(
    {},
    {
      account: async () => fake.account,
      queue: async (url) => sqs.at(url.slice(url.lastIndexOf('/') + 1)),
      resolver: () => {
        const resolver = new Resolver({ timeout: 2_000, tries: 1 });
        resolver.setServers([dns.address]);
        return resolver;
      },
      now: () => new Date(),
    },
  );
  const where = args.includes('--smtp') ? [] : ['--smtp', `127.0.0.1:${smtp.port}`];
  const code = await run(['doctor', '--config', file, '--no-canary', ...where, ...args], context);
  return { code, lines: context.printed().trimEnd().split('\n'), complained: context.complained() };
}

/** Lines that failed. */
const failed = (lines: string[]) => lines.filter((line) => line.startsWith('FAIL'));

describe('mail-pipeline doctor of a deployment', () => {
  it('says ok to each check of a healthy one, in the order of their price', async () => {
    const { code, lines } = await doctor({});
    expect(failed(lines)).toEqual([]);
    expect(lines.map((line) => /^(\w+) +(.*?): /.exec(line)?.slice(1).join(' '))).toEqual([
      ...['storage', 'processing', 'network', 'ingress', 'observability'].map(
        (role) => `ok stack mail-pipeline-prod-${role}`,
      ),
      'ok concurrency of functions',
      'ok subscription of alarms',
      'ok permissions of the consumer',
      'ok A of edge.elb.test',
      'ok MX of example.com',
      'ok TLS-RPT of example.com',
      `ok SMTP at 127.0.0.1:${smtp.port}`,
      'ok STARTTLS',
      'ok certificate',
      'skip TLSA of _25._tcp.edge.elb.test',
      'skip canary mail',
    ]);
    expect(code).toBe(0);
  });

  const setStack = (role: string, status: string) => () => {
    const stack = state.stacks[`mail-pipeline-prod-${role}`];
    if (stack !== undefined) stack.status = status;
  };
  const setZone =
    (name: string, ...records: [type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT', data: string][]) =>
    () => {
      zone[name] = records.map(([type, data]) => ({ type, data }));
    };
  const HOSTNAME = { fargate: { hostname: 'mx.example.com' } };
  const SES = { ingress: 'both', region: 'eu-west-1' };
  const MX = '10 edge.elb.test';

  it.each<[what: string, settings: object, broken: () => void, line: RegExp]>([
    [
      'a stack is missing',
      {},
      () => delete state.stacks['mail-pipeline-prod-processing'],
      /^FAIL {2}stack mail-pipeline-prod-processing: it does not exist in eu-west-1 — run "npx cdk deploy --all"/,
    ],
    [
      'an update was rolled back',
      {},
      setStack('ingress', 'UPDATE_ROLLBACK_COMPLETE'),
      /stack mail-pipeline-prod-ingress: UPDATE_ROLLBACK_COMPLETE: .* — "aws cloudformation describe-stack-events --stack-name mail-pipeline-prod-ingress --region eu-west-1"/,
    ],
    [
      'a deployment is running',
      {},
      setStack('storage', 'UPDATE_IN_PROGRESS'),
      /storage: .* — wait until the deployment ends/,
    ],
    ['a stack failed', {}, setStack('storage', 'ROLLBACK_FAILED'), /storage: ROLLBACK_FAILED — .*deploy again/],
    [
      'the account runs few functions',
      {},
      () => Object.assign(state, { concurrency: 10 }),
      /concurrency of functions: the account allows 10 concurrent executions.* — request a higher Lambda quota "Concurrent executions"/,
    ],
    [
      'the account runs fewer functions than configured',
      { parser: { maxConcurrency: 1_000 } },
      () => {},
      /this configuration uses up to 1\d\d\d\. .* or lower parser\.maxConcurrency/,
    ],
    [
      'the subscription waits for its confirmation',
      {},
      () =>
        Object.assign(state, { subscriptions: [{ protocol: 'email', endpoint: 'ops@example.org', confirmed: false }] }),
      /subscription of alarms: ops@example\.org has not confirmed the subscription.* — follow the link/,
    ],
    [
      'nobody subscribed',
      { alarms: {} },
      () => Object.assign(state, { subscriptions: [] }),
      /subscription of alarms: nobody is notified of alarms — set alarms\.email/,
    ],
    [
      'no rule set of SES is active',
      SES,
      () => Object.assign(state, { receiptRules: null }),
      /active rule set of SES: no rule set is active: .* — run "aws ses set-active-receipt-rule-set --rule-set-name mail-pipeline-prod"/,
    ],
    [
      'another rule set of SES is active',
      SES,
      () => Object.assign(state, { receiptRules: { name: 'other', rules: [] } }),
      /other is active, not mail-pipeline-prod/,
    ],
    [
      'the rule of SES is off',
      SES,
      () =>
        Object.assign(state, {
          receiptRules: { name: 'mail-pipeline-prod', rules: [{ name: 'mail-pipeline-prod', enabled: false }] },
        }),
      /mail-pipeline-prod has no enabled rule mail-pipeline-prod — deploy/,
    ],
    [
      'a record that proves a domain to SES is missing',
      SES,
      () =>
        Object.assign(state.stacks['mail-pipeline-prod-ingress']?.outputs ?? {}, {
          VerifyexampleDotcom: 'a._domainkey.example.com. CNAME a.dkim.amazonses.com.',
        }),
      /SES records VerifyexampleDotcom: 1 of 1 are missing.* — publish a\._domainkey\.example\.com\. CNAME a\.dkim\.amazonses\.com\./,
    ],
    [
      'there is no MX',
      {},
      setZone('example.com'),
      /MX of example\.com: there is no such record — publish example\.com\. MX 10 edge\.elb\.test\./,
    ],
    [
      'the MX is another',
      {},
      setZone('example.com', ['MX', '10 other.test']),
      /MX of example\.com: it is 10 other\.test — publish/,
    ],
    [
      'another MX comes first',
      {},
      setZone('example.com', ['MX', '5 other.test'], ['MX', MX]),
      /senders try other\.test before this pipeline — remove other\.test, or give it a preference above 10/,
    ],
    [
      'the MX of SES is missing behind that of the edge',
      SES,
      () => {},
      /MX of example\.com: it is 10 edge\.elb\.test — publish example\.com\. MX 20 inbound-smtp\.eu-west-1\.amazonaws\.com\./,
    ],
    [
      'DNS fails',
      {},
      () => Object.assign(zone, { 'example.com': 'servfail' }),
      /MX of example\.com: DNS answers SERVFAIL — /,
    ],
    [
      'the load balancer has no address',
      {},
      setZone('edge.elb.test'),
      /A of edge\.elb\.test: the load balancer has no address/,
    ],
    [
      'the host name has no address',
      HOSTNAME,
      () => {},
      /A of mx\.example\.com: there is no such record — publish "mx\.example\.com\. A" .*192\.0\.2\.1/,
    ],
    [
      'the host name leads elsewhere',
      HOSTNAME,
      setZone('mx.example.com', ['A', '192.0.2.1'], ['A', '192.0.2.9']),
      /A of mx\.example\.com: 192\.0\.2\.9 is not an address of the load balancer/,
    ],
    [
      'the host name is a CNAME',
      HOSTNAME,
      setZone('mx.example.com', ['A', '192.0.2.1'], ['CNAME', 'edge.elb.test']),
      /CNAME of mx\.example\.com: it is an alias of edge\.elb\.test/,
    ],
    [
      'the host name has an IPv6 address that nobody serves',
      HOSTNAME,
      setZone('mx.example.com', ['A', '192.0.2.1'], ['AAAA', '2001:db8::1']),
      /AAAA of mx\.example\.com: it is 2001:db8::1, which is not a load balancer/,
    ],
    ['TLS-RPT is missing', {}, setZone('_smtp._tls.example.com'), /TLS-RPT of example\.com: there is no TXT record/],
    [
      'TLS-RPT is there twice',
      {},
      setZone(
        '_smtp._tls.example.com',
        ['TXT', 'v=TLSRPTv1; rua=mailto:a@b.test'],
        ['TXT', 'v=TLSRPTv1;rua=mailto:c@b.test'],
      ),
      /TLS-RPT of example\.com: there are 2 records, and senders then ignore them all/,
    ],
  ])('says what is wrong when %s, and exits with 1', async (_what, settings, broken, line) => {
    broken();
    const { code, lines } = await doctor(settings);
    expect(failed(lines).join('\n')).toMatch(new RegExp(line.source, 'm'));
    expect(code).toBe(1);
  });

  describe('with MTA-STS', () => {
    const settings = {
      fargate: { hostname: 'mx.example.com' },
      tls: { secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf' },
      mtaSts: {},
    };
    const announced = '_mta-sts.example.com';

    it('names the record to publish, and is content with it', async () => {
      const { lines } = await doctor(settings);
      const [, id] = /publish _mta-sts\.example\.com\. TXT "(v=STSv1; id=\w+)"/.exec(failed(lines).join('\n')) ?? [];
      zone[announced] = [{ type: 'TXT', data: String(id) }];
      zone['mta-sts.example.com'] = [
        { type: 'CNAME', data: 'd1.cloudfront.net' },
        { type: 'A', data: '192.0.2.3' },
      ];
      const after = await doctor(settings);
      expect(after.lines).toContainEqual(`ok    MTA-STS of example.com: ${id}`);
      expect(after.lines).toContainEqual('ok    policy host mta-sts.example.com: d1.cloudfront.net');
    });

    it('says when the record is of an older policy, or its host leads elsewhere', async () => {
      zone[announced] = [{ type: 'TXT', data: 'v=STSv1; id=1' }];
      zone['mta-sts.example.com'] = [
        { type: 'CNAME', data: 'other.test' },
        { type: 'A', data: '192.0.2.3' },
      ];
      const text = failed((await doctor(settings)).lines).join('\n');
      expect(text).toMatch(/MTA-STS of example\.com: it is v=STSv1; id=1, so senders keep an older policy — publish/);
      expect(text).toMatch(
        /policy host mta-sts\.example\.com: it points to other\.test — publish mta-sts\.example\.com\. CNAME d1\.cloudfront\.net\./,
      );
    });
  });

  it('says what a certificate lacks that others should be able to check', async () => {
    const settings = {
      ...HOSTNAME,
      tls: { secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf' },
    };
    const [selfSigned, expired, none] = await Promise.all(
      [smtp, endedSmtp, plainSmtp].map(({ port }) => doctor(settings, '--smtp', `127.0.0.1:${port}`)),
    );
    expect(failed(selfSigned?.lines ?? []).join()).toMatch(/FAIL {2}certificate: it is self-signed — put/);
    expect(failed(expired?.lines ?? []).join()).toMatch(
      /FAIL {2}certificate: it expired on \d{4}-\d\d-\d\d — see docs\/runbook/,
    );
    expect(failed(none?.lines ?? []).join()).toMatch(/FAIL {2}STARTTLS: the server does not offer it/);
  });

  it('says when the server cannot be reached, and then sends nothing', async () => {
    const { lines, code } = await doctor({}, '--smtp', '127.0.0.1:1');
    expect(failed(lines).join()).toMatch(
      /SMTP at 127\.0\.0\.1:1: nothing listens .* — try again from a server that may send mail/,
    );
    expect(code).toBe(1);
  });

  it('has IAM simulate what a consumer does, on every queue that is consumed', async () => {
    const settings = { routes: [{ name: 'orders', recipients: ['orders'] }] };
    const allowed = await doctor(settings, '--consumer', ROLE);
    expect(allowed.lines.join('\n')).toMatch(
      /^ok {4}permissions of the consumer: IAM's simulator allows .* all 8 actions/m,
    );
    state.denied = ['sqs:DeleteMessage'];
    const text = failed((await doctor(settings, '--consumer', ROLE)).lines).join();
    expect(text).toMatch(
      /sqs:DeleteMessage on arn:aws:sqs:\S+-parsed-mail, sqs:DeleteMessage on arn:aws:sqs:\S+-parsed-mail-orders —/,
    );
    const missing = await doctor({}, '--consumer', `${ROLE}-typo`);
    expect(failed(missing.lines).join()).toMatch(
      /arn:aws:iam::123456789012:role\/mail-consumer-typo does not exist — correct --consumer/,
    );
  });

  it('skips what it may not ask, and names the permission', async () => {
    state.forbidden = ['DescribeStacks', 'GetAccountSettings', 'SimulatePrincipalPolicy'];
    const { code, lines } = await doctor({}, '--consumer', ROLE);
    const text = lines.join('\n');
    expect(text).toMatch(/^skip {2}stacks: this check needs cloudformation:DescribeStacks/m);
    expect(text).toMatch(/^skip {2}concurrency of functions: this check needs lambda:GetAccountSettings/m);
    expect(text).toMatch(/^skip {2}permissions of the consumer: cannot tell the queue/m);
    expect(code).toBe(0);
    state.forbidden = ['SimulatePrincipalPolicy'];
    expect((await doctor({}, '--consumer', ROLE)).lines.join('\n')).toMatch(
      /^skip {2}permissions of the consumer: allow iam:SimulatePrincipalPolicy/m,
    );
  });

  it('prints JSON lines', async () => {
    const { lines } = await doctor({}, '--json');
    expect(lines.map((line) => JSON.parse(line))).toContainEqual({
      check: 'MX of example.com',
      status: 'ok',
      text: '10 edge.elb.test',
      remedy: null,
    });
  });

  it.each([
    [['--stage', 'Prod'], /stage is "Prod"/],
    [['--consumer', 'mail-consumer'], /--consumer "mail-consumer": give the ARN/],
    [['--wait', '0'], /--wait is "0"/],
    [['now'], /"now": doctor takes options only/],
  ])('is called wrongly with %j', async (args, complaint) => {
    const { code, complained, lines } = await doctor({}, ...args);
    expect(code).toBe(2);
    expect(complained).toMatch(complaint);
    expect(lines).toEqual(['']);
  });

  it('looks at no other region than that of the configuration', async () => {
    const { code, complained } = await doctor({ region: 'eu-central-1' });
    expect(code).toBe(2);
    expect(complained).toContain('set AWS_REGION=eu-central-1');
  });

  // Node 20 cannot ask for TLSA records.
  it.skipIf(Number(process.versions.node.split('.')[0]) < 24)(
    'compares TLSA records with the certificate',
    async () => {
      const spki = new X509Certificate(own.chain).publicKey.export({ type: 'spki', format: 'der' });
      const digest = createHash('sha256').update(spki).digest('hex');
      zone['_25._tcp.edge.elb.test'] = [{ type: 'TLSA', data: `3 1 1 ${digest}` }];
      expect((await doctor({})).lines).toContainEqual(
        'ok    TLSA of _25._tcp.edge.elb.test: it matches the certificate',
      );
      zone['_25._tcp.edge.elb.test'] = [{ type: 'TLSA', data: `3 1 1 ${digest.replace(/./g, '0')}` }];
      expect(failed((await doctor({})).lines).join()).toMatch(/TLSA of .* no record matches the certificate/);
    },
  );
});
