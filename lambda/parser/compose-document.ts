import { publicEnvelope } from '../../core/mail/envelope.ts';
import { type MailContent, PARSED_MAIL_SCHEMA_ID, type ParsedMail } from '../../core/mail/parsed-mail.ts';
import { sesTrace } from '../../core/mail/ses-trace.ts';
import { threadIdOf } from '../../core/mail/thread-id.ts';
import { VERSION } from '../../core/mail/version.ts';
import { documentOf } from '../../core/outcome/documents.ts';
import type { RawMail } from './raw-mail.ts';

/** What is known of a mail beside what it says of itself. */
export interface Circumstances {
  raw: RawMail;
  sha256: string;
  dedupKey: string;
  /** Id of the delivery that was parsed first, when this is another one of the same mail. */
  duplicateOf: string | null;
  contentBucket: string;
  revision: number;
}

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
    document: documentOf(contentBucket, raw.id),
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
