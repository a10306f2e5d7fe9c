import { hasTrustedCertificate, sesMxTarget } from '../../core/config/dns-records.ts';
import type { PipelineConfig } from '../../core/config/schema.ts';
import { errorText } from '../../core/mail/errors.ts';
import type { Account } from '../../core/ports/account.ts';
import { type Probed, probeSmtp } from '../../core/smtp/probe.ts';
import type { SmtpServer } from '../../core/smtp/smtp-client.ts';
import type { CommandContext } from '../command.ts';
import { target } from '../targets.ts';
import { checkAlarms, checkConcurrency, checkReceiptRules } from './account-checks.ts';
import { checkCanary } from './canary.ts';
import { type Check, guarded } from './check.ts';
import { checkConsumer } from './consumer.ts';
import { dnsChecks } from './dns.ts';
import { dnsAnswers } from './dns-answers.ts';
import { type Finding, fail, ok, skip } from './finding.ts';
import { checkTls, checkTlsa } from './smtp.ts';
import { checkStacks } from './stacks.ts';

export interface Examined {
  config: PipelineConfig;
  /** Null for a pipeline on this machine. */
  account: Account | null;
  /** The SMTP server to test; null for the host that MX records should name. */
  smtp: SmtpServer | null;
  /** ARN of the consumer's role or user; undefined tries the caller's credentials. */
  consumer: string | undefined;
  /** Domain to send the canary mail to; null sends none. */
  canaryDomain: string | null;
  /** Seconds to wait for its document. */
  waitSeconds: number;
}

/** Milliseconds an SMTP server has to answer. */
const SMTP_TIMEOUT_MS = 10_000;

/** Runs every check, the cheap ones first and the canary last. */
export async function* examine(examined: Examined, context: CommandContext): AsyncGenerator<Finding> {
  const outputs: Record<string, string> = {};
  if (examined.account === null) {
    for (const name of ['stacks', 'concurrency', 'alarms', 'SES', 'permissions', 'DNS']) {
      yield skip(name, 'does not apply to a pipeline on this machine');
    }
  } else {
    yield* examineAccount(examined, examined.account, outputs, context);
  }
  const mx = mxName(examined, outputs);
  const server = smtpServer(examined, mx);
  const probed = server === null ? null : await probe(server, mx, context);
  if (server === null || probed === null)
    yield skip(
      'SMTP',
      'cannot tell the name of the load balancer: the stack ingress has no outputs. Give --smtp HOST:PORT',
    );
  else yield* smtpFindings(examined, { server, mx, probed }, context);
  yield* canary(examined, probed instanceof Error || probed === null ? null : server, outputs, context);
}

async function* examineAccount(
  { config, consumer }: Examined,
  account: Account,
  outputs: Record<string, string>,
  context: CommandContext,
): AsyncGenerator<Finding> {
  const deployed = { config, account, outputs };
  const checks: Check[] = [
    { name: 'stacks', allow: 'cloudformation:DescribeStacks', run: () => checkStacks(config, account, outputs) },
    { name: 'concurrency of functions', allow: 'lambda:GetAccountSettings', run: () => checkConcurrency(deployed) },
    { name: 'subscription of alarms', allow: 'sns:ListSubscriptionsByTopic', run: () => checkAlarms(deployed) },
    {
      name: 'active rule set of SES',
      allow: 'ses:DescribeActiveReceiptRuleSet',
      run: () => checkReceiptRules(deployed),
    },
    { name: 'permissions of the consumer', run: () => checkConsumer(deployed, consumer, context) },
  ];
  for (const check of checks) yield* guarded(check, context);
  for (const check of dnsChecks(deployed, dnsAnswers(context.resolver()))) yield* guarded(check, context);
}

/** The host that MX records should name; null when unknown. */
function mxName({ config }: Examined, outputs: Readonly<Record<string, string>>): string | null {
  const { ingress, region, fargate } = config;
  if (ingress === 'ses') return region === null ? null : sesMxTarget(region);
  return fargate.hostname ?? outputs['MxTarget'] ?? null;
}

/** Null when unknown. */
function smtpServer({ account, smtp }: Examined, mx: string | null): SmtpServer | null {
  if (smtp !== null || account === null) return smtp;
  return mx === null ? null : { host: mx, port: 25 };
}

async function probe({ host, port }: SmtpServer, mx: string | null, context: CommandContext): Promise<Probed | Error> {
  const done = context.waiting(`waiting for ${host}:${port}`);
  try {
    return await probeSmtp({ host, port, name: mx ?? host, timeoutMs: SMTP_TIMEOUT_MS });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    done();
  }
}

interface Session {
  server: SmtpServer;
  mx: string | null;
  /** What the session showed, or why it failed. */
  probed: Probed | Error;
}

async function* smtpFindings(
  { config, account }: Examined,
  { server: { host, port }, mx, probed }: Session,
  context: CommandContext,
): AsyncGenerator<Finding> {
  const check = `SMTP at ${host}:${port}`;
  if (probed instanceof Error) {
    const remedy =
      account === null
        ? 'is the pipeline running (npm start), and is this the address it prints? Give --smtp HOST:PORT'
        : 'try again from a server that may send mail: many networks, AWS included, block outgoing port 25. If it fails there too, see docs/runbook.md, "edge-down"';
    yield fail(check, errorText(probed), remedy);
    return;
  }
  yield ok(check, `220 ${probed.greeting}`);
  yield* checkTls(probed, {
    trusted: account === null ? config.tls.secretFile !== null : hasTrustedCertificate(config),
    name: config.ingress === 'ses' ? mx : config.fargate.hostname,
    now: context.now(),
  });
  const { secured } = probed;
  if (account === null || secured === null || mx === null) return;
  yield* guarded({ name: `TLSA of ${mx}`, run: () => checkTlsa(mx, secured, dnsAnswers(context.resolver())) }, context);
}

async function* canary(
  { canaryDomain, waitSeconds }: Examined,
  server: SmtpServer | null,
  outputs: Readonly<Record<string, string>>,
  context: CommandContext,
): AsyncGenerator<Finding> {
  const name = 'canary mail';
  if (canaryDomain === null) yield skip(name, '--no-canary');
  else if (server === null) yield skip(name, 'no SMTP server is reachable from here');
  else {
    const run = () =>
      checkCanary({
        server: { ...server, timeoutMs: SMTP_TIMEOUT_MS },
        domain: canaryDomain,
        objects: context.objects(),
        contentBucket: target('contentBucket', outputs['ContentBucketName'], context.settings),
        waitSeconds,
        signal: context.signal,
      });
    const done = context.waiting('waiting for the document of the canary mail');
    try {
      yield* guarded({ name, allow: 's3:GetObject and s3:ListBucket on the content bucket', run }, context);
    } finally {
      done();
    }
  }
}
