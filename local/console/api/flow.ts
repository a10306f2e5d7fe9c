import type { Faults } from './actions.ts';
import type { IndexState, MailRow } from './mails.ts';

/** What flows through the pipeline, and what happens just now. */

/** The picture of the README: nodes in the order of the flow, and figures of the last day. */
export interface Flow {
  at: string;
  index: IndexState;
  nodes: FlowNode[];
  balance: Balance;
  /** Mails a minute over the last minute and the last hour. */
  rate: { minute: number; hour: number };
  /** Of the last hour. */
  latency: Latency;
  /** What the store does to the pipeline on purpose (`/api/faults`); null of a deployment. */
  store: Faults['store'] | null;
  /** 60 steps of a minute, ended by the current one. */
  hour: Series;
  /** 144 steps of ten minutes, ended by the current one. */
  day: Series;
  /** Of the last day, most first. */
  failures: { place: string; reason: string; mails: number; remedy: string }[];
}

export interface FlowNode {
  /** `edge`, `raw`, `parser`, `enricher`, the name of a queue, or `event-bus` where that has refused mails. */
  name: string;
  kind: 'edge' | 'store' | 'function' | 'queue' | 'bus';
  /** Mails that went through: stored, parsed, enriched, delivered; null when not known. */
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
  /** Of the oldest message; null when empty or not known (AWS tells it through CloudWatch only). */
  oldestMs: number | null;
  /** In its dead-letter queue; null when not known. */
  deadLetters: number | null;
}

/** Mails of the last day, and older ones that still wait. Each is in exactly one of `parsed`, `failed` and `waiting`. */
export interface Balance {
  received: number;
  parsed: number;
  failed: number;
  /** Neither document nor failure yet. */
  waiting: number;
  /** When the oldest of those was stored; null when none waits. The reconciler looks after a mail within 15 minutes. */
  oldestWaitingAt: string | null;
}

export interface Latency extends Percentiles {
  /** Only of destinations that had messages; empty where the moment of each message is not known. */
  byDestination: (Percentiles & { destination: string })[];
  /** From the stored mail (250) to the answer of its queue, or to its document, where only that is known. */
  until: 'queue' | 'document';
  resolutionMs: number;
}

/** Within 1 %, by nearest rank; null of nothing. */
interface Percentiles {
  /** First deliveries; a mail with two routes is two. Replays, and what failed before, are not timed. */
  messages: number;
  p50Ms: number | null;
  p99Ms: number | null;
}

export interface Series {
  stepMs: number;
  /** When the first step begins. */
  from: string;
  received: number[];
  parsed: number[];
  failed: number[];
  p50Ms: (number | null)[];
  p99Ms: (number | null)[];
}

/**
 * `GET /api/events`: events by their names, data as JSON, a comment every 15 seconds. With a Last-Event-ID, or
 * `after` in its place, that the server still knows it sends what was missed, else `refresh`. 32 clients at most, then 503.
 */
export interface ServerEvents {
  /** Arrived, or changed: parsed, failed, redriven, replayed. */
  mail: MailRow;
  /** Without the series, at most once a second and only when something changed. */
  flow: Omit<Flow, 'hour' | 'day'>;
  index: IndexState;
  /** Ask for everything again. */
  refresh: Record<string, never>;
}
