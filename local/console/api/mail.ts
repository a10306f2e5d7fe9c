import type { DefectCode } from '../../../core/mail/defects.ts';
import type { ParsedMail, Step } from '../../../core/mail/parsed-mail.ts';
import type { MailRow, MailState, SenderLevel } from './mails.ts';

/** One mail and its outcome. */

export interface MailDetail {
  id: string;
  /** `waiting`: stored and not parsed yet. */
  state: MailState | 'waiting';
  receivedAt: string;
  raw: { bucket: string; key: string; size: number } | null;
  /** The SMTP envelope; also present without a document. */
  envelope: ParsedMail['envelope'];
  /** Null when there is none, or none this version can read (`unreadable`). */
  document: MailDocument | null;
  unreadable: boolean;
  sender: SenderStatement | null;
  failures: FailureView[];
  deliveries: DeliveryView[];
  timeline: TimelineEvent[];
  /**
   * Steps that ran while the mail was parsed and enriched. Start times are not recorded; some steps run concurrently.
   */
  steps: Step[];
  defects: DefectView[];
  /**
   * The conversation including this mail: its first 100 indexed mails, oldest first. Empty when there is no other mail.
   */
  thread: ThreadMail[];
}

export type ThreadMail = Pick<MailRow, 'id' | 'receivedAt' | 'from' | 'subject' | 'snippet' | 'state'>;

/** The document as stored, with fields too long for a page cut; `/mails/<id>.json` has everything. */
export interface MailDocument extends ParsedMail {
  /** Fields that were cut to 256 KB (`text`, `html`) or to their first 1,000 entries (`headers`). */
  cut: ('text' | 'html' | 'headers')[];
}

export interface SenderStatement {
  level: SenderLevel;
  /** Who sent it, one or two sentences. */
  sentence: string;
  /** Displayed fields that no valid signature covers, in lower case; `body` may be one of them. */
  unsigned: string[];
  evidence: Evidence[];
}

export interface Evidence {
  check: 'dkim' | 'spf' | 'dmarc' | 'arc' | 'ambiguity' | 'ses';
  /** A result of RFC 8601; `ambiguous` for ambiguity; SES's own verdict for SES. */
  result: string;
  /** Whether the check supports the sender, contradicts it, or neither. */
  speaks: 'for' | 'against' | 'neither';
  /** The domain it is about. */
  domain: string | null;
  sentence: string;
  /** DKIM only: the fields the signature covers. */
  signedFields: string[] | null;
  rfc: string | null;
}

export interface FailureView {
  /** Stable code, such as `raw.missing`. */
  reason: string;
  /** The remedy. */
  remedy: string;
  /** Whether a retry alone may help. */
  retryMayHelp: boolean;
  lastError: string | null;
  attempts: number;
  revision: number;
  /** The queue or `event-bus` that did not accept it; null when the whole mail failed. */
  destination: string | null;
  at: string;
}

export interface DeliveryView {
  /** `parsed-mail`, `parsed-mail-<route>` or `event-bus`. */
  destination: string;
  recipients: string[];
  /** `unrecorded`: no delivery mark, as for a mail that its only queue accepted at the first attempt. */
  state: 'sent' | 'failed' | 'open' | 'unrecorded';
  /** When this state was recorded. */
  at: string | null;
  failure: FailureView | null;
}

/** Sorted by time. `received`: DATA began; `stored`: raw mail stored, then 250; `parsed`: document stored. */
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
  /** Detail of this occurrence. */
  detail: string;
  /** Meaning of the code. */
  meaning: string;
  /** `RFC 5322 §3.6`; null when no RFC says so. */
  rfc: string | null;
  /** `https://www.rfc-editor.org/…`; the server never fetches it. */
  rfcUrl: string | null;
}

/** What was removed from the HTML of a mail. The document for the frame is served outside of the API. */
export interface HtmlFacts {
  /** Images, style sheets, fonts and other remote content that was not loaded. */
  remote: number;
  /** Up to 20 of those hosts. */
  remoteHosts: string[];
  /** Scripts, event handlers, forms, frames and links to anything but web pages, which were removed. */
  active: number;
  /** Embedded images that are not shown: missing, too large, or of an unsupported type. */
  missingImages: number;
  /** Only the first million characters are shown. */
  cut: boolean;
}
