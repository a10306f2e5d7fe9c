import { ACCOUNT, REGION } from '../topology.ts';

/** One Lambda function as local mode runs it. */
export interface FunctionDefinition {
  name: string;
  /** Its region is the function's. Default: one of local mode. */
  arn?: string;
  /** Folder that holds the deployed files (LAMBDA_TASK_ROOT). */
  codeDirectory: string;
  /** Limit of the resident memory of one environment, MB (1,048,576 bytes). */
  memoryMb: number;
  /** Limit of one invocation, and of loading the bundle, milliseconds. */
  timeoutMs: number;
  /** Environments, and so invocations, at the same time. */
  maxConcurrency: number;
  /** How long an environment without work is kept, milliseconds. Provisioned ones are kept for good. */
  idleMs: number;
  /** Environments that `provision` starts before there is work, at most `maxConcurrency`. Default 0. */
  provisionedConcurrency?: number;
  /** The function's own settings and where its services are; an environment sees these and Lambda's own, no others. */
  environment: Readonly<Record<string, string>>;
}

export const arnOf = ({ name, arn }: FunctionDefinition): string =>
  arn ?? `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;

/** What started an environment, as `AWS_LAMBDA_INITIALIZATION_TYPE` tells it. */
export type InitializationType = 'on-demand' | 'provisioned-concurrency';

/**
 * The variables that Lambda reserves for itself, and the function's own. Nothing of this program's environment gets in.
 * See "Defined runtime environment variables" in the AWS Lambda developer guide.
 */
export function environmentVariables(
  definition: FunctionDefinition,
  runtimeApi: string,
  initialization: InitializationType,
): Record<string, string> {
  const region = arnOf(definition).split(':')[3] ?? REGION;
  return {
    ...definition.environment,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    _HANDLER: 'index.handler',
    LAMBDA_TASK_ROOT: definition.codeDirectory,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: initialization,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
}

/** The heap gets nine tenths; V8 then fails with a message of its own before the resident memory passes the limit. */
export function nodeArguments(definition: FunctionDefinition): string[] {
  return [`--max-old-space-size=${Math.floor(definition.memoryMb * 0.9)}`];
}
