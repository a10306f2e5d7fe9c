import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { allAttachments } from '../core/mail/attachments.ts';
import { METADATA_TRACE_BYTES, publicEnvelope } from '../core/mail/envelope.ts';
import { errorText, failureKind } from '../core/mail/errors.ts';
import type { Attachment, ParsedMail } from '../core/mail/parsed-mail.ts';
import { withoutTrace } from '../core/mail/trace.ts';
import { readDeliveries } from '../core/outcome/deliveries.ts';
import { readEnvelope } from '../core/outcome/envelopes.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';

/** One thing that a document says, and what was found. */
export interface Check {
  what: string;
  agrees: boolean;
  /** As the document has it. */
  document: unknown;
  /** What was found. */
  found: unknown;
}

/** Bytes, envelope, attachments and deliveries of one mail against its document. */
export async function* checks(mail: ParsedMail, objects: ObjectStore): AsyncGenerator<Check> {
  yield* rawChecks(mail, objects);
  for (const attachment of allAttachments(mail.attachments)) yield attachmentCheck(attachment, objects);
  for (const { destination, state } of await readDeliveries(objects, mail.document.bucket, mail)) {
    yield compared(`delivery to ${destination}`, 'sent', state);
  }
}

async function* rawChecks({ id, raw, envelope }: ParsedMail, objects: ObjectStore): AsyncGenerator<Check> {
  const stored = await objects.get(raw);
  yield compared('raw mail', `${raw.bucket}/${raw.key}`, stored === null ? null : `${raw.bucket}/${raw.key}`);
  if (stored === null) return;
  const traceBytes = Number(stored.metadata[METADATA_TRACE_BYTES] ?? 0);
  const { sha256, size } = await digest(withoutTrace(stored.body, traceBytes));
  yield compared('trace bytes', raw.traceBytes, traceBytes);
  yield compared('size', raw.size, traceBytes + size);
  yield compared('sha256', raw.sha256, sha256);
  const received = await storedEnvelope(objects, raw.bucket, id, stored.metadata);
  // Without one the document has what SES says in front of the mail, or null: part of the bytes that were compared.
  if (received !== null) yield compared('envelope', envelope, received);
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

async function attachmentCheck(
  { partId, bucket, key, size, sha256 }: Attachment,
  objects: ObjectStore,
): Promise<Check> {
  const stored = await objects.get({ bucket, key });
  const found = stored === null ? null : await digest(stored.body);
  return compared(`attachment ${partId}`, { size, sha256 }, found);
}

function compared(what: string, document: unknown, found: unknown): Check {
  return { what, agrees: isDeepStrictEqual(document, found), document, found };
}

async function digest(content: AsyncIterable<Buffer>): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}
