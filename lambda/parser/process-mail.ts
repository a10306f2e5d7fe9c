import type { RawObjectCreated } from '../../core/aws/s3-event.ts';
import { composeDocument } from '../../core/mail/compose-document.ts';
import { dedupKeyOf } from '../../core/mail/dedup-key.ts';
import type { MailContent, ParsedMail } from '../../core/mail/parsed-mail.ts';
import type { Router } from '../../core/mail/routes.ts';
import type { MetricKey } from '../../core/metrics/names.ts';
import { claim } from '../../core/outcome/claims.ts';
import type { KeptDocument } from '../../core/outcome/documents.ts';
import { type PublishDeps, publish } from '../../core/outcome/publish.ts';
import type { RawMail } from '../../core/reading/raw-data.ts';
import type { ReadMime } from '../../core/reading/read-content.ts';
import { readMail } from '../../core/reading/read-mail.ts';
import { ReadingInterrupted } from '../../core/reading/supervised-read.ts';
import { AttachmentUploads } from './attachment-uploads.ts';
import { type AuthDeps, authenticateMail } from './authentication/authenticate-mail.ts';
import { type EnrichDeps, enrichMail, wasHeldBefore } from './enrich-mail.ts';
import { openRawMail } from './raw-mail.ts';

export interface ParserDeps extends PublishDeps, AuthDeps, EnrichDeps {
  store: PublishDeps['store'];
  log: PublishDeps['log'];
  now: () => number;
  read: ReadMime;
  /** Decides which queues a mail goes to. */
  route: Router;
}

export interface Budget {
  /** Milliseconds for reading the MIME of one mail. */
  deadlineMs: number;
  /** Milliseconds for checking its sender, DNS included. */
  authDeadlineMs: number;
  /** Fires shortly before the timeout of the function. */
  signal: AbortSignal;
  /** Whether no other mail may be read at the same time. Default false. */
  alone?: boolean | undefined;
}

/**
 * Turns one raw object into attachments and a claim, then a document, then a queue message; only then may its event be
 * acknowledged. Each step is idempotent: it overwrites or finds what an earlier attempt left, so a crash repeats work
 * but loses nothing.
 */
export async function processMail(deps: ParserDeps, object: RawObjectCreated, budget: Budget): Promise<void> {
  try {
    await processOnce(deps, object, budget);
  } catch (error) {
    if (!(error instanceof ReadingInterrupted)) throw error;
    deps.log.warn('is read again, alone', { bucket: object.bucket, key: object.key, reason: error.message });
    await processOnce(deps, object, { ...budget, alone: true });
  }
}

async function processOnce(deps: ParserDeps, object: RawObjectCreated, budget: Budget): Promise<void> {
  const { signal } = budget;
  const raw = await openRawMail(deps.store, object, signal);
  const uploads = new AttachmentUploads(deps, raw.id, signal);
  try {
    const content = await readMail(deps, raw, uploads.store, budget);
    const sha256 = await raw.data.sha256();
    const { revision } = object;
    const [identity, { auth, step }, heldBefore] = await Promise.all([
      identify(deps, raw, content, sha256),
      authenticateMail(deps, raw, content, budget),
      wasHeldBefore(deps, { id: raw.id, revision }, content),
      // The document is written only after everything it refers to is stored.
      uploads.stored(),
    ]);
    const document = composeDocument(content, {
      raw,
      sha256,
      ...identity,
      auth,
      steps: [step],
      contentBucket: deps.contentBucket,
      revision,
      route: deps.route,
    });
    const enriched = await enrichMail(deps, document, heldBefore, signal);
    if (enriched !== null) await finish(deps, enriched);
  } finally {
    raw.data.close();
    await uploads.settled();
  }
}

/** A mail whose dedupKey is its own id cannot have another delivery: there is nothing to claim. */
async function identify(deps: ParserDeps, raw: RawMail, { messageId, date }: MailContent, sha256: string) {
  const dedupKey = dedupKeyOf({ id: raw.id, envelope: raw.envelope, messageId, date, sha256 });
  if (dedupKey === raw.id) return { dedupKey, duplicateOf: null };
  const first = await claim(deps.store, deps.contentBucket, dedupKey, raw.id);
  return { dedupKey, duplicateOf: first === raw.id ? null : first };
}

async function finish(deps: ParserDeps, kept: KeptDocument): Promise<void> {
  const { document } = kept;
  const published = await publish(deps, kept);
  if (published === 'sent') countParsed(deps, document);
  deps.log.info('parsed', {
    mailId: document.id,
    published,
    duplicateOf: document.duplicateOf,
    bytes: document.raw.size,
    attachments: document.attachments.length,
    defects: document.defects.map(({ code }) => code),
  });
}

function countParsed({ metrics, now }: ParserDeps, document: ParsedMail): void {
  const stopped = document.defects.some(({ code }) => code === 'parse.deadline' || code === 'parse.crash');
  // CloudWatch bills a metric for each hour in which it is sent, so zeros are not sent.
  const addIfAny = (metric: MetricKey, value: number) => {
    if (value > 0) metrics.add(metric, value);
  };
  metrics.add('parsed', 1);
  addIfAny('duplicates', document.duplicateOf === null ? 0 : 1);
  metrics.add('mailBytes', document.raw.size);
  addIfAny('attachments', document.attachments.length);
  addIfAny(
    'attachmentBytes',
    document.attachments.reduce((sum, { size }) => sum + size, 0),
  );
  addIfAny('defects', document.defects.length);
  addIfAny('readingsStopped', stopped ? 1 : 0);
  metrics.add('queueLatency', now() - Date.parse(document.receivedAt));
}
