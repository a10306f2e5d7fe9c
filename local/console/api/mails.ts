import type { DefectCode } from '../../../core/mail/defects.ts';
import type { MalwareVerdict } from '../../../core/mail/enrichment-schema.ts';
import type { MAIL_KINDS } from '../../../core/mail/parsed-mail.ts';

/** The list of mails, and the search in it. */

/** Query parameters, all optional; a repeated filter matches any of its values. The page uses the same ones. */
export interface MailQuery {
  /**
   * Words, matched as prefixes in from, to, subject, text and file names; all must match. Also `"a phrase"`, `-word`,
   * and `from:`, `to:`, `subject:`, `text:`, `file:` before a word. At most 500 characters.
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
  /** Cursor: `older` of the previous page. */
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

/** What the search covers so far. */
export interface IndexState {
  /** `building`: reading the mails stored before the start, newest first; new mails are indexed at once. */
  state: 'building' | 'ready';
  /** Mails that can be found. */
  mails: number;
  /** How many there will be; null while they are being counted. */
  total: number | null;
  /** Older mails are not indexed, because of the limit or of the time window of a deployment. */
  since: string | null;
}

/** `parsed`: there is a document, and no destination is known to lack it; otherwise `failed`. */
export type MailState = 'parsed' | 'failed';

/**
 * - `verified`: senderVerified, and a signature that passes and is aligned covers From, To, Subject, Date and the body;
 *   not ambiguous
 * - `partly`: senderVerified, but something that is shown may have been changed; `unsigned` names it
 * - `unverified`: nothing proves the sender
 * - `contradicted`: DMARC fails, so the domain denies having sent it
 * - `unknown`: not checked, or the check did not finish (temperror)
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
  /** Null without a subject or document. At most 300 characters. */
  subject: string | null;
  /** The start of the text, white space collapsed. At most 160 characters. */
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
  /** Size of the raw mail; null when unknown. */
  size: number | null;
  invoice: boolean;
  /** The first failure: of the whole mail, else of a destination. */
  failure: { reason: string; destination: string | null } | null;
  /** Id of the mail that this one is a repeated delivery of. */
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
