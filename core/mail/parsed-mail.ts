import * as z from 'zod/mini';
import { authSchema } from './auth-schema.ts';
import { contentSchema, emptyContent } from './content-schema.ts';
import { enrichmentSchema } from './enrichment-schema.ts';
import { field } from './field.ts';
import type {
  addressSchema,
  attachedMessageSchema,
  attachmentSchema,
  headerSchema,
  structureSchema,
} from './part-schemas.ts';

/**
 * ParsedMail v1: the product's API. The TypeScript type, the JSON Schema and `docs/parsed-mail-v1.md` all come from
 * this schema. Fields are only ever added within v1; a field that does not apply is null or empty, never absent.
 */
export const PARSED_MAIL_SCHEMA_ID = 'parsed-mail/1';

/** What sort of mail it is, as far as its form tells. */
export const MAIL_KINDS = ['message', 'bounce', 'auto-reply', 'list', 'calendar', 'report'] as const;

export const stepSchema = z.object({
  name: field(z.string(), 'The step: authentication, or the name of a field of `enrichment`'),
  partId: field(z.nullable(z.string()), 'The attachment it processed; null for the mail'),
  status: field(
    z.enum(['ok', 'failed', 'skipped', 'timed-out']),
    'skipped: deliberately not done; failed: tried without success; timed-out: not finished by the deadline of the mail',
  ),
  provider: field(z.nullable(z.string()), 'The program or service that did it'),
  ms: field(z.number(), 'Duration, milliseconds'),
  reason: field(z.nullable(z.string()), 'Why it is not ok'),
  costUsd: field(
    z.number(),
    'Estimate at list price, US dollars; for a failed step, what its last attempt may have cost',
  ),
});

export const parsedMailSchema = z.object({
  schema: field(z.literal(PARSED_MAIL_SCHEMA_ID), 'Name and version of this format'),
  id: field(z.string(), 'ULID that the edge minted for the mail (github.com/ulid/spec)'),
  dedupKey: field(
    z.string(),
    'The same for every delivery of a mail; consumers deduplicate on dedupKey and revision. SHA-256 of sender, recipients and bytes, or the id',
  ),
  revision: field(z.int(), '1, plus one for each requested parse of the same mail'),
  duplicateOf: field(z.nullable(z.string()), 'Id of the mail of which this is a repeated delivery'),
  parser: field(z.object({ version: field(z.string(), 'Its version (semver.org)') }), 'The program that read the mail'),
  receivedAt: field(z.string(), 'When the edge began to receive it, ISO 8601 in UTC'),
  raw: field(
    z.object({
      bucket: field(z.string(), 'Bucket of the raw mail'),
      key: field(z.string(), 'Its key there'),
      versionId: field(z.nullable(z.string()), 'Version of the object; null where the bucket is not versioned'),
      size: field(z.int(), 'Bytes of the object, trace header included'),
      sha256: field(z.string(), 'Of the bytes of DATA, hexadecimal (FIPS 180-4), without the trace header'),
      traceBytes: field(z.int(), 'Length of the trace header in front of the bytes of DATA (RFC 5321 §4.4)'),
    }),
    'Location of the original bytes, which never change',
  ),
  document: field(
    z.object({ bucket: field(z.string(), 'Bucket of the document'), key: field(z.string(), 'Its key there') }),
    'Location of the whole document',
  ),
  envelope: field(
    z.nullable(
      z.object({
        mailFrom: field(z.string(), 'MAIL FROM (RFC 5321 §4.1.1.2); empty for the null sender (§4.5.5)'),
        rcptTo: field(z.array(z.string()), 'Every RCPT TO that was accepted, in order (RFC 5321 §4.1.1.3)'),
        remoteAddress: field(z.string(), 'IP address of the client that delivered it'),
        remotePort: field(z.int(), 'Its TCP port; 0 when it is not known'),
        helo: field(z.string(), 'The name that the client gave in EHLO (RFC 5321 §4.1.1.1)'),
        tls: field(
          z.nullable(
            z.object({
              version: field(z.string(), 'Version of the protocol (RFC 8446)'),
              cipher: field(z.string(), 'Cipher suite, by its OpenSSL name'),
            }),
          ),
          'How STARTTLS protected it (RFC 3207); null when nothing did, or when it is not known',
        ),
        smtpUtf8: field(z.boolean(), 'Whether the client requested SMTPUTF8 (RFC 6531 §3.4)'),
      }),
    ),
    'The SMTP dialogue (RFC 5321); null for a mail that no edge received',
  ),
  threadId: field(
    z.string(),
    'The same for all mails of a conversation: the first of references, inReplyTo, `subject:…` for a reply that names no mail, otherwise messageId (RFC 5322 §3.6.4, RFC 5256 §2.1; docs/mime.md)',
  ),
  ...contentSchema.shape,
  ambiguous: field(
    z.boolean(),
    'Two readings of the mail differ, or the second failed: a scanner may have seen another mail. The defect mime.ambiguous says why',
  ),
  auth: field(
    z.nullable(authSchema),
    'Verdicts on the sender: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), ARC (RFC 8617)',
  ),
  kind: field(
    z.enum(MAIL_KINDS),
    'What sort of mail it is, by reports, calendars, Auto-Submitted (RFC 3834), List-* (RFC 2369) and the null sender',
  ),
  route: field(
    z.nullable(z.string()),
    'The route whose queue this copy is for; null on the parsed-mail queue. In the document, the first of `routes`',
  ),
  routes: field(
    z.array(
      z.object({
        name: field(z.nullable(z.string()), 'Name of the route in the configuration; null for the parsed-mail queue'),
        recipients: field(z.array(z.string()), 'Those of envelope.rcptTo for which that queue receives the mail'),
      }),
    ),
    'The queues that receive the mail (null is the parsed-mail queue), each with its recipients',
  ),
  enrichment: field(
    enrichmentSchema,
    'What enrichment and receiving services found; a field is absent when its step did not run or found nothing',
  ),
  steps: field(z.array(stepSchema), 'The steps that ran or did not, how long they took, and why one is not ok'),
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

/** What reading the MIME alone yields: every field of a ParsedMail that comes from its bytes. */
export type MailContent = z.infer<typeof contentSchema>;

/**
 * An empty document, its fields in the order of the schema. `{ ...BLANK_MAIL }` is an object that is fast to fill and
 * to serialise; adding its fields one by one takes several times as long.
 */
export const BLANK_MAIL: Readonly<ParsedMail> = {
  schema: PARSED_MAIL_SCHEMA_ID,
  id: '',
  dedupKey: '',
  revision: 1,
  duplicateOf: null,
  parser: { version: '' },
  receivedAt: '',
  raw: { bucket: '', key: '', versionId: null, size: 0, sha256: '', traceBytes: 0 },
  document: { bucket: '', key: '' },
  envelope: null,
  threadId: '',
  ...emptyContent(),
  ambiguous: false,
  auth: null,
  kind: 'message',
  route: null,
  routes: [],
  enrichment: {},
  steps: [],
  omitted: [],
};
