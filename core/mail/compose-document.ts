import type { Defect } from './defects.ts';
import { type Envelope, publicEnvelope } from './envelope.ts';
import type { MailId } from './id.ts';
import { parsedKey } from './keys.ts';
import { bounceFromHeaders, kindOf } from './kind.ts';
import {
  type AuthResult,
  BLANK_MAIL,
  type MailContent,
  PARSED_MAIL_SCHEMA_ID,
  type ParsedMail,
  type Step,
} from './parsed-mail.ts';
import type { Router } from './routes.ts';
import { type SesTrace, sesTrace } from './ses-trace.ts';
import type { AskedVerdict } from './smtp-verdict.ts';
import { threadIdOf } from './thread-id.ts';
import { VERSION } from './version.ts';

/** The raw object of a mail, as its document describes it. */
export interface RawFacts {
  id: MailId;
  bucket: string;
  key: string;
  versionId: string | null;
  /** Bytes of the object, trace header included. */
  size: number;
  traceBytes: number;
  /** Null for an object that our edge did not write. */
  envelope: Envelope | null;
  receivedAt: string;
}

/** What is known about a mail beyond its own content. */
export interface DeliveryContext {
  raw: RawFacts;
  sha256: string;
  dedupKey: string;
  /** Id of the delivery that was parsed first, when this is a repeated delivery of the same mail. */
  duplicateOf: string | null;
  contentBucket: string;
  revision: number;
  auth: AuthResult | null;
  steps: Step[];
  /** Decides which queues the mail goes to. */
  route: Router;
}

/** The complete document of a mail. */
export function composeDocument(content: MailContent, context: DeliveryContext): ParsedMail {
  const { raw, sha256, dedupKey, duplicateOf, contentBucket, revision, auth, steps, route } = context;
  const { subject, messageId, inReplyTo, references } = content;
  const ses = sesTrace(raw.key, content.headers);
  const verdict = raw.envelope?.verdict;
  const own: Omit<ParsedMail, keyof MailContent> = {
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
    threadId: threadIdOf({ id: raw.id, subject, messageId, inReplyTo, references }),
    ambiguous: content.defects.some(({ code }) => code === 'mime.ambiguous'),
    auth,
    kind: 'message',
    route: null,
    routes: [],
    enrichment: { ...(ses === null ? {} : { ses: ses.said }), ...(verdict?.said ? { smtpVerdict: verdict.said } : {}) },
    steps: verdict === undefined ? steps : [verdictStep(verdict), ...steps],
    omitted: [],
  };
  const composed: ParsedMail = Object.assign({ ...BLANK_MAIL }, own, content);
  composed.defects = [...content.defects, ...transportDefects(raw.envelope)];
  composed.bounce ??= bounceFromHeaders(composed);
  composed.kind = kindOf(composed);
  const routed = route(composed, raw.envelope ?? recipientOfSes(ses));
  composed.route = routed.route;
  composed.routes = routed.routes;
  return composed;
}

/** What the edge repaired, which the raw object does not show. */
function transportDefects(envelope: Envelope | null): Defect[] {
  const newlines = envelope?.normalizedNewlines ?? 0;
  if (newlines === 0) return [];
  return [{ code: 'body.line_endings', partId: null, detail: `${newlines} LF without CR as sent, stored as CRLF` }];
}

const verdictStep = ({ provider, status, ms, reason }: AskedVerdict): Step => ({
  name: 'smtpVerdict',
  partId: null,
  status,
  provider,
  ms,
  reason,
  costUsd: 0,
});

/** SES names the recipient of a mail that had only one; otherwise it names none. */
function recipientOfSes(ses: SesTrace | null): Pick<Envelope, 'rcptTo'> | null {
  if (ses === null || ses.envelope.rcptTo.length === 0) return null;
  return { rcptTo: ses.envelope.rcptTo.map((address) => ({ address, route: null })) };
}
