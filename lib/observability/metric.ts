import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { type MetricDefinition, metricsNamespace, SERVICE_DIMENSION } from '../../core/metrics/names.ts';

/** A metric published by one of the programs. */
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
 * AWS metrics by resource name. CDK's `queue.metric…` would reference the queue in another stack, and CloudFormation
 * would then refuse to delete the queue with its route as long as an alarm imports its name.
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

export type FunctionMetricName = 'Duration' | 'Errors' | 'Invocations' | 'RecursiveInvocationsDropped' | 'Throttles';

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

/**
 * Messages in queues that a function polls continuously: a message it fails on is in flight for the visibility timeout
 * and received again right after, so it is hardly ever visible.
 */
export function messagesIn(queueNames: readonly string[], label: string): MathExpression {
  return total(
    label,
    queueNames.flatMap((name) => [
      queueMetric(name, 'ApproximateNumberOfMessagesVisible'),
      queueMetric(name, 'ApproximateNumberOfMessagesNotVisible'),
    ]),
  );
}

/** The sum of metrics over five minutes; missing data counts as 0. */
export function total(label: string, metrics: readonly Metric[]): MathExpression {
  return new MathExpression({
    label,
    expression: 'SUM(FILL(METRICS(), 0))',
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`metric${index}`, metric])),
    period: Duration.minutes(5),
  });
}
