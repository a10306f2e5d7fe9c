import * as z from 'zod/mini';
import { calendarSchema } from './calendar-schema.ts';
import { DEFECT_CODES, type DefectCode } from './defects.ts';
import { enrichmentSchema } from './enrichment-schema.ts';
import { field } from './field.ts';
import { bounceSchema, reportSchema } from './report-schemas.ts';

/**
 * ParsedMail v1: the product's API. This schema is the one source of the TypeScript type, of the JSON Schema and of
 * `docs/parsed-mail-v1.md`. Fields are only ever added within v1; a field that does not apply is null or empty,
 * never absent.
 */
export const PARSED_MAIL_SCHEMA_ID = 'parsed-mail/1';

/** What a mail is for, as far as its form tells. */
export const MAIL_KINDS = ['message', 'bounce', 'auto-reply', 'list', 'calendar', 'report'] as const;

export const addressSchema = z.object({
  name: field(z.string(), 'Display name, decoded; empty when there is none'),
  address: field(z.string(), 'addr-spec as written (RFC 5322 §3.4.1)'),
  plusTag: field(z.nullable(z.string()), 'What follows "+" in the local part'),
  group: field(z.nullable(z.string()), 'Name of the group it was listed in (RFC 5322 §3.4)'),
});

export const headerSchema = z.object({ name: z.string(), value: z.string() });

export const defectSchema = z.object({
  code: z.enum(Object.keys(DEFECT_CODES) as [DefectCode, ...DefectCode[]]),
  partId: z.nullable(z.string()),
  detail: z.string(),
});

export const structureSchema = z.object({
  partId: z.string(),
  contentType: z.string(),
  encoding: z.nullable(z.string()),
  charset: z.nullable(z.string()),
  size: field(z.int(), 'Bytes of the part as it stands in the raw mail, still encoded'),
  get children() {
    return z.array(structureSchema);
  },
});

/** An attached mail, read in turn. What is inside it is listed here, not in the outer `attachments`. */
export const attachedMessageSchema = z.object({
  subject: z.nullable(z.string()),
  from: z.array(addressSchema),
  to: z.array(addressSchema),
  cc: z.array(addressSchema),
  date: z.nullable(z.string()),
  messageId: z.nullable(z.string()),
  text: z.nullable(z.string()),
  html: z.nullable(z.string()),
  get attachments() {
    return z.array(attachmentSchema);
  },
});

export const attachmentSchema = z.object({
  partId: field(z.string(), 'IMAP section number (RFC 9051 §6.4.5): 1, 2, 2.1 …; the whole of a root multipart is 0'),
  parentPartId: field(z.nullable(z.string()), 'The part it was found in; set for unpacked and nested content'),
  filename: field(z.nullable(z.string()), 'Safe to show, still not a path to write to'),
  contentType: field(z.string(), 'As declared, lower case'),
  detectedType: field(z.nullable(z.string()), 'By the first bytes; null when they say nothing'),
  size: field(z.int(), 'Decoded bytes'),
  sha256: field(z.string(), 'Of the decoded bytes, hexadecimal'),
  disposition: field(z.nullable(z.enum(['attachment', 'inline'])), 'Content-Disposition (RFC 2183)'),
  contentId: field(z.nullable(z.string()), 'Without angle brackets (RFC 2392)'),
  related: field(z.boolean(), 'Belongs to a multipart/related, such as an image inside the HTML'),
  bucket: z.string(),
  key: z.string(),
  message: z.nullable(attachedMessageSchema),
});

const verdict = z.enum(['pass', 'fail', 'softfail', 'neutral', 'none', 'policy', 'temperror', 'permerror']);

