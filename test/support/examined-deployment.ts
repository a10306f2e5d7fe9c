import { Resolver } from 'node:dns/promises';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../cli/program.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { type AccountState, startFakeAccount } from './aws-account.ts';
import { startSmtpServer } from './certified-smtp-server.ts';
import { testContext } from './cli-context.ts';
import { startDnsServer, type Zone } from './dns-server.ts';
import { type LocalSqs, startLocalSqs } from './local-sqs.ts';

/** Role of a consumer; the account knows it. */
export const ROLE = 'arn:aws:iam::123456789012:role/mail-consumer';

const healthyZone = (): Zone => ({
  'example.com': [{ type: 'MX', data: '10 edge.elb.test' }],
  'edge.elb.test': [{ type: 'A', data: '192.0.2.1' }],
  '_smtp._tls.example.com': [{ type: 'TXT', data: 'v=TLSRPTv1; rua=mailto:tls-reports@example.com' }],
});

function healthyAccount(sqs: LocalSqs): AccountState {
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

/** Lines that failed. */
export const failed = (lines: string[]) => lines.filter((line) => line.startsWith('FAIL'));

/**
 * What `mail-pipeline doctor` checks: SMTP servers with three kinds of certificates, DNS, queues and the account's
 * answers.
 */
export async function startExaminedDeployment() {
  const directory = mkdtempSync(join(tmpdir(), 'doctor-'));
  const own = selfSignedCertificate('edge.elb.test');
  const sqs = await startLocalSqs();
  await sqs.queue('mail-pipeline-prod-parsed-mail');
  const smtp = await startSmtpServer(own);
  const endedSmtp = await startSmtpServer(selfSignedCertificate('mx.example.com', -0.5));
  const plainSmtp = await startSmtpServer(null);
  const zone: Zone = {};
  const dns = await startDnsServer(zone);
  const fake = await startFakeAccount(healthyAccount(sqs));
  const { state } = fake;
  let count = 0;

  /** Restores zone and account to health. */
  function heal() {
    for (const name of Object.keys(zone)) delete zone[name];
    Object.assign(zone, healthyZone());
    Object.assign(state, healthyAccount(sqs));
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

  async function stop() {
    await Promise.all([smtp.stop(), endedSmtp.stop(), plainSmtp.stop(), sqs.stop(), dns.stop(), fake.stop()]);
    rmSync(directory, { recursive: true });
  }

  return { own, sqs, smtp, endedSmtp, plainSmtp, zone, state, heal, doctor, stop };
}
