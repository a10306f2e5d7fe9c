import type { Metrics } from '@aws-lambda-powertools/metrics';
import { PARSER_METRICS } from '../../core/log/metric-names.ts';
import type { FailureKind } from '../../core/mail/errors.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';

export interface ParserMetrics {
  parsed(mail: ParsedMail, latencyMs: number): void;
  failed(kind: FailureKind): void;
}

/** Embedded metric format on stdout, written once an invocation. `POWERTOOLS_METRICS_DISABLED=true` turns it off. */
export function parserMetrics(metrics: Metrics): ParserMetrics {
  return {
    parsed(mail, latencyMs) {
      const stopped = mail.defects.filter(({ code }) => code === 'parse.deadline' || code === 'parse.crash');
      metrics.addMetric(PARSER_METRICS.parsed, 'Count', 1);
      metrics.addMetric(PARSER_METRICS.bytes, 'Bytes', mail.raw.size);
      metrics.addMetric(PARSER_METRICS.attachments, 'Count', mail.attachments.length);
      metrics.addMetric(
        PARSER_METRICS.attachmentBytes,
        'Bytes',
        mail.attachments.reduce((sum, { size }) => sum + size, 0),
      );
      metrics.addMetric(PARSER_METRICS.defects, 'Count', mail.defects.length);
      metrics.addMetric(PARSER_METRICS.stopped, 'Count', stopped.length);
      metrics.addMetric(PARSER_METRICS.latency, 'Milliseconds', latencyMs);
    },
    failed(kind) {
      metrics.addMetric(kind === 'transient' ? PARSER_METRICS.retried : PARSER_METRICS.failed, 'Count', 1);
    },
  };
}
