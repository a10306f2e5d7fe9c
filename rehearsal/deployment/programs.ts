import { resolve } from 'node:path';
import { PermanentError } from '../../core/mail/errors.ts';
import type { Assembly } from '../template/assembly.ts';
import type { Found, FoundResources } from './found.ts';

/** A deployed function with its triggers. */
export interface DeployedFunction {
  id: string;
  name: string;
  arn: string;
  region: string;
  account: string;
  roleArn: string;
  codeDirectory: string;
  memoryMb: number;
  timeoutSeconds: number;
  environment: Readonly<Record<string, string>>;
  traced: boolean;
  logGroupArn: string | null;
  mappings: readonly { queueArn: string; batchSize: number; partial: boolean }[];
  /** Rules that invoke it on a schedule. */
  scheduleArns: readonly string[];
}

/** The container of the SMTP edge. */
export interface DeployedEdge {
  id: string;
  region: string;
  account: string;
  image: string;
  environment: Readonly<Record<string, string>>;
  taskRoleArn: string;
  executionRoleArn: string;
  logGroupArn: string | null;
}

/** The only handler the local runtime supports. */
const HANDLER = 'index.handler';

/** Functions triggered by a queue or a schedule. Those only CloudFormation calls do nothing for a mail. */
export function functionsOf(resources: FoundResources, { assets }: Assembly): DeployedFunction[] {
  const groups = logGroups(resources);
  return resources.of('AWS::Lambda::Function').flatMap((found) => {
    const { id, ref, account, region, properties } = found;
    const arn = found.attribute('Arn');
    const mappings = resources
      .of('AWS::Lambda::EventSourceMapping')
      .filter(({ properties: { FunctionName } }) => FunctionName === ref || FunctionName === arn)
      .map(({ properties: { EventSourceArn, BatchSize, FunctionResponseTypes } }) => ({
        queueArn: EventSourceArn,
        batchSize: BatchSize,
        partial: FunctionResponseTypes.includes('ReportBatchItemFailures'),
      }));
    const scheduleArns = resources
      .of('AWS::Events::Rule')
      .filter(
        ({ properties: { ScheduleExpression, Targets } }) =>
          ScheduleExpression && Targets.some(({ Arn }) => Arn === arn),
      )
      .map((rule) => rule.attribute('Arn'));
    if (mappings.length === 0 && scheduleArns.length === 0) return [];
    if (properties.Handler !== HANDLER)
      throw unknown(id, `its handler is ${properties.Handler}, but only ${HANDLER} is supported`);
    return {
      id,
      name: ref,
      arn,
      region,
      account,
      roleArn: properties.Role,
      codeDirectory: codeOf(found, assets),
      memoryMb: properties.MemorySize,
      timeoutSeconds: properties.Timeout,
      environment: properties.Environment.Variables,
      traced: properties.TracingConfig?.Mode === 'Active',
      logGroupArn: groups.get(properties.LoggingConfig?.LogGroup ?? '') ?? null,
      mappings,
      scheduleArns,
    };
  });
}

export function edgesOf(resources: FoundResources): DeployedEdge[] {
  const groups = logGroups(resources);
  return resources.of('AWS::ECS::TaskDefinition').map(({ id, account, region, properties }) => {
    const [{ Image, Environment, LogConfiguration }] = properties.ContainerDefinitions;
    return {
      id,
      account,
      region,
      image: Image,
      environment: Object.fromEntries(Environment.map(({ Name, Value }) => [Name, Value])),
      taskRoleArn: properties.TaskRoleArn,
      executionRoleArn: properties.ExecutionRoleArn,
      logGroupArn: groups.get(LogConfiguration.Options['awslogs-group'] ?? '') ?? null,
    };
  });
}

const logGroups = (resources: FoundResources): ReadonlyMap<string, string> =>
  new Map(resources.of('AWS::Logs::LogGroup').map((group) => [group.ref, group.attribute('Arn')]));

function codeOf({ id, properties }: Found<'AWS::Lambda::Function'>, assets: Assembly['assets']): string {
  const key = properties.Code.S3Key;
  const directory = assets.get(key ?? '');
  if (directory === undefined) throw unknown(id, `its code ${key ?? ''} is not an asset of this assembly`);
  return resolve(directory);
}

const unknown = (id: string, reason: string) => new PermanentError('template.unknown', `${id}: ${reason}`);
