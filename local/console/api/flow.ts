import type { IndexState, MailRow } from './mails.ts';

/** What flows through the pipeline, and what happens just now. */

/** The picture of the README: nodes in the order of the flow, and figures over the window of the index. */
export interface Flow {
  at: string;
  index: IndexState;
  nodes: FlowNode[];
  balance: Balance;
  /** Mails a minute over the last minute and the last hour. */
  rate: { minute: number; hour: number };
  /** Of the last hour. */
  latency: Latency;
  /** 60 steps of a minute, ended by the current one. */
  hour: Series;
  /** 144 steps of ten minutes, ended by the current one. */
  day: Series;
  /** Of the last day, most first. */
  failures: { place: string; reason: string; mails: number; remedy: string }[];
}

export interface FlowNode {
  /** `edge`, `raw`, `parser`, `enricher`, or the name of a queue. */
  name: string;
  kind: 'edge' | 'store' | 'function' | 'queue';
  /** Mails that went through: stored, parsed, enriched, delivered; null when not known. */
  mails: number | null;
  queue: QueueFigures | null;
  /** Mails that failed here, of the last day. */
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

/** Every received mail is in exactly one of the other three. */
export interface Balance {
  received: number;
  parsed: number;
  failed: number;
  /** Neither document nor failure yet. */
  waiting: number;
}

export interface Latency {
  mails: number;
  p50Ms: number | null;
  p99Ms: number | null;
  /** From the stored mail (250) to its message in the queue, or to its document, where only that is known. */
  until: 'queue' | 'document';
  resolutionMs: number;
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
 * `GET /api/events`: events by their names, data as JSON, a comment every 15 seconds. With a Last-Event-ID that the
 * server still knows it sends what was missed, else `refresh`. 32 clients at most, then 503.
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
