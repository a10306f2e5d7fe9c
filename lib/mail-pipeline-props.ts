import { Names as CdkNames, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { parseConfig } from '../core/config/define-config.ts';
import { type DeployableConfig, deployableConfig } from '../core/config/deployable.ts';
import type { PipelineConfigInput } from '../core/config/schema.ts';
import { MTA_STS_REGION } from '../core/config/stacks.ts';
import { PermanentError } from '../core/mail/errors.ts';
import type { Finding } from '../core/settings/explain.ts';
import { explain } from '../core/settings/explain.ts';

import type { SettingProps } from './setting-props.ts';
import { TokenStandIns } from './token-stand-ins.ts';

type NewNetwork = Exclude<PipelineConfigInput['network'], { mode: 'existing' }>;

/**
 * Every setting of `pipeline.config.ts` (docs/configuration.md lists them with their defaults), and CDK types for
 * resources the app already has. Account and region are those of the stack.
 */
export interface MailPipelineProps extends SettingProps {
  /** Domains to accept mail for, as A-labels; at most 100. */
  readonly domains: readonly string[];

  /**
   * Part of resource names, `mail-pipeline-<stage>-…`, and the argument of `mail-pipeline console --stage`. Up to 12
   * lower-case letters, digits and hyphens. Changing it replaces all resources, including stored mail.
   *
   * @default - derived from the id and the path of the construct, so that pipelines do not collide
   */
  readonly stage?: string | undefined;

  /**
   * The VPC of the SMTP edge. Excludes `network`.
   *
   * @default - a new VPC as described by `network`
   */
  readonly vpc?: IVpc;

  /**
   * Subnets of the load balancer in `vpc`; they must be public.
   *
   * @default - a public subnet in each zone
   */
  readonly balancerSubnets?: SubnetSelection;

  /**
   * Subnets of the tasks in `vpc`. They need a route to S3, ECR and CloudWatch Logs.
   *
   * @default - private subnets with egress if the VPC has any, otherwise public ones
   */
  readonly taskSubnets?: SubnetSelection;

  /**
   * The VPC to create if `vpc` is not set.
   *
   * @default { mode: 'public' }
   */
  readonly network?: NewNetwork;

  /**
   * Encrypts buckets and queues instead of two new keys. Adds statements for AWS services to its policy; the policy of
   * an imported key cannot be changed, so synth prints them.
   *
   * @default - as set by `encryption`
   */
  readonly encryptionKey?: IKey;

  /**
   * Receives an event "Mail Parsed" for every mail on its queues (docs/workflows.md). Must be in the same account and
   * region.
   *
   * @default - no events
   */
  readonly eventBus?: IEventBus;

  /**
   * Stack for the resources that serve the MTA-STS policy, which CloudFront requires in us-east-1.
   *
   * @default - the stack of the pipeline, which must be in us-east-1 for `mtaSts`
   */
  readonly mtaStsStack?: Stack;

  /**
   * Receives the alarms. CloudWatch must be allowed to publish to it. Excludes `alarms.email`.
   *
   * @default - a new topic
   */
  readonly alarmTopic?: ITopic;
}

/**
 * Converts the props of a construct into a configuration.
 *
 * @throws PermanentError `config.invalid`, a line for each prop with its value and the remedy
 */
export function configOf(scope: Construct, props: MailPipelineProps): DeployableConfig {
  const source = `MailPipeline ${scope.node.path}`;
  const findings = [...propFindings(scope, props)];
  if (findings.length > 0) {
    // Subnets are constructs, which JSON cannot represent.
    const shown = { ...props, balancerSubnets: undefined, taskSubnets: undefined };
    throw new PermanentError('config.invalid', `${source}:\n${explain(findings, shown)}`);
  }
  const { vpc, balancerSubnets, taskSubnets, encryptionKey, eventBus, mtaStsStack, alarmTopic, ...settings } = props;
  const { account, region } = Stack.of(scope);
  const known = (text: string) => (Token.isUnresolved(text) ? null : text);
  const standIns = new TokenStandIns(known(region));
  const input = standIns.hide({
    ...settings,
    stage: props.stage ?? derivedStage(scope),
    account: known(account),
    region: known(region),
    encryption: encryptionKey === undefined ? props.encryption : 'customer-managed',
    events: { busName: eventBus?.eventBusName ?? null },
  });
  try {
    const config = deployableConfig(parseConfig(input, source), { source });
    standIns.restore(config);
    return config;
  } catch (error) {
    const isAboutRegion = error instanceof PermanentError && /^ {2}region\b/m.test(error.message);
    if (!isAboutRegion) throw error;
    const remedy = 'The region comes from the stack: set env: { region: … } there';
    throw new PermanentError('config.invalid', `${error.message}\n  ${remedy}`);
  }
}

function* propFindings(scope: Construct, props: MailPipelineProps): Generator<Finding> {
  const { vpc, network, balancerSubnets, taskSubnets, encryptionKey, encryption, eventBus } = props;
  const { mtaSts, mtaStsStack, alarmTopic, alarms } = props;
  if (vpc !== undefined && network !== undefined) {
    yield { path: ['network'], message: 'vpc is set as well: remove one of them' };
  }
  for (const [name, subnets] of Object.entries({ balancerSubnets, taskSubnets })) {
    if (vpc === undefined && subnets !== undefined) yield { path: [name], message: 'set the vpc that they belong to' };
  }
  if (encryptionKey !== undefined && encryption === 'aws-managed') {
    yield { path: ['encryption'], message: 'encryptionKey is set as well: remove one of them' };
  }
  if (alarmTopic !== undefined && alarms?.email !== undefined) {
    yield { path: ['alarms', 'email'], message: 'alarmTopic is set: subscribe to that topic yourself' };
  }
  const { region: mtaStsRegion } = mtaStsStack ?? Stack.of(scope);
  if (mtaSts != null && mtaStsRegion !== MTA_STS_REGION) {
    yield {
      path: ['mtaSts'],
      message: `CloudFront requires ${MTA_STS_REGION}: set mtaStsStack to a stack with env: { region: '${MTA_STS_REGION}' }`,
    };
  }
  if (eventBus === undefined) return;
  const { account, region } = Stack.of(scope);
  const differs = (a: string, b: string) => Token.compareStrings(a, b) === TokenComparison.DIFFERENT;
  if (differs(eventBus.env.account, account) || differs(eventBus.env.region, region)) {
    yield {
      path: ['eventBus', 'eventBusName'],
      message: 'it is in another account or region: use a bus in this one and forward its events with a rule',
    };
  }
}

/** Up to four letters of the construct's id and CDK's hash of its path: at most 12 characters. */
function derivedStage(scope: Construct): string {
  const [letters = 'mail'] = /[a-z]{1,4}/.exec(scope.node.id.toLowerCase()) ?? [];
  return `${letters}${CdkNames.uniqueResourceName(scope, { maxLength: 12 }).slice(-8).toLowerCase()}`;
}
