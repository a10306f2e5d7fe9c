/** What the page can change, and what it asks before. Part of `Routes` (api.ts), which says how requests are made. */
export interface Actions {
  /** Parses mails again with the code of today, 1 to 100 ids. */
  'POST /api/replay': { body: { ids: string[] }; answer: { results: ActionResult[] } };
  /** What a replay would change: fields of the stored document and of a new reading, nothing is written. */
  'GET /api/mails/:id/replay': { answer: ReplayDiff };
  /** Tries failed mails again, 1 to 100 ids. */
  'POST /api/redrive': { body: { ids: string[] }; answer: { results: ActionResult[] } };
  /** Local mode only; sends over SMTP. */
  'POST /api/send': { body: SendRequest; answer: { mails: SentMail[] } };
  /**
   * Local mode only; the body is the file, as message/rfc822 with a Content-Length of at most `smtp.maxMessageBytes`. It
   * is streamed to the edge: an upload that breaks off delivers nothing. `to` may occur 100 times; an empty `from` is
   * the null sender.
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
  /** Why it was refused, or why it failed again, and what to do; empty otherwise. */
  message: string;
  /** What became of a redriven mail within ten seconds; null when that is not known yet, or not waited for. */
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
  /** Null when the edge refused it. */
  id: string | null;
  /** What the edge answered. */
  reply: string;
}

export interface Faults {
  /** What the store does to the programs of the pipeline, not to the console. */
  store: { mode: 'well' } | { mode: 'slow'; delayMs: number } | { mode: 'down' };
  /** Functions that run, with their process ids: `kill` ends the processes of one. */
  functions: { name: string; pids: number[] }[];
}

/**
 * The flood that runs, or the last one. Each mail that was sent is in exactly one of `accepted`, `deferred` and
 * `refused`; each accepted one is on a queue, has failed, or is on its way.
 */
export interface FloodState {
  wanted: number;
  /** Answered 250. */
  accepted: number;
  /** Answered 4xx, or not at all: a sender would try again. */
  deferred: number;
  /** Answered 5xx. */
  refused: number;
  /** What the edge said last when it did not accept one. */
  lastReply: string | null;
  /** Accepted mails whose queue answered that it has them. */
  queued: number;
  /** Accepted mails that failed. */
  failed: number;
  /** Whether mails are still being sent. */
  running: boolean;
}
