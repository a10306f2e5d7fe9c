import type { MimeLimits } from '../mail/limits.ts';
import type { Attachment, MailContent, MimeStructure } from '../mail/parsed-mail.ts';
import type { AttachmentSink } from '../ports/mime-reader.ts';
import type { DefectLog } from './defect-log.ts';
import type { MailHeader } from './mail-header.ts';
import type { TextBudget } from './text/text-part.ts';

/** A part that concerns the mail as a whole: a delivery report, a calendar. */
export interface CapturedPart {
  partId: string;
  contentType: string;
  /** As declared; null when absent. */
  charset: string | null;
  bytes: Buffer;
}

/** The state that the reading of a mail shares with the readings of its attached mails. */
export interface Reading {
  sink: AttachmentSink;
  limits: MimeLimits;
  defects: DefectLog;
  charsets: MailContent['charsets'];
  /** Number of parts so far. */
  parts: number;
  /** Budget for the text of all attached mails together. */
  attachedText: TextBudget;
  /** Bytes of reports and calendars that may still be captured. */
  reportRoom: number;
}

/** Position of a message: the mail itself, or attached to it. */
export interface MessageContext {
  /** PartId of the message/rfc822 part; null for the mail itself. */
  partId: string | null;
  /** Number of enclosing messages. */
  messageDepth: number;
  /** Number of enclosing multiparts and messages. */
  depth: number;
  /** The budget for its texts. */
  text: TextBudget;
}

/** One parsed message. */
export interface Message {
  header: MailHeader;
  text: string | null;
  html: string | null;
  attachments: Attachment[];
  structure: MimeStructure | null;
  captured: CapturedPart[];
  /** The same for its attached mails, by the PartId of each. */
  capturedInside: ReadonlyMap<string, readonly CapturedPart[]>;
  /** A DMARC or TLS report, not yet parsed; null when there is none. */
  aggregate: CapturedPart | null;
}
