import { Duration } from 'aws-cdk-lib';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { METRICS } from '../../core/metrics/names.ts';
import { pipelineMetric } from '../observability/metric.ts';

/** Sessions use a task's memory, and mails its CPU. The load balancer's own metric is a total, not a value per task. */
export function addScaling(service: FargateService, config: DeployableConfig): void {
  const { minTasks, maxTasks, targetCpuPercent, targetSessions } = config.fargate;
  const tasks = service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks });
  const cooldown = { scaleOutCooldown: Duration.minutes(1), scaleInCooldown: Duration.minutes(10) };
  tasks.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: targetCpuPercent, ...cooldown });
  tasks.scaleToTrackCustomMetric('Sessions', {
    metric: pipelineMetric(config.stage, METRICS.activeSessions, 'Average'),
    targetValue: targetSessions,
    ...cooldown,
  });
}
