import { type Envelope, publicEnvelope } from './envelope.ts';
import type { MailId } from './id.ts';
import { parsedKey } from './keys.ts';
import { type MailContent, PARSED_MAIL_SCHEMA_ID, type ParsedMail } from './parsed-mail.ts';
import { sesTrace } from './ses-trace.ts';
import { threadIdOf } from './thread-id.ts';
import { VERSION } from './version.ts';

/** The raw object of a mail, as far as its document tells of it. */
export interface RawFacts {
  id: MailId;
  bucket: string;
  key: string;
  versionId: string | null;
  /** Bytes of the object, trace header included. */
  size: number;
  traceBytes: number;
  /** Null for an object that no edge of ours wrote. */
  envelope: Envelope | null;
  receivedAt: string;
}

/** What is known of a mail beside what it says of itself. */
export interface Circumstances {
  raw: RawFacts;
  sha256: string;
  dedupKey: string;
  /** Id of the delivery that was parsed first, when this is another one of the same mail. */
  duplicateOf: string | null;
  contentBucket: string;
  revision: number;
}

/** The document of a mail, whole. */
export function composeDocument(content: MailContent, circumstances: Circumstances): ParsedMail {
  const { raw, sha256, dedupKey, duplicateOf, contentBucket, revision } = circumstances;
  const ses = sesTrace(raw.key, content.headers);
  return {
    schema: PARSED_MAIL_SCHEMA_ID,
    id: raw.id,
    dedupKey,
    revision,
    duplicateOf,
    parser: { version: VERSION },
    receivedAt: raw.receivedAt,
    raw: {
      bucket: raw.bucket,
      key: raw.key,
      versionId: raw.versionId,
      size: raw.size,
      sha256,
      traceBytes: raw.traceBytes,
    },
    document: { bucket: contentBucket, key: parsedKey(raw.id) },
    envelope: raw.envelope === null ? (ses?.envelope ?? null) : publicEnvelope(raw.envelope),
    ...content,
    threadId: threadIdOf({ id: raw.id, ...content }),
    reply: null,
    auth: null,
    kind: 'message',
    bounce: null,
    calendar: null,
    report: null,
    route: raw.envelope?.rcptTo[0]?.route ?? null,
    enrichment: ses === null ? {} : { ses: ses.said },
    steps: [],
    ambiguous: content.defects.some(({ code }) => code === 'mime.ambiguous'),
    omitted: [],
  };
}
