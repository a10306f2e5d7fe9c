import type { Recorded } from './counted.ts';

/**
 * The last counts of `npm run bench -- cost`, the source of docs/costs.md. To update, copy `.build/cost.json`.
 * A test counts anew: the pipeline may not do more for a mail than this says.
 */
export const RECORDED: Recorded = {
  date: '2026-11-29',
  listings: {
    passes: 2980.8,
    pages: 298205,
  },
  standard: {
    standing: {
      balancers: 1,
      addresses: 4,
      tasks: {
        onDemand: 2,
        spot: 0,
        vcpu: 0.25,
        memoryGb: 1,
      },
      alarmMetrics: 34,
      dashboardMetrics: 49,
      polledQueues: 6,
      memoryMb: {
        parser: 1024,
        enricher: 2048,
        letter: 512,
        reconciler: 512,
      },
    },
    mail: {
      edge: {
        s3Writes: 1,
        s3Reads: 0,
        sqs: 0,
      },
      parser: {
        s3Writes: 2,
        s3Reads: 2,
        sqs: 1,
      },
      parserCpuMs: 24.5,
      storedBytes: 13275.5,
      logBytes: 1231,
      logLines: 3,
      sentBytes: 2101.8,
      balancerBytes: 7946.9,
    },
    metrics: [
      'edge-mta AcceptedBytes',
      'edge-mta AcceptedMails',
      'edge-mta ActiveSessions',
      'edge-mta DeferredAfterData',
      'edge-mta RejectedAfterData',
      'edge-mta StoreLatency',
      'parser MailBytes',
      'parser ParsedMails',
      'parser QueueLatency',
      'reconciler UnreconciledMails',
    ],
  },
  frugal: {
    standing: {
      balancers: 1,
      addresses: 3,
      tasks: {
        onDemand: 1,
        spot: 1,
        vcpu: 0.25,
        memoryGb: 0.5,
      },
      alarmMetrics: 16,
      dashboardMetrics: 49,
      polledQueues: 6,
      memoryMb: {
        parser: 1024,
        enricher: 2048,
        letter: 512,
        reconciler: 512,
      },
    },
    mail: {
      edge: {
        s3Writes: 1,
        s3Reads: 0,
        sqs: 0,
      },
      parser: {
        s3Writes: 2,
        s3Reads: 2,
        sqs: 1,
      },
      parserCpuMs: 23.5,
      storedBytes: 13275.1,
      logBytes: 1230.8,
      logLines: 3,
      sentBytes: 2103,
      balancerBytes: 7945.1,
    },
    metrics: [
      'edge-mta AcceptedBytes',
      'edge-mta AcceptedMails',
      'edge-mta ActiveSessions',
      'edge-mta DeferredAfterData',
      'edge-mta RejectedAfterData',
      'edge-mta StoreLatency',
      'parser MailBytes',
      'parser ParsedMails',
      'parser QueueLatency',
      'reconciler UnreconciledMails',
    ],
  },
};