export const authSchema = z.object({
  spf: z.object({ result: verdict, domain: z.nullable(z.string()), detail: z.nullable(z.string()) }),
  dkim: z.array(
    z.object({
      result: verdict,
      domain: z.string(),
      selector: z.string(),
      aligned: z.boolean(),
      detail: z.nullable(z.string()),
    }),
  ),
  dmarc: z.object({
    result: verdict,
    domain: z.nullable(z.string()),
    policy: z.nullable(z.enum(['none', 'quarantine', 'reject'])),
    alignment: z.object({ spf: z.boolean(), dkim: z.boolean() }),
  }),
  arc: z.object({ result: verdict, instances: z.int(), domain: z.nullable(z.string()) }),
  senderVerified: field(z.boolean(), 'DMARC pass, or aligned DKIM or SPF where the domain has no policy'),
});

export const stepSchema = z.object({
  name: field(z.string(), 'What was done: authentication, or the name of a field of `enrichment`'),
  partId: field(z.nullable(z.string()), 'The attachment it was done to; null for the mail'),
  status: z.enum(['ok', 'failed', 'skipped', 'timed-out']),
  provider: field(z.nullable(z.string()), 'Which program or service did it'),
  ms: field(z.number(), 'Milliseconds'),
  reason: field(z.nullable(z.string()), 'Why not, when it is not ok'),
  costUsd: field(
    z.number(),
    'Estimate by list price, US dollars; of a failed step what its last attempt may have cost',
  ),
});

