import { ACCOUNT, REGION } from '../topology.ts';

/** Definition of a Lambda function in local mode. */
export interface FunctionDefinition {
  name: string;
  /** Its region is the region of the function. Default: an ARN in local mode's region. */
  arn?: string;
  /** Folder with the deployed files (LAMBDA_TASK_ROOT). */
  codeDirectory: string;
  /** Limit of the resident memory of one environment, MB (1,048,576 bytes). */
  memoryMb: number;
  /** Limit of one invocation, and of loading the bundle, milliseconds. */
  timeoutMs: number;
  /** Maximum concurrent environments, and so invocations. */
  maxConcurrency: number;
  /** Milliseconds to keep an idle environment. Provisioned ones are kept for good. */
  idleMs: number;
  /** Environments that `provision` starts in advance, at most `maxConcurrency`. Default 0. */
  provisionedConcurrency?: number;
  /** Settings and endpoints of the function. Its environment contains only these and Lambda's own variables. */
  environment: Readonly<Record<string, string>>;
}

export const arnOf = ({ name, arn }: FunctionDefinition): string =>
  arn ?? `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;

/** What started an environment, the value of `AWS_LAMBDA_INITIALIZATION_TYPE`. */
export type InitializationType = 'on-demand' | 'provisioned-concurrency';

/**
 * The variables reserved by Lambda, and the function's own. Inherits nothing from this program's environment.
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

/** The heap gets nine tenths, so that V8 fails with its own message before resident memory exceeds the limit. */
export function nodeArguments(definition: FunctionDefinition): string[] {
  return [`--max-old-space-size=${Math.floor(definition.memoryMb * 0.9)}`];
}
