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

/** One claim of a document, compared with what is stored. */
export interface Check {
  what: string;
  agrees: boolean;
  /** The value in the document. */
  document: unknown;
  /** The value found. */
  found: unknown;
  /** Why the check could not be made, such as access denied or a store error; null when it was made. */
  error: string | null;
}

/** Compares bytes, envelope, attachments and deliveries of one mail with its document. */
export async function* checks(mail: ParsedMail, objects: ObjectStore): AsyncGenerator<Check> {
  yield* await attempted('raw mail', nameOf(mail.raw), () => rawChecks(mail, objects));
  for (const attachment of allAttachments(mail.attachments)) {
    const { partId, size, sha256 } = attachment;
    yield* await attempted(`attachment ${partId}`, { size, sha256 }, () => attachmentChecks(attachment, objects));
  }
  yield* await attempted('deliveries', 'sent', () => deliveryChecks(mail, objects));
}

/** Turns an error into one unreadable check, so that the checks of other objects still run. */
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
      // Without a stored envelope the document takes it from the SES headers, or has null; those bytes were compared
      // above.
      return received === null ? [] : [compared('envelope', envelope, received)];
    })),
  ];
}

async function deliveryChecks(mail: ParsedMail, objects: ObjectStore): Promise<Check[]> {
  const deliveries = await readDeliveries(objects, mail.document.bucket, mail);
  return deliveries.map(({ destination, state }) => compared(`delivery to ${destination}`, 'sent', state));
}

/** The stored envelope; for a damaged one the error text, which never equals an envelope. */
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
