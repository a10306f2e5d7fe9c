import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { allAttachments } from '../core/mail/attachments.ts';
import { METADATA_TRACE_BYTES, publicEnvelope } from '../core/mail/envelope.ts';
import { errorText, failureKind } from '../core/mail/errors.ts';
import type { Attachment, ParsedMail } from '../core/mail/parsed-mail.ts';
import { withoutTrace } from '../core/mail/trace.ts';
import { readDeliveries } from '../core/outcome/deliveries.ts';
import { readEnvelope } from '../core/outcome/envelopes.ts';
import type { ObjectRef, ObjectStore } from '../core/ports/object-store.ts';

/** One thing that a document says, and what was found. */
export interface Check {
  what: string;
  agrees: boolean;
  /** As the document has it. */
  document: unknown;
  /** What was found. */
  found: unknown;
  /** Why nothing could be found out: access denied, or a store that fails. Null for a check that was made. */
  error: string | null;
}

/** Bytes, envelope, attachments and deliveries of one mail against its document. */
export async function* checks(mail: ParsedMail, objects: ObjectStore): AsyncGenerator<Check> {
  yield* await attempted('raw mail', nameOf(mail.raw), () => rawChecks(mail, objects));
  for (const attachment of allAttachments(mail.attachments)) {
    const { partId, size, sha256 } = attachment;
    yield* await attempted(`attachment ${partId}`, { size, sha256 }, () => attachmentChecks(attachment, objects));
  }
  yield* await attempted('deliveries', 'sent', () => deliveryChecks(mail, objects));
}

/** One that fails has found nothing out, and those of other objects are made all the same. */
async function attempted(what: string, document: unknown, look: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await look();
  } catch (error) {
    return [{ what, agrees: false, document, found: null, error: errorText(error) }];
  }
}

async function rawChecks({ id, raw, envelope }: ParsedMail, objects: ObjectStore): Promise<Check[]> {
  const stored = await objects.get(raw);
  const there = compared('raw mail', nameOf(raw), stored === null ? null : nameOf(raw));
  if (stored === null) return [there];
  const traceBytes = Number(stored.metadata[METADATA_TRACE_BYTES] ?? 0);
  const { sha256, size } = await digest(withoutTrace(stored.body, traceBytes));
  return [
    there,
    compared('trace bytes', raw.traceBytes, traceBytes),
    compared('size', raw.size, traceBytes + size),
    compared('sha256', raw.sha256, sha256),
    ...(await attempted('envelope', envelope, async () => {
      const received = await storedEnvelope(objects, raw.bucket, id, stored.metadata);
      // Without one the document has what SES says in front of the mail, or null: part of the bytes that were compared.
      return received === null ? [] : [compared('envelope', envelope, received)];
    })),
  ];
}

async function deliveryChecks(mail: ParsedMail, objects: ObjectStore): Promise<Check[]> {
  const deliveries = await readDeliveries(objects, mail.document.bucket, mail);
  return deliveries.map(({ destination, state }) => compared(`delivery to ${destination}`, 'sent', state));
}

/** The text of the error for one that is damaged: it differs from every envelope. */
async function storedEnvelope(...place: Parameters<typeof readEnvelope>): Promise<ParsedMail['envelope'] | string> {
  try {
    const envelope = await readEnvelope(...place);
    return envelope && publicEnvelope(envelope);
  } catch (error) {
    if (failureKind(error) === 'permanent') return errorText(error);
    throw error;
  }
}

async function attachmentChecks(
  { partId, bucket, key, size, sha256 }: Attachment,
  objects: ObjectStore,
): Promise<Check[]> {
  const stored = await objects.get({ bucket, key });
  const found = stored === null ? null : await digest(stored.body);
  return [compared(`attachment ${partId}`, { size, sha256 }, found)];
}

function compared(what: string, document: unknown, found: unknown): Check {
  return { what, agrees: isDeepStrictEqual(document, found), document, found, error: null };
}

const nameOf = ({ bucket, key }: ObjectRef): string => `${bucket}/${key}`;

async function digest(content: AsyncIterable<Buffer>): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}
