import { COUNTERS, type EdgeMetrics, GAUGES, type Gauges, LATENCY_BUCKETS } from './edge-metrics.ts';

/** `Content-Type` of the text exposition format. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The text that a Prometheus server scrapes. */
export function prometheusText(metrics: EdgeMetrics, gauges: Gauges): string {
  const lines: string[] = [];
  for (const { name, help } of COUNTERS) {
    head(lines, `edge_${name}_total`, 'counter', help);
    lines.push(`edge_${name}_total ${metrics.counts.get(name) ?? 0}`);
  }
  for (const { name, help } of GAUGES) {
    head(lines, `edge_${name}`, 'gauge', help);
    lines.push(`edge_${name} ${gauges[name]}`);
  }
  head(lines, 'edge_replies_total', 'counter', 'Replies by code and enhanced status code');
  for (const [code, count] of metrics.replies) lines.push(`edge_replies_total{code="${code}"} ${count}`);
  latency(lines, metrics);
  return `${lines.join('\n')}\n`;
}

function head(lines: string[], name: string, type: string, help: string): void {
  lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
}

function latency(lines: string[], { latency: { buckets, count, sum } }: EdgeMetrics): void {
  const name = 'edge_store_seconds';
  head(lines, name, 'histogram', 'From the end of DATA to its reply');
  let below = 0;
  LATENCY_BUCKETS.forEach((bound, at) => {
    below += buckets[at] ?? 0;
    lines.push(`${name}_bucket{le="${bound}"} ${below}`);
  });
  lines.push(`${name}_bucket{le="+Inf"} ${count}`, `${name}_sum ${sum}`, `${name}_count ${count}`);
}
