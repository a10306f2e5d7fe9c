import * as z from 'zod/mini';
import { PermanentError } from './errors.ts';
import { jsonOf } from './json.ts';
import type { ParsedMail } from './parsed-mail.ts';
import { askedVerdictSchema } from './smtp-verdict.ts';

/** The SMTP dialogue of a mail, as the edge saw it. Stored beside the bytes, never inside them. */
export type Envelope = z.infer<typeof envelopeSchema>;

export const envelopeSchema = z.object({
  id: z.string(),
  /** When DATA began (a streamed upload sends it ahead of the bytes), ISO 8601 with milliseconds, UTC. */
  receivedAt: z.iso.datetime(),
  remoteAddress: z.string(),
  remotePort: z.int(),
  helo: z.string(),
  tls: z.nullable(z.object({ version: z.string(), cipher: z.string() })),
  /** MAIL FROM; empty for the null reverse-path `<>` (RFC 5321 §4.5.5). */
  mailFrom: z.string(),
  /** MAIL parameters as sent, names in upper case (RFC 5321 §4.1.1.11): `{ "SIZE": "1024", "SMTPUTF8": true }`. */
  mailParameters: z.record(z.string(), z.union([z.string(), z.literal(true)])),
  /** Every RCPT TO that was answered 250, in order, with the route that the recipient rules of the edge assigned. */
  rcptTo: z.array(z.object({ address: z.string(), route: z.nullable(z.string()) })),
  body: z.nullable(z.enum(['7BIT', '8BITMIME'])),
  smtpUtf8: z.boolean(),
  /** LFs without CR in the mail as sent, which the edge turned into CRLF; absent when there were none. */
  normalizedNewlines: z.optional(z.int()),
  /** Answer of the service that was called at the end of DATA; absent when none was. */
  verdict: z.optional(askedVerdictSchema),
});

/** S3 allows 2 KB of user metadata, names and values together; the rest is for `trace-bytes`. */
export const ENVELOPE_METADATA_LIMIT_BYTES = 1900;

/** Metadata names of a raw object. S3 lower-cases them. */
export const METADATA_ENVELOPE = 'envelope';
export const METADATA_TRACE_BYTES = 'trace-bytes';

/** What consumers see: without routes, which the document lists, and without what only SMTP needs. */
export function publicEnvelope(envelope: Envelope): NonNullable<ParsedMail['envelope']> {
  const { mailFrom, rcptTo, remoteAddress, remotePort, helo, tls, smtpUtf8 } = envelope;
  return { mailFrom, rcptTo: rcptTo.map(({ address }) => address), remoteAddress, remotePort, helo, tls, smtpUtf8 };
}

/** base64url JSON for object metadata; null when it does not fit and a sidecar is needed. */
export function encodeEnvelope(envelope: Envelope): string | null {
  const text = Buffer.from(JSON.stringify(envelope)).toString('base64url');
  return text.length <= ENVELOPE_METADATA_LIMIT_BYTES ? text : null;
}

/** @throws PermanentError `envelope.invalid` naming the field when the edge did not write the metadata like this. */
export function decodeEnvelope(text: string): Envelope {
  return parseEnvelope(Buffer.from(text, 'base64url').toString());
}

/** Reads the JSON of a sidecar object (`<id>.envelope.json`). */
export function parseEnvelope(json: string): Envelope {
  const parsed = envelopeSchema.safeParse(jsonOf(json));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where =
    issue === undefined || issue.path.length === 0 ? 'the envelope' : `envelope field "${issue.path.join('.')}"`;
  throw new PermanentError('envelope.invalid', `${where} is not what the edge writes: ${issue?.message}`);
}
