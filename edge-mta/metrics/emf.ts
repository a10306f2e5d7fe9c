import { emfLine, MAX_VALUES } from '../../core/metrics/emf.ts';
import { METRICS, type MetricDefinition } from '../../core/metrics/names.ts';
import type { Counter, EdgeMetrics } from './edge-metrics.ts';

const COUNTED: readonly (readonly [MetricDefinition, Counter])[] = [
  [METRICS.accepted, 'mails_accepted'],
  [METRICS.acceptedBytes, 'accepted_bytes'],
  [METRICS.rejectedAfterData, 'mails_rejected'],
  [METRICS.deferredAfterData, 'mails_deferred'],
];

/** Gauges at the time of a line. */
export interface Measured {
  sessions: number;
  certificateDaysLeft: number | null;
}

/** CloudWatch metrics as log lines, without an agent or API calls. Each line covers the time since the previous one. */
export class EmfReporter {
  readonly #metrics: EdgeMetrics;
  readonly #namespace: string;
  readonly #write: (line: string) => void;
  readonly #sent = new Map<Counter, number>();
  #latencies: number[] = [];
  #latencyCount = 0;

  constructor(metrics: EdgeMetrics, namespace: string, write: (line: string) => void) {
    this.#metrics = metrics;
    this.#namespace = namespace;
    this.#write = write;
    metrics.onLatency = (milliseconds) => this.#sample(milliseconds);
  }

  /**
   * Sends zeros as well, so that an alarm can tell "nothing failed" from "no data".
   *
   * @param certificateDaysLeft null when the edge signs its own certificate
   */
  flush({ sessions, certificateDaysLeft }: Measured, now = Date.now()): void {
    const values: [MetricDefinition, number | number[]][] = COUNTED.map(([definition, counter]) => {
      const total = this.#metrics.counts.get(counter) ?? 0;
      const since = total - (this.#sent.get(counter) ?? 0);
      this.#sent.set(counter, total);
      return [definition, since];
    });
    values.push([METRICS.activeSessions, sessions]);
    if (certificateDaysLeft !== null) values.push([METRICS.certificateDaysLeft, certificateDaysLeft]);
    if (this.#latencies.length > 0) values.push([METRICS.storeLatency, this.#latencies]);
    this.#latencies = [];
    this.#latencyCount = 0;
    this.#write(`${emfLine(this.#namespace, 'edge-mta', values, now)}\n`);
  }

  /** Reservoir sampling: when there are more values than fit, each is equally likely to be kept. */
  #sample(milliseconds: number): void {
    this.#latencyCount++;
    const full = this.#latencies.length === MAX_VALUES;
    const at = full ? Math.floor(Math.random() * this.#latencyCount) : this.#latencies.length;
    if (at < MAX_VALUES) this.#latencies[at] = Math.round(milliseconds * 10) / 10;
  }
}
