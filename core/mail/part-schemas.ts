import * as z from 'zod/mini';
import { DEFECT_CODES, type DefectCode } from './defects.ts';
import { field } from './field.ts';

/** What mails and mails inside them consist of. */

export const addressSchema = z.object({
  name: field(z.string(), 'Display name, decoded (RFC 5322 §3.4, RFC 2047); empty when there is none'),
  address: field(z.string(), 'addr-spec as written (RFC 5322 §3.4.1); empty when it cannot be read'),
  plusTag: field(z.nullable(z.string()), 'What follows "+" in the local part (RFC 5233)'),
  group: field(z.nullable(z.string()), 'Name of the group it was listed in (RFC 5322 §3.4)'),
});

export const headerSchema = z.object({
  name: field(z.string(), 'As written (RFC 5322 §2.2)'),
  value: field(z.string(), 'Unfolded (RFC 5322 §2.2.3) and decoded (RFC 2047)'),
});

export const defectSchema = z.object({
  code: field(z.enum(Object.keys(DEFECT_CODES) as [DefectCode, ...DefectCode[]]), 'One of the codes below'),
  partId: field(z.nullable(z.string()), 'The part it is about; null for the mail'),
  detail: field(z.string(), 'For people; any version may change the wording'),
});

export const structureSchema = z.object({
  partId: field(z.string(), 'As in attachment'),
  contentType: field(z.string(), 'Media type in lower case, text/plain when none is declared (RFC 2045 §5)'),
  encoding: field(z.nullable(z.string()), 'Content-Transfer-Encoding in lower case (RFC 2045 §6)'),
  charset: field(z.nullable(z.string()), 'The charset parameter (RFC 2046 §4.1.2)'),
  size: field(z.int(), 'Bytes of the part in the raw mail, still encoded'),
  get children(): z.ZodMiniArray<typeof structureSchema> {
    return field(
      z.array(structureSchema),
      'Parts of a multipart (RFC 2046 §5.1), or the mail in a message/rfc822 (RFC 2046 §5.2.1)',
    );
  },
});

/** An attached mail, parsed itself. Its attachments are listed here, not in the outer `attachments`. */
export const attachedMessageSchema = z.object({
  subject: field(z.nullable(z.string()), 'Decoded (RFC 5322 §3.6.5, RFC 2047)'),
  from: field(z.array(addressSchema), 'Who wrote it (RFC 5322 §3.6.2); not verified'),
  to: field(z.array(addressSchema), 'Primary recipients (RFC 5322 §3.6.3)'),
  cc: field(z.array(addressSchema), 'Copies (RFC 5322 §3.6.3)'),
  date: field(z.nullable(z.string()), 'ISO 8601 in UTC (RFC 5322 §3.6.1); null when missing or unreadable'),
  messageId: field(z.nullable(z.string()), 'Without angle brackets (RFC 5322 §3.6.4)'),
  text: field(z.nullable(z.string()), 'Its plain-text body'),
  html: field(z.nullable(z.string()), 'Its HTML body as sent, unsanitised'),
  get attachments(): z.ZodMiniArray<typeof attachmentSchema> {
    return z.array(attachmentSchema);
  },
});

export const attachmentSchema = z.object({
  partId: field(z.string(), 'IMAP section number (RFC 9051 §6.4.5): 1, 2, 2.1 …; the whole of a root multipart is 0'),
  parentPartId: field(z.nullable(z.string()), 'The part that contains it; set for unpacked and nested content'),
  filename: field(
    z.nullable(z.string()),
    'Decoded (RFC 2183 §2.3, RFC 2231). Safe to show, but not a path to write to',
  ),
  contentType: field(z.string(), 'As declared, lower case (RFC 2045 §5)'),
  detectedType: field(z.nullable(z.string()), 'From the first bytes; null when they do not identify a type'),
  size: field(z.int(), 'Decoded bytes'),
  sha256: field(z.string(), 'Of the decoded bytes, hexadecimal (FIPS 180-4)'),
  disposition: field(z.nullable(z.enum(['attachment', 'inline'])), 'Content-Disposition (RFC 2183)'),
  contentId: field(z.nullable(z.string()), 'Without angle brackets (RFC 2392)'),
  related: field(z.boolean(), 'Belongs to a multipart/related (RFC 2387), such as an image inside the HTML'),
  bucket: field(z.string(), 'Bucket of its decoded bytes'),
  key: field(z.string(), 'Key of its decoded bytes'),
  message: z.nullable(attachedMessageSchema),
});

// The two types refer to each other: a description inside would leave neither with a type.
field(attachedMessageSchema.shape.attachments, 'What is attached to it (RFC 2183)');
field(attachmentSchema.shape.message, 'The content of an attached mail (message/rfc822, RFC 2046 §5.2.1)');
