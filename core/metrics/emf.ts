import { type MetricDefinition, SERVICE_DIMENSION, type ServiceName } from './names.ts';

/** A line holds at most 100 values of a metric (AWS: embedded metric format specification). */
export const MAX_VALUES = 100;

export type MetricValues = readonly (readonly [MetricDefinition, number | readonly number[]])[];

/**
 * A log line from which CloudWatch makes metrics (embedded metric format), without its line end.
 *
 * @param now milliseconds since 1970
 */
export function emfLine(namespace: string, service: ServiceName, values: MetricValues, now: number): string {
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [[SERVICE_DIMENSION]],
          Metrics: values.map(([{ name, unit }]) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    [SERVICE_DIMENSION]: service,
    ...Object.fromEntries(values.map(([{ name }, value]) => [name, value])),
  });
}