export const parsedMailSchema = z.object({
  schema: field(z.literal(PARSED_MAIL_SCHEMA_ID), 'Name and version of this format'),
  id: field(z.string(), 'ULID that the edge gave the mail'),
  dedupKey: field(z.string(), 'Consumers deduplicate on dedupKey and revision'),
  revision: field(z.int(), '1, then one more for each parse of the same mail that was asked for'),
  duplicateOf: field(z.nullable(z.string()), 'Id of the mail that this is a retried delivery of'),
  parser: field(z.object({ version: z.string() }), 'The program that read the mail'),
  receivedAt: field(z.string(), 'When the edge began to take it, ISO 8601 in UTC'),
  raw: field(
    z.object({
      bucket: z.string(),
      key: z.string(),
      versionId: z.nullable(z.string()),
      size: field(z.int(), 'Bytes of the object, trace header included'),
      sha256: field(z.string(), 'Of the bytes of DATA, the trace header left out'),
      traceBytes: field(z.int(), 'Length of the trace header in front of the bytes of DATA (RFC 5321 §4.4)'),
    }),
    'The bytes as they came: where they are, never changed',
  ),
  document: field(z.object({ bucket: z.string(), key: z.string() }), 'Where the whole document lies'),
  envelope: field(
    z.nullable(
      z.object({
        mailFrom: z.string(),
        rcptTo: z.array(z.string()),
        remoteAddress: z.string(),
        remotePort: z.int(),
        helo: z.string(),
        tls: z.nullable(z.object({ version: z.string(), cipher: z.string() })),
        smtpUtf8: z.boolean(),
      }),
    ),
    'What the SMTP dialogue said (RFC 5321); null for a mail that no edge took',
  ),
  messageId: field(z.nullable(z.string()), 'Without angle brackets (RFC 5322 §3.6.4)'),
  inReplyTo: field(z.array(z.string()), 'Ids of the mails that this one answers (RFC 5322 §3.6.4)'),
  references: field(z.array(z.string()), 'Ids of the conversation, its first mail first (RFC 5322 §3.6.4)'),
  threadId: field(
    z.string(),
    'The same for all mails of a conversation: the first of references, inReplyTo, `subject:…` for an answer that names no mail, else messageId',
  ),
  date: field(z.nullable(z.string()), 'ISO 8601 in UTC; null when missing or unreadable, never "now"'),
  subject: field(z.nullable(z.string()), 'Decoded (RFC 2047)'),
  from: field(z.array(addressSchema), 'Who wrote it (RFC 5322 §3.6.2); see auth for whether that is true'),
  sender: field(z.nullable(addressSchema), 'Who sent it, when that is not from (RFC 5322 §3.6.2)'),
  replyTo: field(z.array(addressSchema), 'Where answers go (RFC 5322 §3.6.2)'),
  to: field(z.array(addressSchema), 'Primary recipients (RFC 5322 §3.6.3); who really got it stands in envelope'),
  cc: field(z.array(addressSchema), 'Copies (RFC 5322 §3.6.3)'),
  bcc: field(z.array(addressSchema), 'Hidden copies (RFC 5322 §3.6.3); mostly absent'),
  headers: field(z.array(headerSchema), 'In order, duplicates kept, decoded to Unicode'),
  text: field(z.nullable(z.string()), 'The plain-text body; null when the mail has none'),
  html: field(z.nullable(z.string()), 'The HTML body as sent, unsanitised; null when the mail has none'),
  charsets: field(
    z.array(z.object({ partId: z.string(), declared: z.nullable(z.string()), used: z.string() })),
    'Which charset each text part declared and which one was used',
  ),
  reply: field(
    z.nullable(
      z.object({
        text: field(z.string(), 'What is new'),
        quoted: field(z.nullable(z.string()), 'The mail that is answered, with who wrote it when'),
        signature: field(z.nullable(z.string()), 'From "-- " (RFC 3676 §4.3) or "Sent from my …" on'),
      }),
    ),
    'The text taken apart, or that of the HTML when there is no text; null for a mail that answers none',
  ),
  attachments: field(z.array(attachmentSchema), 'Every part that is no body text, unpacked ones too (RFC 2183)'),
  structure: field(z.nullable(structureSchema), 'The MIME tree (RFC 2046); null when it could not be read'),
  auth: field(
    z.nullable(authSchema),
    'Verdicts on the sender: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), ARC (RFC 8617)',
  ),
  kind: field(
    z.enum(MAIL_KINDS),
    'What sort of mail it is, by reports, calendars, Auto-Submitted (RFC 3834), List-* (RFC 2369) and the null sender',
  ),
  bounce: field(z.nullable(bounceSchema), 'What a delivery status notification says (RFC 3464)'),
  calendar: field(z.nullable(calendarSchema), 'The first calendar of the mail, attached or not (RFC 5545, RFC 6047)'),
  report: field(z.nullable(reportSchema), 'What another report says: read receipts (RFC 8098), complaints (RFC 5965)'),
  route: field(
    z.nullable(z.string()),
    'The route whose queue this copy is for, null on the parsed-mail queue; in the document, the first of `routes`',
  ),
  routes: field(
    z.array(z.object({ name: z.nullable(z.string()), recipients: z.array(z.string()) })),
    'The queues that got the mail, null the parsed-mail queue, each with the recipients it got it for',
  ),
  enrichment: field(
    enrichmentSchema,
    'What optional steps and receiving services found; a field is absent when its step did not run or found nothing',
  ),
  steps: field(z.array(stepSchema), 'What ran, how long it took and why not'),
  defects: field(z.array(defectSchema), 'What is wrong with the mail, by stable code'),
  ambiguous: field(z.boolean(), 'Two readings of the mail differ: a scanner may have seen another one'),
  omitted: field(z.array(z.string()), 'Fields left out of this copy; the document has them'),
});

export type ParsedMail = z.infer<typeof parsedMailSchema>;
export type Address = z.infer<typeof addressSchema>;
export type Header = z.infer<typeof headerSchema>;
export type Attachment = z.infer<typeof attachmentSchema>;
export type AttachedMessage = z.infer<typeof attachedMessageSchema>;
export type MimeStructure = z.infer<typeof structureSchema>;
export type AuthResult = z.infer<typeof authSchema>;
export type Step = z.infer<typeof stepSchema>;

/** What reading the MIME alone yields: everything of a ParsedMail that stands in the bytes. */
export type MailContent = Pick<
  ParsedMail,
  | 'messageId'
  | 'inReplyTo'
  | 'references'
  | 'date'
  | 'subject'
  | 'from'
  | 'sender'
  | 'replyTo'
  | 'to'
  | 'cc'
  | 'bcc'
  | 'headers'
  | 'text'
  | 'html'
  | 'charsets'
  | 'attachments'
  | 'structure'
  | 'bounce'
  | 'report'
  | 'calendar'
  | 'reply'
  | 'defects'
>;
