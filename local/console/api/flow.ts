import type { Faults } from './actions.ts';
import type { IndexState, MailRow } from './mails.ts';

/** The flow through the pipeline, and live events. */

/** The diagram of the README with figures: nodes in the order of the flow, numbers of the last day. */
export interface Flow {
  at: string;
  index: IndexState;
  nodes: FlowNode[];
  balance: Balance;
  /** Mails a minute over the last minute and the last hour. */
  rate: { minute: number; hour: number };
  /** Latency of the last hour. */
  latency: Latency;
  /** Fault injected into the store (`/api/faults`); null on a deployment. */
  store: Faults['store'] | null;
  /** 60 steps of a minute; the current one is last. */
  hour: Series;
  /** 144 steps of ten minutes; the current one is last. */
  day: Series;
  /** Of the last day, most frequent first. */
  failures: { place: string; reason: string; mails: number; remedy: string }[];
}

export interface FlowNode {
  /** `edge`, `raw`, `parser`, `enricher`, the name of a queue, or `event-bus` once it has rejected mails. */
  name: string;
  kind: 'edge' | 'store' | 'function' | 'queue' | 'bus';
  /** Mails that passed: stored, parsed, enriched, delivered; null when unknown. */
  mails: number | null;
  queue: QueueFigures | null;
  /** Mails that failed here, of the last day; at the edge, in local mode: answered 4xx or 5xx after DATA. */
  failures: number;
}

export interface QueueFigures {
  /** Approximate on AWS. */
  visible: number;
  inFlight: number;
  delayed: number;
  /** Age of the oldest message; null when empty or unknown (on AWS only CloudWatch has it). */
  oldestMs: number | null;
  /** Messages in its dead-letter queue; null when unknown. */
  deadLetters: number | null;
}

/**
 * Mails of the last day, and older ones still waiting. Each counts as exactly one of `parsed`, `failed` and `waiting`.
 */
export interface Balance {
  received: number;
  parsed: number;
  failed: number;
  /** Mails with neither document nor failure yet. */
  waiting: number;
  /**
   * When the oldest waiting mail was stored; null when none waits. The reconciler picks up a lost mail within 15
   * minutes.
   */
  oldestWaitingAt: string | null;
}

export interface Latency extends Percentiles {
  /** Only destinations that had messages; empty when the time of each message is unknown. */
  byDestination: (Percentiles & { destination: string })[];
  /** From the stored mail (250) to the confirmation of its queue, or to its document when only that is known. */
  until: 'queue' | 'document';
  resolutionMs: number;
}

/** Within 1 %, by nearest rank; null without data. */
interface Percentiles {
  /** First deliveries; a mail with two routes counts twice. Replays and redriven mails are not timed. */
  messages: number;
  p50Ms: number | null;
  p99Ms: number | null;
}

export interface Series {
  stepMs: number;
  /** Start of the first step. */
  from: string;
  received: number[];
  parsed: number[];
  failed: number[];
  p50Ms: (number | null)[];
  p99Ms: (number | null)[];
}

/**
 * `GET /api/events`: named events with JSON data, and a comment every 15 seconds. Given a Last-Event-ID (or `after`)
 * that the server still remembers, it sends the missed events, otherwise `refresh`. At most 32 clients, then 503.
 */
export interface ServerEvents {
  /** A mail arrived or changed: parsed, failed, redriven, replayed. */
  mail: MailRow;
  /** The flow without its series, at most once a second and only after a change. */
  flow: Omit<Flow, 'hour' | 'day'>;
  index: IndexState;
  /** The page should request everything again. */
  refresh: Record<string, never>;
}
