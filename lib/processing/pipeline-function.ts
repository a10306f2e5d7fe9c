import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type EventSourceMapping,
  type EventSourceMappingOptions,
  Function as LambdaFunction,
  RecursiveLoop,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ProgramName } from '../../core/build/bundle.ts';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { acknowledge, acknowledgeWildcards } from '../acknowledge.ts';
import { programCode } from '../assets.ts';
import { checkEnvironmentSize } from '../environment-size.ts';
import type { Names } from '../names.ts';
import type { Storage } from '../storage/storage.ts';
import type { Grant } from './grants.ts';
import { lambdaRuntime } from './runtime.ts';

/** Dependencies of every function. */
export interface PipelineParts {
  config: DeployableConfig;
  names: Names;
  storage: Storage;
}

export interface PipelineFunctionProps extends Omit<PipelineParts, 'storage'> {
  program: Exclude<ProgramName, 'edge-mta'>;
  description: string;
  memoryMb: number;
  timeout: Duration;
  environment: Record<string, string>;
  /** Whether it sends messages to a queue it reads; Lambda would treat the 17th round as a loop and stop it. */
  sendsToItself?: boolean;
  /** Permissions besides writing its log. */
  grants: readonly Grant[];
}

/** Without `maxConcurrency`, Lambda scales to the limits of the queue and the account. */
type PollingLimits = Pick<EventSourceMappingOptions, 'batchSize' | 'maxConcurrency' | 'provisionedPollerConfig'>;

/** A function of the pipeline: one bundled file, its own role, its own log group. */
export class PipelineFunction extends Construct {
  readonly fn: LambdaFunction;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    super(scope, id);
    const { config, names, program } = props;
    checkEnvironmentSize(this, 'Lambda', `the function ${program}`, props.environment);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: names.logGroup(program),
      retention: config.logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      // Named, because policies of other stacks refer to it.
      roleName: names.role(program),
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${names.stage}: ${props.description}`,
    });
    const writeLog = new PolicyStatement({
      sid: 'WriteLog',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    for (const { statement, wildcards } of [{ statement: writeLog }, ...props.grants]) {
      role.addToPolicy(statement);
      if (wildcards !== undefined) acknowledgeWildcards(role, wildcards.resources, wildcards.reason);
    }
    this.fn = new LambdaFunction(this, 'Function', {
      functionName: names.service(program),
      description: props.description,
      code: programCode(program),
      handler: 'index.handler',
      runtime: lambdaRuntime(config.runtime),
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      environment: props.environment,
      role,
      logGroup,
      recursiveLoop: props.sendsToItself ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
      tracing: config.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    });
    acknowledge(this.fn, {
      'AwsSolutions-L1': `The runtime is a setting (${config.runtime}); synth prints its end-of-support dates.`,
      'CloudFormation-Validate::W2531': 'Reported once per stack, with the remedy.',
    });
    if (config.tracing) {
      acknowledgeWildcards(role, ['*'], 'X-Ray does not support resource-level permissions.');
    }
  }

  /** Triggers the function with messages of a queue. Only failed records of a batch are redelivered. */
  readFrom(id: string, eventSourceArn: string, limits: PollingLimits): EventSourceMapping {
    return this.fn.addEventSourceMapping(id, { eventSourceArn, reportBatchItemFailures: true, ...limits });
  }
}
