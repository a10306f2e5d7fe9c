import { text } from 'node:stream/consumers';
import { METADATA_TRACE_BYTES, publicEnvelope } from '../../../core/mail/envelope.ts';
import { PermanentError } from '../../../core/mail/errors.ts';
import { isMailId, type MailId } from '../../../core/mail/id.ts';
import { jsonOf } from '../../../core/mail/json.ts';
import { parsedKey, rawKey } from '../../../core/mail/keys.ts';
import { type ParsedMail, parsedMailSchema } from '../../../core/mail/parsed-mail.ts';
import { type Delivery, readDeliveries } from '../../../core/outcome/deliveries.ts';
import { readEnvelope } from '../../../core/outcome/envelopes.ts';
import { type FailedMail, readFailures } from '../../../core/outcome/failures.ts';
import type { Buckets } from '../../../core/outcome/mail-outcomes.ts';
import type { ObjectHead, ObjectRef, ObjectStore } from '../../../core/ports/object-store.ts';

/** Everything stored about one mail. */
export interface MailRecord {
  id: MailId;
  /** Null when there is none, or none this version can read. */
  document: ParsedMail | null;
  /** When the document was stored; null when there is none. */
  documentAt: Date | null;
  failures: FailedMail[];
  /** Delivery marks; read only if a destination has failed, otherwise see `readDeliveries`. */
  deliveries: Delivery[];
  /** Read only when there is no document. */
  raw: (ObjectRef & { size: number; storedAt: Date; traceBytes: number }) | null;
  envelope: ParsedMail['envelope'];
}

export type ReadStore = Pick<ObjectStore, 'get' | 'head' | 'list'>;

/**
 * Null when the id is unknown: neither raw mail nor outcome.
 *
 * @param mayHaveFailed false if a listing has shown that there is no failure
 */
export async function readRecord(
  store: ReadStore,
  buckets: Buckets,
  id: string,
  mayHaveFailed = true,
): Promise<MailRecord | null> {
  if (!isMailId(id)) return null;
  const [stored, failures] = await Promise.all([
    store.get({ bucket: buckets.content, key: parsedKey(id) }),
    mayHaveFailed ? readFailures(store, buckets.content, id) : [],
  ]);
  const decoded = stored && parsedMailSchema.safeParse(jsonOf(await text(stored.body)));
  const document = decoded?.success ? decoded.data : null;
  const record = { id, document, documentAt: stored?.lastModified ?? null, failures };
  if (document !== null) {
    const deliveries = failures.length === 0 ? [] : await readDeliveries(store, buckets.content, document);
    return { ...record, deliveries, raw: null, envelope: document.envelope };
  }
  const place = failures.find(({ raw }) => raw !== null)?.raw ?? { bucket: buckets.raw, key: rawKey(id) };
  const head = await store.head(place);
  if (head === null && stored === null && failures.length === 0) return null;
  const raw = head && { ...place, size: head.size, storedAt: head.lastModified, traceBytes: traceBytes(head) };
  return { ...record, deliveries: [], raw, envelope: head && (await envelopeOf(store, place.bucket, id, head)) };
}

/** The stored document, unvalidated. */
export async function readDocumentText(store: ReadStore, buckets: Buckets, id: string): Promise<string | null> {
  if (!isMailId(id)) return null;
  const stored = await store.get({ bucket: buckets.content, key: parsedKey(id) });
  return stored && text(stored.body);
}

const traceBytes = ({ metadata }: ObjectHead): number => Number(metadata[METADATA_TRACE_BYTES] ?? 0);

/** Null also when it is damaged, which the failure reports. */
async function envelopeOf(store: ReadStore, bucket: string, id: MailId, { metadata }: ObjectHead) {
  try {
    const envelope = await readEnvelope(store, bucket, id, metadata);
    return envelope && publicEnvelope(envelope);
  } catch (error) {
    if (error instanceof PermanentError) return null;
    throw error;
  }
}
