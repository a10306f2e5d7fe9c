/**
 * CloudWatch metrics that the edge and the functions print in the embedded metric format, and that dashboard and
 * alarms read. Every name stands here once, so that an alarm cannot listen for a metric that nobody sends.
 */

/** Namespace of one deployment: stages in one account do not mix. Programs get it in their environment. */
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

/** What is counted, by whom. Counts are sent with 1 (or the number in a batch) for each occurrence. */
export const METRICS = {
  /** Mails answered 250. */
  accepted: { service: 'edge-mta', name: 'AcceptedMails', unit: 'Count' },
  /** Bytes of DATA of mails answered 250. */
  acceptedBytes: { service: 'edge-mta', name: 'AcceptedBytes', unit: 'Bytes' },
  /** Mails answered 5xx after DATA. */
  rejectedAfterData: { service: 'edge-mta', name: 'RejectedAfterData', unit: 'Count' },
  /** Mails answered 4xx after DATA: the store failed, was too slow, or the byte budget was spent. */
  deferredAfterData: { service: 'edge-mta', name: 'DeferredAfterData', unit: 'Count' },
  /** From the end of DATA to its reply. */
  storeLatency: { service: 'edge-mta', name: 'StoreLatency', unit: 'Milliseconds' },
  /** Open SMTP sessions of one task, sent once a minute or more often. Scaling holds its average. */
  activeSessions: { service: 'edge-mta', name: 'ActiveSessions', unit: 'Count' },
  /** Whole days until the first certificate ends that a task presents; not sent where it signs its own. CloudWatch has no unit for days. */
  certificateDaysLeft: { service: 'edge-mta', name: 'CertificateDaysLeft', unit: 'None' },
  /** Mails put on the parsed-mail queue. */
  parsed: { service: 'parser', name: 'ParsedMails', unit: 'Count' },
  /** From the 250 (`receivedAt`) to the parsed-mail queue. */
  queueLatency: { service: 'parser', name: 'QueueLatency', unit: 'Milliseconds' },
  /** Bytes of raw mail that were read. */
  mailBytes: { service: 'parser', name: 'MailBytes', unit: 'Bytes' },
  attachments: { service: 'parser', name: 'Attachments', unit: 'Count' },
  attachmentBytes: { service: 'parser', name: 'AttachmentBytes', unit: 'Bytes' },
  defects: { service: 'parser', name: 'Defects', unit: 'Count' },
  /** Mails of which only the headers could be read: `parse.deadline` and `parse.crash`. */
  readingsStopped: { service: 'parser', name: 'ReadingsStopped', unit: 'Count' },
  /** Attempts that will be repeated. */
  retried: { service: 'parser', name: 'TransientFailures', unit: 'Count' },
  /** Of those, mails that a retried SMTP delivery brought once more. */
  duplicates: { service: 'parser', name: 'DuplicateMails', unit: 'Count' },
  /** Mails given up, because no attempt can help or the last one failed: their event went to the dead-letter queue. */
  givenUp: { service: 'parser', name: 'GivenUpMails', unit: 'Count' },
  /** Mails on their queues of which the event bus cannot be told: each of the `PUBLISHERS` counts its own. */
  eventsRefused: { service: 'parser', name: 'RefusedEvents', unit: 'Count' },
  /** Mails that waited for enrichment and were sent. */
  enriched: { service: 'enricher', name: 'EnrichedMails', unit: 'Count' },
  /** From the 250 (`receivedAt`) to the parsed-mail queue, of mails that waited for enrichment. */
  enrichLatency: { service: 'enricher', name: 'QueueLatency', unit: 'Milliseconds' },
  /** What was set aside of the daily budget, US dollars by list price. */
  ocrCost: { service: 'enricher', name: 'OcrCostUsd', unit: 'None' },
  sentimentCost: { service: 'enricher', name: 'SentimentCostUsd', unit: 'None' },
  entitiesCost: { service: 'enricher', name: 'EntitiesCostUsd', unit: 'None' },
  piiCost: { service: 'enricher', name: 'PiiCostUsd', unit: 'None' },
  modelCost: { service: 'enricher', name: 'ModelCostUsd', unit: 'None' },
  /** Requests that were not sent because they would have gone beyond the daily budget. */
  budgetRefusals: { service: 'enricher', name: 'BudgetRefusals', unit: 'Count' },
  /** Mails whose event came out of the dead-letter queue and became a `failed/<id>.json`. */
  deadLettered: { service: 'dead-letter', name: 'DeadLetteredMails', unit: 'Count' },
  /** Raw mails without an outcome that the reconciler found; 0 is sent as well. */
  unreconciled: { service: 'reconciler', name: 'UnreconciledMails', unit: 'Count' },
  /** Of those, mails that got another event. */
  requeued: { service: 'reconciler', name: 'RequeuedMails', unit: 'Count' },
  /** 1 for each canary mail that came out of its queue, 0 for one that did not. */
  canaryDelivered: { service: 'canary', name: 'CanaryDelivered', unit: 'Count' },
  /** From the connection to the edge until the message is received. */
  canaryLatency: { service: 'canary', name: 'CanaryLatency', unit: 'Milliseconds' },
  /** Mails that a webhook took. */
  posted: { service: 'webhook', name: 'PostedMails', unit: 'Count' },
  /** Attempts to post a mail that will be repeated. */
  postRetried: { service: 'webhook', name: 'TransientFailures', unit: 'Count' },
  /** Mails that went to the dead-letter queue of their queue: refused, too large, or the last attempt failed. */
  postGivenUp: { service: 'webhook', name: 'GivenUpMails', unit: 'Count' },
} as const satisfies Record<string, MetricDefinition>;

export type MetricKey = keyof typeof METRICS;

/** Functions that put mails on their queues and tell the bus, each under its own name. */
export const PUBLISHERS: readonly ServiceName[] = ['parser', 'enricher', 'dead-letter'];
