/**
 * The actions of the page, and the queries it makes before them. Part of `Routes` (api.ts), which describes requests.
 */
export interface Actions {
  /** Parses mails again with the current code, 1 to 100 ids. */
  'POST /api/replay': { body: { ids: string[] }; answer: { results: ActionResult[] } };
  /** What a replay would change, field by field, between the stored document and a new reading. Writes nothing. */
  'GET /api/mails/:id/replay': { answer: ReplayDiff };
  /** Retries failed mails, 1 to 100 ids. */
  'POST /api/redrive': { body: { ids: string[] }; answer: { results: ActionResult[] } };
  /** Local mode only; sends over SMTP. */
  'POST /api/send': { body: SendRequest; answer: { mails: SentMail[] } };
  /**
   * Local mode only; the body is the file, as message/rfc822 with a Content-Length of at most `smtp.maxMessageBytes`.
   * It is streamed to the edge, so an aborted upload delivers nothing. `to` may occur 100 times; an empty `from` is the
   * null sender.
   */
  'POST /api/send/eml': { query: { from: string; to: string }; answer: { mails: SentMail[] } };
  'GET /api/samples': { answer: { samples: { name: string; about: string }[] } };
  /** Local mode only. */
  'GET /api/faults': { answer: Faults };
  'POST /api/faults': { body: { store?: Faults['store'] | undefined; kill?: string | undefined }; answer: Faults };
  /** Local mode only: delivers `mails` (1 to 10,000) over SMTP. */
  'POST /api/flood': { body: { mails: number }; answer: { mails: number } };
  'GET /api/flood': { answer: FloodState };
}

export interface ActionResult {
  id: string;
  outcome: 'queued' | 'refused';
  /** Revision that the mail will have; null when refused. */
  revision: number | null;
  /** Why it was refused or failed again, and what to do; empty otherwise. */
  message: string;
  /** Outcome of a redriven mail within ten seconds; null when there is none yet, or none was awaited. */
  became: 'parsed' | 'failed' | null;
}

export interface ReplayDiff {
  id: string;
  changes: { field: string; before: string | null; after: string | null }[];
}

export type SendRequest =
  | { kind: 'sample'; name: string; to?: string[] | undefined }
  | { kind: 'compose'; from: string; to: string[]; subject: string; text: string };

export interface SentMail {
  /** Null when the edge rejected it. */
  id: string | null;
  /** The reply of the edge. */
  reply: string;
}

export interface Faults {
  /** Fault injected into the store; it affects the programs of the pipeline, not the console. */
  store: { mode: 'well' } | { mode: 'slow'; delayMs: number } | { mode: 'down' };
  /** Running functions with their process ids; `kill` ends the processes of one. */
  functions: { name: string; pids: number[] }[];
}

/**
 * The running flood, or the last one. Each mail sent counts as exactly one of `accepted`, `deferred` and `refused`;
 * each accepted one is on a queue, has failed, or is in flight.
 */
export interface FloodState {
  wanted: number;
  /** Answered 250. */
  accepted: number;
  /** Answered 4xx or not at all; a mail server would retry. */
  deferred: number;
  /** Answered 5xx. */
  refused: number;
  /** The edge's last reply that was not 250. */
  lastReply: string | null;
  /** Accepted mails that their queue confirmed. */
  queued: number;
  /** Accepted mails that failed. */
  failed: number;
  /** Whether mails are still being sent. */
  running: boolean;
}
