/**
 * CloudWatch metrics that the edge and the functions print in the embedded metric format, and that dashboard and alarms
 * read. Every name is defined here once, so that no alarm can watch a metric that nothing sends.
 */

/**
 * Namespace of one deployment, which keeps the stages of an account apart. Programs receive it in their environment.
 */
export const metricsNamespace = (stage: string): string => `MailPipeline/${stage}`;

/** The one dimension, as Powertools for Lambda names it. */
export const SERVICE_DIMENSION = 'service';

export const SERVICES = [
  'edge-mta',
  'parser',
  'dead-letter',
  'reconciler',
  'webhook',
  'enricher',
  'certificate',
  'canary',
] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface MetricDefinition {
  service: ServiceName;
  name: string;
  /** CloudWatch has no unit for dollars: `None`. */
  unit: 'Count' | 'Bytes' | 'Milliseconds' | 'None';
}

/** What is counted, and by which program. Counts are sent as 1 (or the number in a batch) per occurrence. */
export const METRICS = {
  /** Mails answered 250. */
  accepted: { service: 'edge-mta', name: 'AcceptedMails', unit: 'Count' },
  /** Bytes of DATA of mails answered 250. */
  acceptedBytes: { service: 'edge-mta', name: 'AcceptedBytes', unit: 'Bytes' },
  /** Mails answered 5xx after DATA. */
  rejectedAfterData: { service: 'edge-mta', name: 'RejectedAfterData', unit: 'Count' },
  /** Mails answered 4xx after DATA: the store failed or was too slow, or the byte budget was exhausted. */
  deferredAfterData: { service: 'edge-mta', name: 'DeferredAfterData', unit: 'Count' },
  /** From the end of DATA to its reply. */
  storeLatency: { service: 'edge-mta', name: 'StoreLatency', unit: 'Milliseconds' },
  /** Open SMTP sessions of one task, sent at least once a minute. Scaling keeps its average at a target. */
  activeSessions: { service: 'edge-mta', name: 'ActiveSessions', unit: 'Count' },
  /**
   * Whole days until the first certificate of a task expires; not sent for a self-signed one. CloudWatch has no unit
   * for days.
   */
  certificateDaysLeft: { service: 'edge-mta', name: 'CertificateDaysLeft', unit: 'None' },
  /** Mails put on the parsed-mail queue. */
  parsed: { service: 'parser', name: 'ParsedMails', unit: 'Count' },
  /** From the 250 (`receivedAt`) to the parsed-mail queue. */
  queueLatency: { service: 'parser', name: 'QueueLatency', unit: 'Milliseconds' },
  /** Bytes of raw mail read. */
  mailBytes: { service: 'parser', name: 'MailBytes', unit: 'Bytes' },
  attachments: { service: 'parser', name: 'Attachments', unit: 'Count' },
  attachmentBytes: { service: 'parser', name: 'AttachmentBytes', unit: 'Bytes' },
  defects: { service: 'parser', name: 'Defects', unit: 'Count' },
  /** Mails of which only the headers could be read: `parse.deadline` and `parse.crash`. */
  readingsStopped: { service: 'parser', name: 'ReadingsStopped', unit: 'Count' },
  /** Attempts that will be repeated. */
  retried: { service: 'parser', name: 'TransientFailures', unit: 'Count' },
  /** Parsed mails that are repeated SMTP deliveries. */
  duplicates: { service: 'parser', name: 'DuplicateMails', unit: 'Count' },
  /** Mails that failed permanently, or at the last attempt: their event went to the dead-letter queue. */
  givenUp: { service: 'parser', name: 'GivenUpMails', unit: 'Count' },
  /** Mails on their queues whose event the bus refused: each of the `PUBLISHERS` counts its own. */
  eventsRefused: { service: 'parser', name: 'RefusedEvents', unit: 'Count' },
  /** Mails that waited for enrichment and were published. */
  enriched: { service: 'enricher', name: 'EnrichedMails', unit: 'Count' },
  /** From the 250 (`receivedAt`) to the parsed-mail queue, of mails that waited for enrichment. */
  enrichLatency: { service: 'enricher', name: 'QueueLatency', unit: 'Milliseconds' },
  /** Cost reserved from the daily budget, US dollars at list price. */
  ocrCost: { service: 'enricher', name: 'OcrCostUsd', unit: 'None' },
  sentimentCost: { service: 'enricher', name: 'SentimentCostUsd', unit: 'None' },
  entitiesCost: { service: 'enricher', name: 'EntitiesCostUsd', unit: 'None' },
  piiCost: { service: 'enricher', name: 'PiiCostUsd', unit: 'None' },
  modelCost: { service: 'enricher', name: 'ModelCostUsd', unit: 'None' },
  /** Requests that were not sent because they would have exceeded the daily budget. */
  budgetRefusals: { service: 'enricher', name: 'BudgetRefusals', unit: 'Count' },
  /** Mails whose event reached the dead-letter queue and became a `failed/<id>.json`. */
  deadLettered: { service: 'dead-letter', name: 'DeadLetteredMails', unit: 'Count' },
  /** Raw mails without an outcome that the reconciler found; 0 is sent as well. */
  unreconciled: { service: 'reconciler', name: 'UnreconciledMails', unit: 'Count' },
  /** Those that got another event. */
  requeued: { service: 'reconciler', name: 'RequeuedMails', unit: 'Count' },
  /** 1 for each canary mail that arrived on its queue, 0 for one that did not. */
  canaryDelivered: { service: 'canary', name: 'CanaryDelivered', unit: 'Count' },
  /** From the connection to the edge until the message is received. */
  canaryLatency: { service: 'canary', name: 'CanaryLatency', unit: 'Milliseconds' },
  /** Mails that a webhook accepted. */
  posted: { service: 'webhook', name: 'PostedMails', unit: 'Count' },
  /** Attempts to post a mail that will be repeated. */
  postRetried: { service: 'webhook', name: 'TransientFailures', unit: 'Count' },
  /** Mails that went to the dead-letter queue of their queue: refused, too large, or failed at the last attempt. */
  postGivenUp: { service: 'webhook', name: 'GivenUpMails', unit: 'Count' },
} as const satisfies Record<string, MetricDefinition>;

export type MetricKey = keyof typeof METRICS;

/** Functions that publish mails and send events to the bus, each under its own name. */
export const PUBLISHERS: readonly ServiceName[] = ['parser', 'enricher', 'dead-letter'];
