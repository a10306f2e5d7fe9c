import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { failed, startExaminedDeployment } from '../support/examined-deployment.ts';

const { smtp, zone, state, heal, doctor, stop } = await startExaminedDeployment();
beforeEach(heal);
afterAll(stop);

describe('mail-pipeline doctor of a deployment', () => {
  it('reports ok for each check of a healthy one, cheapest first', async () => {
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
      'there is no subscription',
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
      'the host name has an IPv6 address of another host',
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

    it('names the record to publish, and accepts it', async () => {
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

    it('reports a record of an older policy, or a host that points elsewhere', async () => {
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
});
