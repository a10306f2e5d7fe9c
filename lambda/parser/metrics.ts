import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { FailureKind } from '../../core/mail/errors.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import { METRICS, type MetricDefinition } from '../../core/metrics/names.ts';

export interface ParserMetrics {
  parsed(mail: ParsedMail, latencyMs: number): void;
  failed(kind: FailureKind): void;
}

/** Embedded metric format on stdout, written once an invocation. `POWERTOOLS_METRICS_DISABLED=true` turns it off. */
export function parserMetrics(metrics: Metrics): ParserMetrics {
  const add = ({ name, unit }: MetricDefinition, value: number) => metrics.addMetric(name, unit, value);
  return {
    parsed(mail, latencyMs) {
      const stopped = mail.defects.filter(({ code }) => code === 'parse.deadline' || code === 'parse.crash');
      add(METRICS.parsed, 1);
      add(METRICS.queueLatency, latencyMs);
      add(METRICS.mailBytes, mail.raw.size);
      add(METRICS.attachments, mail.attachments.length);
      add(
        METRICS.attachmentBytes,
        mail.attachments.reduce((sum, { size }) => sum + size, 0),
      );
      add(METRICS.defects, mail.defects.length);
      add(METRICS.readingsStopped, stopped.length);
    },
    failed(kind) {
      add(kind === 'transient' ? METRICS.retried : METRICS.refused, 1);
    },
  };
}
