import { emfLine, MAX_VALUES } from './emf.ts';
import { METRICS, type MetricKey, type ServiceName } from './names.ts';

/** Counts what the functions do. */
export interface MetricSink {
  add(metric: MetricKey, value: number): void;
}

/**
 * Metrics of one function, printed in the embedded metric format: at the end of each invocation, and whenever a
 * line is full.
 */
export interface LambdaMetrics extends MetricSink {
  flush(): void;
}

export function lambdaMetrics(namespace: string, service: ServiceName, print: (line: string) => void): LambdaMetrics {
  const values = new Map<MetricKey, number[]>();
  const flush = () => {
    if (values.size === 0) return;
    const all = [...values].map(([metric, [first = 0, ...more]]) => {
      return [METRICS[metric], more.length === 0 ? first : [first, ...more]] as const;
    });
    values.clear();
    print(emfLine(namespace, service, all, Date.now()));
  };
  return {
    add(metric, value) {
      const added = values.get(metric) ?? [];
      added.push(value);
      values.set(metric, added);
      if (added.length === MAX_VALUES) flush();
    },
    flush,
  };
}
