/** All counters, with their Prometheus help texts. */
export const COUNTERS = [
  { name: 'connections', help: 'Connections that were given a session' },
  { name: 'connections_refused', help: 'Connections refused with 421 before a session' },
  { name: 'tls_sessions', help: 'Sessions that switched to TLS' },
  { name: 'mails_accepted', help: 'Mails answered 250' },
  { name: 'mails_rejected', help: 'Mails answered 5xx after DATA' },
  { name: 'mails_deferred', help: 'Mails answered 4xx after DATA' },
  { name: 'mails_aborted', help: 'Mails whose connection ended inside DATA' },
  { name: 'mails_normalized', help: 'Mails answered 250 after bare LFs were converted to CRLF' },
  { name: 'accepted_bytes', help: 'Bytes of DATA of mails answered 250' },
] as const;

export type Counter = (typeof COUNTERS)[number]['name'];

/** Measured on each scrape. */
export const GAUGES = [
  { name: 'sessions', help: 'Open sessions' },
  { name: 'in_flight_bytes', help: 'Bytes of mails in memory that are not stored yet' },
  { name: 'event_loop_lag_ms', help: 'Median event-loop delay of the last second, milliseconds' },
  { name: 'memory_bytes', help: 'Resident memory of the process' },
  { name: 'sources', help: 'Client addresses and /64 networks seen in the last minute' },
  { name: 'certificate_days_left', help: 'Days until the STARTTLS certificate expires' },
] as const;

export type Gauges = Record<(typeof GAUGES)[number]['name'], number>;

/** Upper bounds of the latency histogram, in seconds. */
export const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Counts since the start of the edge, the source of both Prometheus text and CloudWatch metrics. */
export class EdgeMetrics {
  readonly counts = new Map<Counter, number>();
  /** By code, such as `550 5.1.1`. */
  readonly replies = new Map<string, number>();
  /** From the end of DATA to its reply, in seconds. `buckets` are not cumulative; the last has no upper bound. */
  readonly latency = { count: 0, sum: 0, buckets: new Array<number>(LATENCY_BUCKETS.length + 1).fill(0) };
  /** Called with every latency, in milliseconds. */
  onLatency: (milliseconds: number) => void = () => {};

  count(counter: Counter, by = 1): void {
    this.counts.set(counter, (this.counts.get(counter) ?? 0) + by);
  }

  replied(code: string): void {
    this.replies.set(code, (this.replies.get(code) ?? 0) + 1);
  }

  stored(milliseconds: number): void {
    const seconds = milliseconds / 1000;
    const found = LATENCY_BUCKETS.findIndex((bound) => seconds <= bound);
    const at = found === -1 ? LATENCY_BUCKETS.length : found;
    this.latency.buckets[at] = (this.latency.buckets[at] ?? 0) + 1;
    this.latency.count++;
    this.latency.sum += seconds;
    this.onLatency(milliseconds);
  }
}
