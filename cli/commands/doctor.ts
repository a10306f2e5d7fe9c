import { parseConfig } from '../../core/config/define-config.ts';
import { loadConfig } from '../../core/config/load-config.ts';
import type { PipelineConfig } from '../../core/config/schema.ts';
import { canaryAddress } from '../../core/mail/canary.ts';
import { errorText } from '../../core/mail/errors.ts';
import type { Account } from '../../core/ports/account.ts';
import { cliVariable } from '../../core/settings/cli.ts';
import { hostAndPort, parse, UsageError, wholeNumber } from '../../core/terminal/arguments.ts';
import type { Command, CommandContext } from '../command.ts';
import { examine } from '../doctor/examine.ts';
import { findingLine } from '../doctor/finding.ts';

const options = {
  stage: { type: 'string', value: 'NAME', about: 'the stage to check (default: the one in the configuration)' },
  config: {
    type: 'string',
    value: 'FILE',
    about: 'configuration (default pipeline.config.ts)',
    default: 'pipeline.config.ts',
  },
  smtp: {
    type: 'string',
    value: 'HOST:PORT',
    about: `the SMTP server. Default: port 25 of the host that MX records should name; for a pipeline on this machine ${cliVariable('smtpServer')}`,
  },
  consumer: {
    type: 'string',
    value: 'ARN',
    about: 'role or user that consumes the queues; IAM simulates its permissions. Default: try your own credentials',
  },
  domain: { type: 'string', value: 'NAME', about: 'domain to send the canary mail to (default: the first one)' },
  'no-canary': { type: 'boolean', about: 'do not send the canary mail' },
  wait: {
    type: 'string',
    value: 'SECONDS',
    about: 'how long to wait for the document of the canary mail (default 60)',
    default: '60',
  },
  json: { type: 'boolean', about: 'one JSON line for each check' },
} as const;

export const doctor: Command = {
  summary: 'check a deployment: stacks, DNS, TLS, permissions, alarms, and one mail end to end',
  usage: {
    synopsis: [
      'doctor [--stage NAME] [--config FILE] [--smtp HOST:PORT] [--consumer ARN] [--domain NAME] [--no-canary] [--wait SECONDS] [--json]',
    ],
    about: [
      'Prints one line per check: ok, FAIL with the remedy, or skip when it cannot tell. It only reads, except for the canary mail, which it sends last.',
      `The canary mail goes to ${canaryAddress('<domain>')}, has the header field X-Mail-Pipeline-Canary, and reaches your queue like any other mail. docs/doctor.md explains how to filter it out.`,
      `Checks a deployment on AWS, or the pipeline on this machine when ${cliVariable('endpoint')} is set. The exit code is 1 when a check fails.`,
    ],
    options,
    examples: [
      'mail-pipeline doctor --stage prod',
      'mail-pipeline doctor --consumer arn:aws:iam::123456789012:role/mail-consumer --no-canary',
    ],
  },
  async run(args, context) {
    const { values, positionals } = parse(args, options);
    if (positionals.length > 0) throw new UsageError(`"${positionals[0]}": doctor takes options only`);
    const local = context.settings.endpoint !== null;
    const smtp = smtpServer(values.smtp, local, context);
    const waitSeconds = wholeNumber('--wait', values.wait, 1);
    if (values.consumer !== undefined && !/^arn:[a-z-]+:iam::\d{12}:(role|user)\/\S+$/.test(values.consumer)) {
      throw new UsageError(
        `--consumer "${values.consumer}": give the ARN of a role or user, such as arn:aws:iam::123456789012:role/mail-consumer`,
      );
    }
    const loaded = await loadConfig(values.config);
    const config = values.stage === undefined ? loaded : ofStage(loaded, values.stage);
    const domain = values.domain ?? config.domains?.[0] ?? (local ? 'example.com' : undefined);
    if (domain === undefined)
      throw new UsageError(
        `${values.config} lists no domains, so there is nothing to check: add them to "domains", or give --domain`,
      );
    const account = local ? null : await accountOf(config, context);
    const canaryDomain = values['no-canary'] ? null : domain;
    let failed = 0;
    for await (const finding of examine(
      { config, account, smtp, consumer: values.consumer, canaryDomain, waitSeconds },
      context,
    )) {
      if (finding.status === 'fail') failed += 1;
      await context.out.write(values.json ? `${JSON.stringify(finding)}\n` : findingLine(finding, context.out));
    }
    return failed === 0 ? 0 : 1;
  },
};

/** @throws UsageError */
function ofStage(config: PipelineConfig, stage: string): PipelineConfig {
  try {
    return parseConfig({ ...config, stage }, '--stage');
  } catch (error) {
    throw new UsageError(errorText(error));
  }
}

/** Null when the address follows from the deployment. @throws UsageError */
function smtpServer(given: string | undefined, local: boolean, { settings }: CommandContext) {
  if (given !== undefined) return hostAndPort('--smtp', given);
  return local ? hostAndPort(cliVariable('smtpServer'), settings.smtpServer) : null;
}

/** Buckets and queues are in the environment's region. @throws UsageError when the configuration names another */
async function accountOf({ region }: PipelineConfig, context: CommandContext): Promise<Account> {
  const account = await context.account();
  const here = await account.region();
  if (region === null || region === here) return account;
  throw new UsageError(
    `the configuration says region ${region} but the environment says ${here}: set AWS_REGION=${region}`,
  );
}
