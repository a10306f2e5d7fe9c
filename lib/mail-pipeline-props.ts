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
 * Every setting of `pipeline.config.ts` (docs/configuration.md has them with their defaults), and CDK's own types for what
 * an app has already. Account and region are those of the stack.
 */
export interface MailPipelineProps extends SettingProps {
  /** Domains to accept mail for, as A-labels; 100 at most. */
  readonly domains: readonly string[];

  /**
   * Names the resources, `mail-pipeline-<stage>-…`, and is what `mail-pipeline console --stage` takes. Up to 12 lower-case letters,
   * digits and hyphens. Renaming it replaces everything, stored mail included.
   *
   * @default - made of the id and the path of the construct, so that pipelines do not collide
   */
  readonly stage?: string | undefined;

  /**
   * The VPC of the SMTP edge. Not with `network`.
   *
   * @default - a VPC of the pipeline's own, as `network` describes it
   */
  readonly vpc?: IVpc;

  /**
   * Where the balancer goes in `vpc`: public subnets.
   *
   * @default - a public subnet in each zone
   */
  readonly balancerSubnets?: SubnetSelection;

  /**
   * Where the tasks go in `vpc`. They need a way to S3, ECR and CloudWatch Logs.
   *
   * @default - private subnets with a way out where the VPC has any, else public ones
   */
  readonly taskSubnets?: SubnetSelection;

  /**
   * The VPC that is made without `vpc`.
   *
   * @default { mode: 'public' }
   */
  readonly network?: NewNetwork;

  /**
   * Encrypts buckets and queues in place of two keys of the pipeline's own. Services get statements in its policy; an
   * imported key cannot be changed, so synth prints them.
   *
   * @default - as `encryption` says
   */
  readonly encryptionKey?: IKey;

  /**
   * Gets an event "Mail Parsed" for every mail on its queues (docs/workflows.md). A bus of the same account and region.
   *
   * @default - no events
   */
  readonly eventBus?: IEventBus;

  /**
   * Takes what serves the MTA-STS policy, which CloudFront does from us-east-1.
   *
   * @default - the stack of the pipeline, which has to be in us-east-1 for `mtaSts`
   */
  readonly mtaStsStack?: Stack;

  /**
   * Gets the alarms. CloudWatch has to be allowed to publish there. Not with `alarms.email`.
   *
   * @default - a topic of the pipeline's own
   */
  readonly alarmTopic?: ITopic;
}

/**
 * The configuration that the props of a construct amount to.
 *
 * @throws PermanentError `config.invalid`, a line for each prop with its value and the remedy
 */
export function configOf(scope: Construct, props: MailPipelineProps): DeployableConfig {
  const source = `MailPipeline ${scope.node.path}`;
  const findings = [...propFindings(scope, props)];
  if (findings.length > 0) {
    // Subnets are constructs, which JSON does not hold.
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
    const remedy = 'The region is that of the stack: give it env: { region: … }';
    throw new PermanentError('config.invalid', `${error.message}\n  ${remedy}`);
  }
}

function* propFindings(scope: Construct, props: MailPipelineProps): Generator<Finding> {
  const { vpc, network, balancerSubnets, taskSubnets, encryptionKey, encryption, eventBus } = props;
  const { mtaSts, mtaStsStack, alarmTopic, alarms } = props;
  if (vpc !== undefined && network !== undefined) {
    yield { path: ['network'], message: 'vpc is given: leave one of them out' };
  }
  for (const [name, subnets] of Object.entries({ balancerSubnets, taskSubnets })) {
    if (vpc === undefined && subnets !== undefined) yield { path: [name], message: 'name the vpc that they are in' };
  }
  if (encryptionKey !== undefined && encryption === 'aws-managed') {
    yield { path: ['encryption'], message: 'encryptionKey is given: leave one of them out' };
  }
  if (alarmTopic !== undefined && alarms?.email !== undefined) {
    yield { path: ['alarms', 'email'], message: 'alarmTopic is given: subscribe to that topic yourself' };
  }
  const { region: mtaStsRegion } = mtaStsStack ?? Stack.of(scope);
  if (mtaSts != null && mtaStsRegion !== MTA_STS_REGION) {
    yield {
      path: ['mtaSts'],
      message: `CloudFront serves it from ${MTA_STS_REGION} alone: give mtaStsStack a stack with env: { region: '${MTA_STS_REGION}' }`,
    };
  }
  if (eventBus === undefined) return;
  const { account, region } = Stack.of(scope);
  const differs = (a: string, b: string) => Token.compareStrings(a, b) === TokenComparison.DIFFERENT;
  if (differs(eventBus.env.account, account) || differs(eventBus.env.region, region)) {
    yield {
      path: ['eventBus', 'eventBusName'],
      message: 'it is in another account or region: give a bus of this one and forward its events by a rule',
    };
  }
}

/** CDK's hash of the path that leads to the construct, behind up to four letters of its id: 12 characters at most. */
function derivedStage(scope: Construct): string {
  const [letters = 'mail'] = /[a-z]{1,4}/.exec(scope.node.id.toLowerCase()) ?? [];
  return `${letters}${CdkNames.uniqueResourceName(scope, { maxLength: 12 }).slice(-8).toLowerCase()}`;
}
