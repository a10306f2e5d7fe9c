import type { DefectCode } from '../../../core/mail/defects.ts';
import type { MalwareVerdict } from '../../../core/mail/enrichment-schema.ts';
import type { MAIL_KINDS } from '../../../core/mail/parsed-mail.ts';

/** The list of mails, and the search in it. */

/** Query parameters, all optional; a filter that is repeated means either. They are the page's own as well. */
export interface MailQuery {
  /**
   * Words, each the beginning of one in from, to, subject, text or a file name; all have to occur. `"a phrase"`,
   * `-word`, and `from:`, `to:`, `subject:`, `text:`, `file:` in front of a word. At most 500 characters.
   */
  search?: string;
  /** Name of a route; `default` is the parsed-mail queue. */
  route?: string | string[];
  kind?: MailKind | MailKind[];
  sender?: SenderLevel | SenderLevel[];
  malware?: MalwareVerdict | MalwareVerdict[];
  /** A defect, or `any`. */
  defect?: DefectCode | 'any' | (DefectCode | 'any')[];
  failed?: 'true' | 'false';
  invoice?: 'true' | 'false';
  attachments?: 'true' | 'false';
  ambiguous?: 'true' | 'false';
  /** ISO 8601: received at that time or later. */
  since?: string;
  /** ISO 8601: received before. */
  until?: string;
  /** Cursor: `older` of the page before. */
  before?: string;
  /** 1 to 200, 50 by default. */
  limit?: number;
}

export type MailKind = (typeof MAIL_KINDS)[number];

export interface MailPage {
  mails: MailRow[];
  /** Cursor of the next page; null when there are no older mails. */
  older: string | null;
  index: IndexState;
}

/** What a search can find so far. */
export interface IndexState {
  /** `building`: mails that were there at the start are being read, newest first; those that arrive are in at once. */
  state: 'building' | 'ready';
  /** Mails that can be found. */
  mails: number;
  /** How many there are to be; null while they are being counted. */
  total: number | null;
  /** Older mails are not indexed: there are more than the limit, or the window of a deployment begins there. */
  since: string | null;
}

/** `parsed`: there is a document, and every destination took it as far as is on record; `failed`: not so. */
export type MailState = 'parsed' | 'failed';

/**
 * - `verified`: senderVerified, and a signature that passes and is aligned covers From, To, Subject, Date and the body;
 *   not ambiguous
 * - `partly`: senderVerified, but something that is shown may have been changed: `unsigned` says what
 * - `unverified`: nothing proves the sender
 * - `contradicted`: DMARC fails: the domain says that it did not send it
 * - `unknown`: not checked, or the check did not end (temperror)
 */
export type SenderLevel = 'verified' | 'partly' | 'unverified' | 'contradicted' | 'unknown';

export interface MailRow {
  id: string;
  state: MailState;
  receivedAt: string;
  /** The first author, or MAIL FROM of a mail without a document; null when neither is known. */
  from: Person | null;
  /** Envelope recipients, else To: the first 5. */
  to: string[];
  recipients: number;
  /** Null: none, or no document. At most 300 characters. */
  subject: string | null;
  /** The beginning of the text, blanks as one. At most 160 characters. */
  snippet: string;
  kind: MailKind;
  /** Names of routes; `default` is the parsed-mail queue. */
  routes: string[];
  sender: SenderLevel;
  malware: MalwareVerdict | null;
  /** Each code once. */
  defects: DefectCode[];
  ambiguous: boolean;
  /** The first 5, embedded images left out. */
  attachments: { partId: string; filename: string | null; contentType: string; size: number }[];
  attachmentCount: number;
  /** Of the raw mail; null when it is not known. */
  size: number | null;
  invoice: boolean;
  /** The first: of the whole mail, else of a destination. */
  failure: { reason: string; destination: string | null } | null;
  /** Id of the mail that this is a retried delivery of. */
  duplicateOf: string | null;
  revision: number;
}

export interface Person {
  name: string;
  address: string;
}

export interface Facets {
  routes: Facet[];
  kinds: Facet[];
  senders: Facet[];
  malware: Facet[];
  defects: (Facet & { meaning: string })[];
  failed: number;
  invoice: number;
  attachments: number;
  ambiguous: number;
}

export interface Facet {
  value: string;
  mails: number;
}
