import type { DefectCode } from '../../../core/mail/defects.ts';
import type { ParsedMail, Step } from '../../../core/mail/parsed-mail.ts';
import type { MailRow, MailState, SenderLevel } from './mails.ts';

/** One mail, and what became of it. */

export interface MailDetail {
  id: string;
  /** `waiting`: stored and not parsed yet. */
  state: MailState | 'waiting';
  receivedAt: string;
  raw: { bucket: string; key: string; size: number } | null;
  /** What the SMTP dialogue said; also of a mail without a document. */
  envelope: ParsedMail['envelope'];
  /** Null: none, or none that this version can read (`unreadable`). */
  document: MailDocument | null;
  unreadable: boolean;
  sender: SenderStatement | null;
  failures: FailureView[];
  deliveries: DeliveryView[];
  timeline: TimelineEvent[];
  /** What ran while the mail was parsed and enriched. When each began is not on record; some run at the same time. */
  steps: Step[];
  defects: DefectView[];
  /** The conversation, this mail included: its first 100 indexed mails, oldest first. Empty when it has no other. */
  thread: ThreadMail[];
}

export type ThreadMail = Pick<MailRow, 'id' | 'receivedAt' | 'from' | 'subject' | 'snippet' | 'state'>;

/** The document as stored, except that what is too long for a page is cut: `/mails/<id>.json` has all of it. */
export interface MailDocument extends ParsedMail {
  /** Fields that were cut to 256 KB (`text`, `html`) or to their first 1,000 entries (`headers`). */
  cut: ('text' | 'html' | 'headers')[];
}

export interface SenderStatement {
  level: SenderLevel;
  /** Who sent it, one or two sentences. */
  sentence: string;
  /** Fields that the page shows and no valid signature covers, by their names in lower case; `body` among them. */
  unsigned: string[];
  evidence: Evidence[];
}

export interface Evidence {
  check: 'dkim' | 'spf' | 'dmarc' | 'arc' | 'ambiguity' | 'ses';
  /** Word of RFC 8601; of ambiguity `ambiguous`; of SES its own. */
  result: string;
  /** Whether it speaks for the sender, against, or neither. */
  speaks: 'for' | 'against' | 'neither';
  /** The domain it is about. */
  domain: string | null;
  sentence: string;
  /** Of DKIM: the fields that the signature covers. */
  signedFields: string[] | null;
  rfc: string | null;
}

export interface FailureView {
  /** Stable code, such as `raw.missing`. */
  reason: string;
  /** What to try. */
  remedy: string;
  /** Whether another attempt alone may help. */
  retryMayHelp: boolean;
  lastError: string | null;
  attempts: number;
  revision: number;
  /** The queue or `event-bus` that did not take it; null when the whole mail failed. */
  destination: string | null;
  at: string;
}

export interface DeliveryView {
  /** `parsed-mail`, `parsed-mail-<route>` or `event-bus`. */
  destination: string;
  recipients: string[];
  /** `unrecorded`: no mark, as for a mail that its one queue took at once. */
  state: 'sent' | 'failed' | 'open' | 'unrecorded';
  /** When that was recorded. */
  at: string | null;
  failure: FailureView | null;
}

/** In the order of their times. `received`: DATA began; `stored`: the raw mail, then 250; `parsed`: the document. */
export interface TimelineEvent {
  what: 'received' | 'stored' | 'enriching' | 'parsed' | 'queued' | 'sent' | 'failed';
  destination: string | null;
  at: string;
  /** Times from S3 have no fractions of a second: 1000. */
  resolutionMs: number;
}

export interface DefectView {
  code: DefectCode;
  partId: string | null;
  /** Of this mail. */
  detail: string;
  /** Of the code. */
  meaning: string;
  /** `RFC 5322 §3.6`; null when no RFC says so. */
  rfc: string | null;
  /** `https://www.rfc-editor.org/…`, a link that is only followed by people. */
  rfcUrl: string | null;
}

/** What the HTML of a mail looks like without what is not shown of it. The document for the frame is beside the API. */
export interface HtmlFacts {
  /** Images, style sheets, fonts and other content of other hosts that was not loaded. */
  remote: number;
  /** Up to 20 of those hosts. */
  remoteHosts: string[];
  /** Scripts, event handlers, forms, frames and links to no page that were removed. */
  active: number;
  /** Images of the mail itself that are not shown: missing, too large, or of another type. */
  missingImages: number;
  /** Only the first million characters are shown. */
  cut: boolean;
}
