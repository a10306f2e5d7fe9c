import { Metrics } from '@aws-lambda-powertools/metrics';
import { METRICS, type MetricKey, type ServiceName } from './names.ts';

/** Counts what the functions do. */
export interface MetricSink {
  add(metric: MetricKey, value: number): void;
}

/**
 * Metrics of one function, printed in the embedded metric format at the end of each invocation.
 * `POWERTOOLS_METRICS_DISABLED=true` turns them off.
 */
export interface LambdaMetrics extends MetricSink {
  flush(): void;
}

export function lambdaMetrics(namespace: string, service: ServiceName): LambdaMetrics {
  const metrics = new Metrics({ namespace, serviceName: service });
  return {
    add(metric, value) {
      const { name, unit } = METRICS[metric];
      metrics.addMetric(name, unit, value);
    },
    flush() {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
