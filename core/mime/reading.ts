import type { MimeLimits } from '../mail/limits.ts';
import type { Attachment, MailContent, MimeStructure } from '../mail/parsed-mail.ts';
import type { AttachmentSink } from '../ports/mime-reader.ts';
import type { DefectLog } from './defect-log.ts';
import type { MailHeader } from './mail-header.ts';
import type { TextBudget } from './text/text-part.ts';

/** A part that says something about the mail as a whole: a delivery report, a calendar. */
export interface CapturedPart {
  partId: string;
  contentType: string;
  /** As declared; null when it is not. */
  charset: string | null;
  bytes: Buffer;
}

/** What the reading of a mail shares with the readings of the mails attached to it. */
export interface Reading {
  sink: AttachmentSink;
  limits: MimeLimits;
  defects: DefectLog;
  charsets: MailContent['charsets'];
  /** Parts met so far. */
  parts: number;
  /** Text of all attached mails together. */
  attachedText: TextBudget;
  /** Bytes of reports and calendars that may still be kept. */
  reportRoom: number;
}

/** Where a message stands: the mail itself, or attached to it. */
export interface MessageContext {
  /** PartId of the message/rfc822 part; null for the mail itself. */
  partId: string | null;
  /** Messages around it. */
  messageDepth: number;
  /** Multiparts and messages around it. */
  depth: number;
  /** Where its texts count. */
  text: TextBudget;
}

/** One message, read. */
export interface Message {
  header: MailHeader;
  text: string | null;
  html: string | null;
  attachments: Attachment[];
  structure: MimeStructure | null;
  captured: CapturedPart[];
  /** The same of the mails attached to it, by the PartId of each. */
  capturedInside: ReadonlyMap<string, readonly CapturedPart[]>;
  /** A DMARC or TLS report, not yet read; null when there is none. */
  aggregate: CapturedPart | null;
}
