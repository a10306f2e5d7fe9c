import * as z from 'zod';
import { type Assembly, readAssembly } from '../../rehearsal/template/assembly.ts';

/** Resources billed by the hour or the month, regardless of the amount of mail. */
export interface Standing {
  balancers: number;
  /** Public IPv4 addresses of balancers and tasks. */
  addresses: number;
  tasks: { onDemand: number; spot: number; vcpu: number; memoryGb: number };
  /** Metrics that alarms look at. */
  alarmMetrics: number;
  /** Metrics on the dashboards; AWS bills $3 for a dashboard of more than 50, and for the fourth of an account. */
  dashboardMetrics: number;
  /** Queues that Lambda polls. */
  polledQueues: number;
  /** Megabytes of a function, by the last word of its name: `parser`. */
  memoryMb: Readonly<Record<string, number>>;
}

const balancerSchema = z.object({
  Type: z.string().default('application'),
  Subnets: z.array(z.unknown()).default([]),
  SubnetMappings: z.array(z.unknown()).default([]),
});
const serviceSchema = z.object({
  CapacityProviderStrategy: z
    .array(z.object({ CapacityProvider: z.string(), Base: z.number().default(0), Weight: z.number().default(0) }))
    .default([{ CapacityProvider: 'FARGATE', Base: 0, Weight: 1 }]),
  NetworkConfiguration: z.object({ AwsvpcConfiguration: z.object({ AssignPublicIp: z.string() }) }),
});
const targetSchema = z.object({ MinCapacity: z.number() });
const taskSchema = z.object({ Cpu: z.coerce.number(), Memory: z.coerce.number() });
const alarmSchema = z.object({ Metrics: z.array(z.object({ MetricStat: z.unknown().optional() })).optional() });
const mappingSchema = z.object({ EventSourceArn: z.unknown() });
const functionSchema = z.object({ FunctionName: z.string().optional(), MemorySize: z.number().default(128) });
const dashboardSchema = z.object({ DashboardBody: z.unknown() });

/** Reads what `cdk synth` has written. */
export function standingOf(directory: string): Standing {
  const assembly = readAssembly(directory);
  const of = <T>(type: string, schema: z.ZodType<T>): T[] =>
    resources(assembly, type).map((each) => schema.parse(each));
  const balancers = of('AWS::ElasticLoadBalancingV2::LoadBalancer', balancerSchema);
  const services = of('AWS::ECS::Service', serviceSchema);
  const [target] = of('AWS::ApplicationAutoScaling::ScalableTarget', targetSchema);
  const [task] = of('AWS::ECS::TaskDefinition', taskSchema);
  const tasks = services.length === 0 ? 0 : (target?.MinCapacity ?? 1);
  const spot = services.reduce((sum, { CapacityProviderStrategy }) => sum + spotOf(CapacityProviderStrategy, tasks), 0);
  const publicTasks = services.some(
    ({ NetworkConfiguration }) => NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp === 'ENABLED',
  );
  return {
    balancers: balancers.length,
    addresses:
      balancers.reduce((sum, { Subnets, SubnetMappings }) => sum + Subnets.length + SubnetMappings.length, 0) +
      (publicTasks ? tasks : 0),
    tasks: {
      onDemand: tasks - spot,
      spot,
      vcpu: (task?.Cpu ?? 0) / 1024,
      memoryGb: (task?.Memory ?? 0) / 1024,
    },
    alarmMetrics: of('AWS::CloudWatch::Alarm', alarmSchema).reduce(
      (sum, { Metrics }) => sum + (Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1),
      0,
    ),
    dashboardMetrics: of('AWS::CloudWatch::Dashboard', dashboardSchema).reduce(
      (sum, { DashboardBody }) => sum + metricsOnDashboard(DashboardBody),
      0,
    ),
    polledQueues: of('AWS::Lambda::EventSourceMapping', mappingSchema).length,
    memoryMb: Object.fromEntries(
      of('AWS::Lambda::Function', functionSchema).map(({ FunctionName = '', MemorySize }) => [
        FunctionName.split('-').at(-1) ?? '',
        MemorySize,
      ]),
    ),
  };
}

type Strategy = z.infer<typeof serviceSchema>['CapacityProviderStrategy'];

/** Number of tasks on Spot: ECS fills the base first and divides the rest by weight. */
function spotOf(strategy: Strategy, tasks: number): number {
  const base = strategy.reduce((sum, { Base }) => sum + Base, 0);
  const weights = strategy.reduce((sum, { Weight }) => sum + Weight, 0);
  const spot = strategy.find(({ CapacityProvider }) => CapacityProvider === 'FARGATE_SPOT');
  if (spot === undefined) return 0;
  return Math.min(tasks, spot.Base) + Math.round((Math.max(0, tasks - base) * spot.Weight) / Math.max(1, weights));
}

/** In the text of a dashboard each metric is a list that begins with its namespace. */
function metricsOnDashboard(body: unknown): number {
  const text = JSON.stringify(body);
  return [...text.matchAll(/\[(?:\\*")(?:AWS\/\w+|MailPipeline\/[\w-]+)(?:\\*"),/g)].length;
}

const resources = ({ stacks }: Assembly, type: string): unknown[] =>
  stacks.flatMap(({ Resources }) =>
    Object.values(Resources).flatMap((each) => (each.Type === type ? [each.Properties] : [])),
  );
