import { text } from 'node:stream/consumers';
import { decodeEnvelope, type Envelope, METADATA_ENVELOPE, parseEnvelope } from '../mail/envelope.ts';
import { envelopeKey } from '../mail/keys.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/**
 * The envelope of a raw mail: from its metadata, or from the sidecar when it was too long for that; null when the edge
 * wrote neither.
 *
 * @throws PermanentError `envelope.invalid`
 */
export async function readEnvelope(
  store: Pick<ObjectStore, 'get'>,
  bucket: string,
  id: string,
  metadata: Readonly<Record<string, string>>,
): Promise<Envelope | null> {
  const inline = metadata[METADATA_ENVELOPE];
  if (inline !== undefined) return decodeEnvelope(inline);
  const sidecar = await store.get({ bucket, key: envelopeKey(id) });
  return sidecar && parseEnvelope(await text(sidecar.body));
}
