import type { RawObjectCreated } from '../../core/aws/s3-event.ts';
import { METADATA_TRACE_BYTES } from '../../core/mail/envelope.ts';
import { PermanentError, TransientError } from '../../core/mail/errors.ts';
import { foreignMailId } from '../../core/mail/id.ts';
import { mailIdOfRawKey } from '../../core/mail/keys.ts';
import { readEnvelope } from '../../core/outcome/envelopes.ts';
import type { ObjectStore, StoredObject } from '../../core/ports/object-store.ts';
import { RawData, type RawMail } from '../../core/reading/raw-data.ts';

/**
 * @throws TransientError `raw.missing`: the event can be ahead of the store, and only a retry can tell
 * @throws PermanentError `envelope.invalid`
 */
export async function openRawMail(store: ObjectStore, object: RawObjectCreated, signal: AbortSignal): Promise<RawMail> {
  const { bucket, key } = object;
  // A foreign object may have been overwritten since: its event is about the earlier version.
  const stored = await store.get(object, { signal });
  if (stored === null) throw new TransientError('raw.missing', `there is no object ${bucket}/${key}`);
  try {
    const ownId = mailIdOfRawKey(key);
    const versionId = stored.versionId ?? object.versionId;
    const envelope = ownId === null ? null : await readEnvelope(store, bucket, ownId, stored.metadata);
    const traceBytes = envelope === null ? 0 : traceBytesOf(stored);
    return {
      id: ownId ?? foreignMailId(object, stored.lastModified),
      bucket,
      key,
      versionId,
      size: stored.size,
      traceBytes,
      envelope,
      receivedAt: envelope?.receivedAt ?? stored.lastModified.toISOString(),
      data: new RawData(stored.body, stored.size, traceBytes),
    };
  } catch (error) {
    stored.body.destroy();
    throw error;
  }
}

/** @throws PermanentError `raw.metadata_invalid` */
function traceBytesOf(stored: StoredObject): number {
  const value = stored.metadata[METADATA_TRACE_BYTES] ?? '0';
  const bytes = Number(value);
  if (Number.isInteger(bytes) && bytes >= 0 && bytes <= stored.size) return bytes;
  throw new PermanentError('raw.metadata_invalid', `metadata ${METADATA_TRACE_BYTES} is "${value}"`);
}
