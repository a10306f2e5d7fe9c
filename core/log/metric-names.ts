/** CloudWatch namespace of every metric that the functions write (embedded metric format). */
export const METRIC_NAMESPACE = 'MailPipeline';

/** Metrics of the parser. Dashboards, alarms and the parser itself take the names from here. */
export const PARSER_METRICS = {
  /** Mails put on the queue. Count. */
  parsed: 'MailsParsed',
  /** Bytes of raw mail. */
  bytes: 'MailBytes',
  attachments: 'Attachments',
  attachmentBytes: 'AttachmentBytes',
  defects: 'Defects',
  /** Mails of which only the headers could be read. */
  stopped: 'ReadingsStopped',
  /** Milliseconds from the SMTP reply to the queue. */
  latency: 'LatencyToQueue',
  /** Attempts that will be repeated. */
  retried: 'TransientFailures',
  /** Mails recorded as failed. */
  failed: 'PermanentFailures',
} as const;
