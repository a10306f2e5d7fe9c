import { describe, expect, it } from 'vitest';
import { EdgeMetrics } from '../../edge-mta/metrics/edge-metrics.ts';
import { EmfReporter } from '../../edge-mta/metrics/emf.ts';
import { prometheusText } from '../../edge-mta/metrics/prometheus.ts';

const GAUGES = {
  sessions: 3,
  in_flight_bytes: 10,
  event_loop_lag_ms: 0.5,
  memory_bytes: 7,
  sources: 2,
  certificate_days_left: 30,
};

describe('prometheusText', () => {
  it('gives every metric its type, and histograms cumulative buckets', () => {
    const metrics = new EdgeMetrics();
    metrics.count('mails_accepted', 2);
    metrics.replied('550 5.1.1');
    for (const milliseconds of [4, 30, 60_000]) metrics.stored(milliseconds);
    const text = prometheusText(metrics, GAUGES);
    expect(text).toContain('# TYPE edge_mails_accepted_total counter\nedge_mails_accepted_total 2\n');
    expect(text).toContain('# TYPE edge_sessions gauge\nedge_sessions 3\n');
    expect(text).toContain('edge_replies_total{code="550 5.1.1"} 1\n');
    expect(text).toContain('edge_store_seconds_bucket{le="0.005"} 1\n');
    expect(text).toContain('edge_store_seconds_bucket{le="0.05"} 2\n');
    expect(text).toContain('edge_store_seconds_bucket{le="10"} 2\n');
    expect(text).toContain('edge_store_seconds_bucket{le="+Inf"} 3\n');
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) edge_\w+ .+|edge_\w+(\{\w+="[^"]*"\})? [\d.e+-]+)$/);
    }
  });
});

describe('EmfReporter', () => {
  it('reports what happened since its last line', () => {
    const metrics = new EdgeMetrics();
    const lines: string[] = [];
    const reporter = new EmfReporter(metrics, 'MailPipeline/prod', (line) => lines.push(line));
    metrics.count('mails_accepted', 2);
    metrics.count('accepted_bytes', 100);
    metrics.stored(12.34);
    reporter.flush({ sessions: 7, certificateDaysLeft: null }, 1000);
    metrics.count('mails_accepted');
    reporter.flush({ sessions: 8, certificateDaysLeft: 30 }, 2000);
    const [first, second] = lines.map((line) => JSON.parse(line));
    expect(first).toEqual({
      _aws: {
        Timestamp: 1000,
        CloudWatchMetrics: [
          {
            Namespace: 'MailPipeline/prod',
            Dimensions: [['service']],
            Metrics: [
              { Name: 'AcceptedMails', Unit: 'Count' },
              { Name: 'AcceptedBytes', Unit: 'Bytes' },
              { Name: 'RejectedAfterData', Unit: 'Count' },
              { Name: 'DeferredAfterData', Unit: 'Count' },
              { Name: 'ActiveSessions', Unit: 'Count' },
              { Name: 'StoreLatency', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
      service: 'edge-mta',
      AcceptedMails: 2,
      AcceptedBytes: 100,
      RejectedAfterData: 0,
      DeferredAfterData: 0,
      ActiveSessions: 7,
      StoreLatency: [12.3],
    });
    expect(second).toMatchObject({ AcceptedMails: 1, AcceptedBytes: 0, ActiveSessions: 8, CertificateDaysLeft: 30 });
    expect(first).not.toHaveProperty('CertificateDaysLeft');
    expect(second).not.toHaveProperty('StoreLatency');
  });

  it('sends no more values per metric than CloudWatch accepts', () => {
    const metrics = new EdgeMetrics();
    let line = '';
    const reporter = new EmfReporter(metrics, 'N', (text) => {
      line = text;
    });
    for (let at = 0; at < 1_000; at++) metrics.stored(at);
    reporter.flush({ sessions: 0, certificateDaysLeft: null });
    expect(JSON.parse(line).StoreLatency).toHaveLength(100);
  });
});
