import { createHash, X509Certificate } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { failed, ROLE, startExaminedDeployment } from '../support/examined-deployment.ts';

const { own, smtp, endedSmtp, plainSmtp, zone, state, heal, doctor, stop } = await startExaminedDeployment();
beforeEach(heal);
afterAll(stop);

describe('mail-pipeline doctor', () => {
  it('reports what is wrong with a certificate that senders should be able to verify', async () => {
    const settings = {
      fargate: { hostname: 'mx.example.com' },
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

  it('reports an unreachable server, and then sends nothing', async () => {
    const { lines, code } = await doctor({}, '--smtp', '127.0.0.1:1');
    expect(failed(lines).join()).toMatch(
      /SMTP at 127\.0\.0\.1:1: nothing listens .* — try again from a server that may send mail/,
    );
    expect(code).toBe(1);
  });

  it('has IAM simulate the permissions of a consumer on every consumed queue', async () => {
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

  it('skips checks it has no permission for, and names the permission', async () => {
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
  ])('rejects the arguments %j', async (args, complaint) => {
    const { code, complained, lines } = await doctor({}, ...args);
    expect(code).toBe(2);
    expect(complained).toMatch(complaint);
    expect(lines).toEqual(['']);
  });

  it('refuses a region other than the configured one', async () => {
    const { code, complained } = await doctor({ region: 'eu-central-1' });
    expect(code).toBe(2);
    expect(complained).toContain('set AWS_REGION=eu-central-1');
  });

  // Node 20 cannot query TLSA records.
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
