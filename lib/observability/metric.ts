import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
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

/*
 * Metrics of AWS, by the names of what they are about. CDK's `queue.metric…` would refer to the queue in another stack:
 * CloudFormation then refuses to take it away with its route, as long as an alarm imports its name.
 */

const SQS_STATISTICS = {
  ApproximateAgeOfOldestMessage: 'Maximum',
  ApproximateNumberOfMessagesNotVisible: 'Maximum',
  ApproximateNumberOfMessagesVisible: 'Maximum',
  NumberOfMessagesSent: 'Sum',
} as const;

export type QueueMetricName = keyof typeof SQS_STATISTICS;

export function queueMetric(queueName: string, metricName: QueueMetricName, options: MetricOptions = {}): Metric {
  return new Metric({
    namespace: 'AWS/SQS',
    metricName,
    dimensionsMap: { QueueName: queueName },
    statistic: SQS_STATISTICS[metricName],
    ...options,
  });
}

export type FunctionMetricName = 'Duration' | 'Errors' | 'Invocations' | 'Throttles';

export function functionMetric(
  functionName: string,
  metricName: FunctionMetricName,
  options: MetricOptions = {},
): Metric {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { FunctionName: functionName },
    statistic: 'Sum',
    ...options,
  });
}
