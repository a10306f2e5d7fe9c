import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type MetricDefinition, metricsNamespace, SERVICE_DIMENSION } from '../../core/metrics/names.ts';

/** A metric that one of the programs sends. */
export function pipelineMetric(stage: string, { service, name }: MetricDefinition, statistic: string): Metric {
  return new Metric({
    namespace: metricsNamespace(stage),
    metricName: name,
    dimensionsMap: { [SERVICE_DIMENSION]: service },
    statistic,
    period: Duration.minutes(1),
    label: name,
  });
}
