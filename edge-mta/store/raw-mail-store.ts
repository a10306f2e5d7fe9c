import { type Envelope, encodeEnvelope, METADATA_ENVELOPE, METADATA_TRACE_BYTES } from '../../core/mail/envelope.ts';
import { envelopeKey, heldKey, rawKey } from '../../core/mail/keys.ts';
import type { ObjectStore, PutBody, PutOptions } from '../../core/ports/object-store.ts';

/**
 * The objects of a mail in the raw bucket. The `.eml` is the commit point; its envelope is stored first. With a data
 * hook, a mail is first held under another key, which triggers no event; `accept` copies it to the `.eml`.
 *
 * The id is new and random, so an existing object is this same mail, stored by an attempt whose response was lost.
 */
export class RawMailStore {
  readonly #store: Pick<ObjectStore, 'put' | 'copy'>;
  readonly #bucket: string;

  constructor(store: Pick<ObjectStore, 'put' | 'copy'>, bucket: string) {
    this.#store = store;
    this.#bucket = bucket;
  }

  /** @param envelope null when it is in a sidecar */
  async put(
    id: string,
    body: PutBody,
    traceBytes: number,
    envelope: string | null,
    options: Pick<PutOptions, 'crc32' | 'signal'>,
  ): Promise<void> {
    const written = { ...mailOptions(traceBytes, envelope), ...options };
    await this.#store.put({ bucket: this.#bucket, key: rawKey(id) }, body, written);
  }

  async putSidecar(envelope: Envelope, signal: AbortSignal): Promise<void> {
    const json = Buffer.from(JSON.stringify(envelope));
    const options: PutOptions = { contentType: 'application/json', ifAbsent: true, signal };
    await this.#store.put({ bucket: this.#bucket, key: envelopeKey(envelope.id) }, json, options);
  }

  /** Without an envelope, because that will include the verdict. */
  async hold(
    id: string,
    body: PutBody,
    traceBytes: number,
    options: Pick<PutOptions, 'crc32' | 'signal'>,
  ): Promise<void> {
    await this.#store.put(this.held(id), body, { ...mailOptions(traceBytes, null), ...options });
  }

  held(id: string): { bucket: string; key: string } {
    return { bucket: this.#bucket, key: heldKey(id) };
  }

  async accept(envelope: Envelope, traceBytes: number, signal: AbortSignal): Promise<void> {
    const inline = encodeEnvelope(envelope);
    if (inline === null) await this.putSidecar(envelope, signal);
    const to = { bucket: this.#bucket, key: rawKey(envelope.id) };
    await this.#store.copy(this.held(envelope.id), to, { ...mailOptions(traceBytes, inline), signal });
  }
}

function mailOptions(traceBytes: number, envelope: string | null): PutOptions {
  const metadata: Record<string, string> = { [METADATA_TRACE_BYTES]: String(traceBytes) };
  if (envelope !== null) metadata[METADATA_ENVELOPE] = envelope;
  return { contentType: 'message/rfc822', metadata, ifAbsent: true };
}
